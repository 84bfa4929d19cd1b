import ArgumentParser
import Shallows

/// The experiment of Safran and Shamir (ICML 2018): ReLU students of a standard basis, each from its own start to a
/// stationary point of the population loss by gradient descent in double precision.
struct ImitateEnsemble: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "imitate-ensemble",
    abstract: "A thousand ReLU students of ten neurons learn a standard basis, each until it stops by itself.")

  @OptionGroup var options: BenchmarkOptions
  @Option(help: "How many students.") var seeds = 1000
  @Option(help: "Dimension, and number of the teacher's neurons.") var dimension = 10
  @Option(help: "A student's neurons.") var width = 10

  /// Times the gradient of L = 1/2 E (f - f*)^2.
  static let step = 0.1
  /// Of max |2 pi grad L|.
  static let tolerance = 1e-9
  static let spurious = 1e-3

  func run() throws {
    options.limitThreads()
    let teacher = Teacher.basis(dimension, unit: .relu)
    let starts = try (0..<seeds).map { seed in
      try StudentStart.gaussian(scale: 1).student(
        for: teacher, width: width, random: RandomStream(seed: UInt64(seed)))
    }
    if let path = options.export { try export(starts, teacher, to: path) }
    try options.run([ensemble(starts, teacher)])
  }

  private func ensemble(_ starts: [Matrix<Double>], _ teacher: Teacher) -> BenchmarkCase {
    let ensemble = StudentEnsemble(teacher: teacher, width: width, seeds: 0..<UInt64(seeds)) { starts[Int($0)] }
    let training = StudentTraining(
      .descent(step: Self.step), until: StudentStopping(gradient: Self.tolerance / (2 * .pi)))
    let outcome = Outcome()
    return BenchmarkCase(name: "ensemble") {
      // Starts that are there already cannot fail, and there is no checkpoint to write.
      outcome.students = try! Driver(iterations: .max).run(training, on: ensemble).value
    } figures: {
      let (students, count) = (outcome.students, Double(outcome.students.count))
      return [
        "seeds": count, "steps": Double(students.reduce(0) { $0 + $1.iteration }),
        "most_steps": Double(students.map(\.iteration).max() ?? 0),
        "loss": students.reduce(0) { $0 + $1.loss } / count,
        "spurious": Double(students.count { $0.loss >= Self.spurious }) / count,
      ]
    }
  }

  /// W (seeds x n x d), V (k x d), step and tolerance.
  private func export(_ starts: [Matrix<Double>], _ teacher: Teacher, to path: String) throws {
    try NPZArchive.write(
      [
        ("W", NPYArray(starts.flatMap(\.elements), shape: [starts.count, width, dimension])),
        ("V", NPYArray(teacher.weights)), ("step", NPYArray([Self.step])), ("tolerance", NPYArray([Self.tolerance])),
      ], to: path)
  }

  private final class Outcome {
    var students: [Student] = []
  }
}
