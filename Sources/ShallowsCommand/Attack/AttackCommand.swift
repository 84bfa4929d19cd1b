import ArgumentParser
import Foundation
import Shallows

struct AttackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attack",
    abstract: "Move every input a little so that a model's loss becomes large, and say what that proves.",
    discussion: """
      Every sample is attacked by itself, by projected gradient ascent within a ball around it. Of each it is said \
      whether the attack is a local maximum, and with --certify how much more any attack could do: clean, attacked and \
      certified accuracy, or errors. See docs/adversaries.md.

      Examples:
        shallows attack model digits
        shallows attack model mnist --epsilon 1.5 --certify --images worst.svg
        shallows attack model mnist --norm linf --curve auto --plot curve.svg
        shallows attack model table.csv --ratio 0.1 --exact --table rows.csv
        shallows attack model mnist --train --epochs 10 --model-out robust
      """)

  @Argument(help: ArgumentHelp("A folder written by \"fit --save\" or \"recover --save\".", valueName: "MODEL"))
  var model: String
  @OptionGroup(title: "Data") var data: DataOptions
  @OptionGroup(title: "Attack") var options: AttackOptions
  @OptionGroup(title: "Training") var training: AttackTrainingOptions
  @OptionGroup(title: "Output") var files: AttackFiles
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var store: StoreOptions

  mutating func validate() throws {
    if files.perSample, !output.json { throw ValidationError("--per-sample: goes with --json; --table writes a file.") }
  }

  mutating func run() throws {
    let began = ContinuousClock.now
    try files.check(model: model, data: data.path, modelOut: training.modelOut)
    output.prepareOutput()
    let cache = DatasetCache()
    let task = try AttackTask(model: model, data: data, options: options, cache)
    if files.images != nil { _ = try pictureSize(task.dataset) }
    let plan = try AttackPlan(options, for: task, needsCurve: files.plot != nil)
    let trainer = training.train ? try AttackTraining(training, task, plan) : nil
    if output.showConfig {
      print(try settings(cache).adding(["seed": JSONValue(seed: seed)]).text)
      return
    }
    if output.json, !output.quiet { for text in task.notes + (trainer?.notes ?? []) { note(text) } }
    if let text = longWork(task, plan), !output.quiet { note(text) }
    let interruption = Interruption()
    let stages = StageProgress(style: .automatic(quiet: output.quiet || output.json))
    let made: AttackRun?
    do {
      if let name = output.record {
        made = try record(as: name, in: store, cache) { context in
          let run = try AttackRun(
            task, plan, training: trainer, cancellation: context.cancellation, progress: stages)
          return (run, try RunOutcome(AttackReport(measurement: run.measurement, trained: run.trained)))
        }
      } else {
        made = try AttackRun(
          task, plan, training: trainer, cancellation: interruption.cancellation, progress: stages)
      }
    } catch is RunInterruption {
      stages.finish()
      note("Interrupted.")
      throw ExitCode(interruption.exitCode)
    }
    stages.finish()
    guard let run = made else {
      if interruption.wasReceived { throw ExitCode(interruption.exitCode) }
      return
    }
    let measurement = run.measurement
    let total = { (ContinuousClock.now - began) / .seconds(1) }
    // The model first: it is what took longest.
    var written = try run.trained.map { [(label: "trained", text: try keep($0))] } ?? []
    written += try files.write(measurement, totalSeconds: total())
    if output.json {
      let report = AttackReport(
        measurement: measurement, trained: run.trained, totalSeconds: total(), isFull: files.perSample)
      print(try report.json.prettyText, terminator: "")
    } else {
      AttackText(measurement: measurement, trained: run.trained, totalSeconds: total(), written: written).print()
    }
  }

  /// Writes the trained model where it is wanted; what is to be said of it.
  private func keep(_ trained: AttackRun.Trained) throws -> String {
    guard let folder = training.modelOut else { return trained.line + "; --model-out DIR keeps the model" }
    try trained.save(to: folder)
    return trained.line + "; the model is in \(folder)"
  }

  /// A word before work that may take long: branch and bound splits on neurons.
  private func longWork(_ task: AttackTask, _ plan: AttackPlan) -> String? {
    let m = task.network.shape.hidden
    guard plan.settings.certificate == .exact, m > 50 else { return nil }
    return "--exact: branch and bound is for few neurons, the model has \(m); of each sample it stops at "
      + "\(plan.settings.nodes) nodes, and says how near it came"
  }
}
