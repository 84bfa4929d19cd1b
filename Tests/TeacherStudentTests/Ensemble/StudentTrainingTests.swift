import Dynamics
import Foundation
import LinearAlgebra
import Networks
import Randomness
import TeacherStudent
import Testing

/// W ~ N(0, 1/d), as Safran and Shamir start.
func gaussianStart(width: Int, dimension: Int) -> @Sendable (UInt64) throws -> Matrix<Double> {
  { seed in
    var random = RandomStream(seed: seed)
    return random.normalMatrix(rows: width, columns: dimension, scale: (1 / Double(dimension)).squareRoot())
  }
}

@Suite(.serialized) struct StudentTrainingTests {
  private func train(
    _ unit: CommitteeUnit, _ method: StudentMethod, width: Int = 5, seeds: some Sequence<UInt64>,
    until stopping: StudentStopping, recording: StudentRecording = StudentRecording()
  ) throws -> [Student] {
    let ensemble = StudentEnsemble(
      teacher: .basis(4, unit: unit), width: width, seeds: seeds, start: gaussianStart(width: width, dimension: 4))
    let training = StudentTraining(method, until: stopping, recording: recording)
    return try Driver(iterations: .max).run(training, on: ensemble).value
  }

  private static let methods: [StudentMethod] = [
    .descent(step: 0.1), .backtracking(initial: 1), .flow(tolerance: 1e-6), .freshSamples(step: 0.02, batch: 8),
  ]

  /// The promise of ensembles: a student's bits do not depend on its company, on threads or on rounds.
  @Test(arguments: CommitteeUnit.allCases, methods)
  func ensembleEqualsOneByOne(unit: CommitteeUnit, method: StudentMethod) throws {
    let stopping = StudentStopping(gradient: 1e-6, iterations: 300)
    let together = try train(unit, method, seeds: 0..<11, until: stopping)
    let threads = Parallel.threads
    defer { Parallel.threads = threads }
    Parallel.threads = 1
    for seed in [UInt64(0), 3, 10] {
      let alone = try train(unit, method, seeds: [seed], until: stopping)[0]
      let same = together[Int(seed)]
      #expect(alone.weights == same.weights)
      #expect(alone.curve == same.curve && alone.iteration == same.iteration && alone.time == same.time)
      #expect(alone.termination == same.termination && alone.loss == same.loss)
    }
  }

  /// A state that went through JSON after each round ends in the same bits.
  @Test(arguments: methods) func resumedEqualsUninterrupted(method: StudentMethod) throws {
    let ensemble = StudentEnsemble(
      teacher: .basis(4, unit: .abs), width: 5, seeds: 0..<9, start: gaussianStart(width: 5, dimension: 4))
    let training = StudentTraining(
      method, until: StudentStopping(gradient: 1e-7, iterations: 3000), recording: StudentRecording(trajectory: true))
    let whole = try Driver(iterations: .max).run(training, on: ensemble).value
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var rounds = 1
    while true {
      let driver = Driver(
        iterations: rounds, checkpointing: .init(path: path, fingerprint: "test", everySeconds: .infinity))
      let solution = try driver.run(training, on: ensemble)
      guard case .stopped = solution.termination else {
        for (a, b) in zip(whole, solution.value) {
          #expect(a.weights == b.weights && a.curve == b.curve && a.trajectory == b.trajectory)
        }
        break
      }
      rounds += 1
    }
    #expect(rounds > 1)
  }

  @Test func gradientDescentFollowsTheFormula() throws {
    let loss = PopulationLoss(unit: .relu, teacher: .identity(4), width: 5)
    var w = try gaussianStart(width: 5, dimension: 4)(2)
    for _ in 0..<50 {
      let g = loss.gradient(of: w)
      for p in w.elements.indices { w.elements[p] -= 0.1 * g.elements[p] }
    }
    let student = try train(.relu, .descent(step: 0.1), seeds: [2], until: StudentStopping(iterations: 50))[0]
    // The same kernel and the same steps, fused or not: rounding only.
    for (a, b) in zip(w.elements, student.weights) { #expect(abs(a - b) < 1e-14) }
    #expect(student.termination == .stopped(.iterationLimit) && student.iteration == 50)
    #expect(abs(student.loss - loss.value(of: w)) < 1e-14)
  }

  /// Backtracking never rises; the flow conserves nothing but falls; both reach the minimum that fixed steps reach.
  @Test func methodsAgreeOnTheMinimum() throws {
    for method in Self.methods.prefix(3) {
      let students = try train(
        .relu, method, width: 4, seeds: 0..<8, until: StudentStopping(gradient: 1e-9, iterations: 100_000))
      for student in students {
        #expect(student.termination == .converged(.stationary))
        #expect(student.largestGradient <= 1e-9)
        #expect(student.loss < 1e-16)
        for (a, b) in zip(student.curve, student.curve.dropFirst()) {
          #expect(b.loss <= a.loss && b.iteration > a.iteration && b.time > a.time)
        }
      }
    }
  }

  /// The flow's time is that of small fixed steps: W(2) by both.
  @Test func flowIsTheLimitOfSmallSteps() throws {
    for unit in CommitteeUnit.allCases {
      let flow = try train(unit, .flow(tolerance: 1e-9), seeds: [1], until: StudentStopping(time: 2))[0]
      #expect(abs(flow.time - 2) < 1e-10)
      func error(_ step: Double) throws -> Double {
        let euler = try train(unit, .descent(step: step), seeds: [1], until: StudentStopping(time: 2))[0]
        return zip(flow.weights, euler.weights).map { abs($0 - $1) }.max()!
      }
      // Euler's method is of first order: half the step, half the error.
      let (coarse, fine) = (try error(1e-3), try error(5e-4))
      #expect(coarse < 1e-2 && abs(coarse / fine - 2) < 0.05)
    }
  }

  @Test func stopsAtEveryLimit() throws {
    let byLoss = try train(.relu, .descent(step: 0.1), width: 4, seeds: [1], until: StudentStopping(loss: 1e-20))[0]
    #expect(byLoss.termination == .converged(.valueReached) && byLoss.loss <= 1e-20 && byLoss.loss > 1e-23)
    let byTime = try train(.relu, .descent(step: 0.1), seeds: [1], until: StudentStopping(time: 3))[0]
    #expect(byTime.termination == .stopped(.timeLimit) && byTime.iteration == 30)
    let diverged = try train(.abs, .descent(step: 100), seeds: [1, 2], until: StudentStopping(iterations: 1000))
    #expect(diverged.allSatisfy { $0.termination == .failed(.nonFinite) })
  }

  /// Safran and Shamir, k = 6: 0.3 % of 1000 seeds are spurious, so none or hardly any of 200; k = 10: 34.6 %.
  @Test func safranShamirShares() throws {
    for (k, expected, error) in [(6, 0.003, 0.01), (10, 0.346, 0.12)] {
      let ensemble = StudentEnsemble(
        teacher: .basis(k, unit: .relu), width: k, seeds: 0..<160, start: gaussianStart(width: k, dimension: k))
      let training = StudentTraining(
        .descent(step: 0.1), until: StudentStopping(gradient: 1e-9 / (2 * .pi)))
      let students = try Driver(iterations: .max).run(training, on: ensemble).value
      let share = Double(students.count { $0.loss >= 1e-3 }) / 160
      // Three standard errors of a share of 160.
      #expect(abs(share - expected) <= error, "\(k): \(share)")
    }
  }
}
