import Foundation
import LinearAlgebra

extension ImitationSettings {
  /// Refuses sizes that exceed the machine's memory: the allocation would otherwise end the program.
  ///
  /// - Throws: ``ImitationError`` naming the sizes and what would help.
  func checkMemory() throws {
    let memory = Double(ProcessInfo.processInfo.physicalMemory)
    func gigabytes(_ bytes: Double) -> String { String(format: "%.3g GB", bytes / 1e9) }
    let weights = Double(width) * Double(dimension)
    // A curve has its points in each of about seven decades; the weights are held by the student, its end and copies.
    let points = 7 * Double(recording.pointsPerDecade)
    let student = 8 * (4 * weights + points * (recording.trajectory ? weights + 4 : 4)) + 2000
    let all = Double(seeds) * (student + 60 * Double(width))
    let teacher = 24 * Double(teachers) * Double(dimension)
    guard all + teacher < 0.8 * memory else {
      throw ImitationError(
        "seeds \(seeds), width \(width), dimension \(dimension), teachers \(teachers): about "
          + "\(gigabytes(all + teacher)) are needed, this machine has \(gigabytes(memory)); give fewer or smaller "
          + "students")
    }
    guard takesSpectrum || isPolished else { return }
    // The Hessian, its eigenvectors and the workspace of LAPACK, once for each thread.
    let hessians = 4 * 8 * weights * weights * Double(min(Parallel.threads, seeds))
    guard hessians < 0.8 * memory else {
      throw ImitationError(
        "width \(width), dimension \(dimension): the Hessians of \(width) x \(dimension) weights take about "
          + "\(gigabytes(hessians)), this machine has \(gigabytes(memory)); do without spectrum and polish")
    }
  }
}
