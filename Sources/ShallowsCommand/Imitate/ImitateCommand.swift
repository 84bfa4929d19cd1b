import ArgumentParser
import Foundation
import Shallows

struct ImitateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "imitate",
    abstract: "Train students to imitate a teacher on exact losses; find and sort the minima they end in.",
    discussion: """
      Students and teacher are sums of units over Gaussian inputs, whose mean loss, gradient and Hessian have closed \
      forms: no samples, no noise. Thousands of students are trained at once, each from a seed of its own; then it is \
      said which of them reached the teacher, which a spurious minimum, and what the theory of local convergence says \
      of each. Interrupted with Ctrl-C, the same command continues. See docs/teacher-student.md.

      Examples:
        shallows imitate
        shallows imitate --width 11 --until gradient=1e-8 --polish --save students.npz
        shallows imitate --student abs --teacher separated=60 --dimension 5
        shallows imitate --student abs --teacher 22,58,149 --width 20 --seeds 1
      """)

  @OptionGroup(title: "Teacher, students, training") var options: ImitateOptions
  @OptionGroup(title: "Output") var files: ImitateFiles
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var checkpoints: CheckpointOptions
  @OptionGroup(title: "Output") var store: StoreOptions

  mutating func run() throws {
    let began = ContinuousClock.now
    try files.check()
    output.prepareOutput()
    try checkpoints.check()
    let settings = try settingsWithPaths()
    var imitation = try Imitation(settings)
    if output.showConfig {
      print(try settings.json.text)
      return
    }
    let interruption = Interruption()
    imitation.cancellation = interruption.cancellation
    imitation.checkpointPath = checkpoints.path(verb: "imitate", key: settings.canonicalText)
    let reporter = ProgressReporter(
      "imitate", total: settings.seeds, style: .automatic(quiet: output.quiet || output.json))
    imitation.progress = { running, all, progress in
      let gradient = progress.measurements.stationarity.map { [("gradient", $0)] } ?? []
      reporter.update(all - running, figures: gradient)
    }
    let made =
      try output.record.map { name in
        try record(as: name, in: store, DatasetCache()) { [imitation] context in
          let result = try context.run(imitation)
          return (result, try RunOutcome(ImitateReport(result: result)))
        }
      } ?? imitation.run()
    reporter.finish()
    guard let result = made else {
      if interruption.wasReceived { throw ExitCode(interruption.exitCode) }
      return
    }
    if result.isInterrupted {
      note("Interrupted. The same command continues.")
      throw ExitCode(interruption.exitCode)
    }
    if let path = files.save { try result.saveStudents(to: path) }
    if let path = files.plot { try imitationPlot(result).write(to: path, height: result.showsPlane ? 560 : 400) }
    // Not before the results are written: should that fail, the work is not lost.
    imitation.removeCheckpoint()
    let total = (ContinuousClock.now - began) / .seconds(1)
    if output.json {
      print(try ImitateReport(result: result, totalSeconds: total).json.prettyText, terminator: "")
    } else {
      ImitateSummary(result: result, teacherName: options.teacher, totalSeconds: total, saved: files.save).print()
    }
    if result.outcomes.allSatisfy(\.termination.isFailure) { throw ExitCode(2) }
  }

  /// The settings; in the plane with the paths of the units, where they are going to be shown.
  private func settingsWithPaths() throws -> ImitationSettings {
    var settings = try options.settings()
    let isDrawn = settings.recording.pointsPerDecade > 0 && (files.plot != nil || !output.json)
    settings.recording.trajectory = settings.dimension == 2 && settings.seeds <= 2000 && isDrawn
    return settings
  }
}

/// Where `shallows imitate` writes.
struct ImitateFiles: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the students' weights at their ends, with seeds, losses and the teacher, as NPZ.", valueName: "FILE.npz"))
  var save: String?

  @Option(
    help: ArgumentHelp(
      "Write the loss curves as SVG, in the plane the paths of the units; the data beside it as CSV.",
      valueName: "FILE.svg"))
  var plot: String?

  mutating func validate() throws {
    if let save, !save.lowercased().hasSuffix(".npz") {
      throw ValidationError("--save \"\(save)\": a name that ends in .npz is needed.")
    }
  }

  /// Refuses places that cannot be written to before any work is done.
  func check() throws {
    if let save { try OutputPlace.checkFile(save, option: "--save") }
    if let plot { try OutputPlace.checkFile(plot, option: "--plot") }
  }
}

extension ImitationResult {
  /// Writes all students at their ends: `seeds` (N), `weights` (N, m, d), `losses`, `iterations`, `converged`,
  /// `spurious` (N each), and `teacher` (r, d).
  func saveStudents(to path: String) throws {
    let seeds = outcomes.map(\.seed)
    try NPZArchive.write(
      [
        // Seeds beyond 2^53 keep all their digits as text.
        ("seeds", NPYArray(exactly: seeds) ?? NPYArray(seeds.map { "\($0)" })),
        (
          "weights",
          NPYArray(outcomes.flatMap(\.weights.elements), shape: [outcomes.count, settings.width, settings.dimension])
        ),
        ("losses", NPYArray(outcomes.map(\.loss))),
        ("iterations", NPYArray(exactly: outcomes.map(\.iterations))!),
        ("converged", NPYArray(flags: outcomes.map { [.global, .spurious].contains(fate(of: $0)) })),
        ("spurious", NPYArray(flags: outcomes.map { fate(of: $0) == .spurious })),
        ("teacher", NPYArray(teacher.weights)),
      ], to: path)
  }
}
