import ArgumentParser
import Foundation
import Shallows

struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit a network narrower than the sample count, and check the theory of narrow training.",
    discussion: """
      Picks the width from the data's rank unless one is given, trains, and prints the guarantee: each hypothesis and \
      conclusion with its measured value and bound. Interrupted with Ctrl-C, the same command continues.

      Examples:
        shallows fit digits
        shallows fit data.csv --target price --save model
        shallows fit mnist --samples 2000 --labels random --width 8
        shallows fit digits --method psgd --width 16 --epochs 100
        shallows fit data.csv --start model --method adam
      """)

  enum Labels: String, ExpressibleByArgument, CaseIterable { case given, random }

  @OptionGroup(title: "Data") var data: DataOptions
  @Option(help: ArgumentHelp("given, or random: two classes drawn by the seed, to see what can be memorised."))
  var labels: Labels = .given
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Test data: a share of the samples such as 0.2, or a path (default: the data's own, or 0.2).",
      valueName: "fraction|path"))
  var test: String?
  @OptionGroup(title: "Training") var options: FitOptions
  @OptionGroup(title: "Output") var files: FitFiles
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var checkpoints: CheckpointOptions
  @OptionGroup(title: "Output") var store: StoreOptions

  mutating func validate() throws {
    if let test, test.isEmpty || Double(test).map({ !($0 >= 0 && $0 < 1) }) ?? false {
      throw ValidationError("--test \"\(test)\": a share from 0 up to but not including 1, or a path, is accepted.")
    }
  }

  mutating func run() throws {
    let began = ContinuousClock.now
    if let save = files.save { try OutputPlace.checkFolder(save, option: "--save") }
    output.prepareOutput()
    try checkpoints.check()
    if let plot = files.plot { try OutputPlace.checkFile(plot, option: "--plot") }
    var fit = try makeFit()
    let settings = fit.settings
    if output.showConfig {
      print(settings.canonicalText)
      return
    }
    let cache = DatasetCache()
    let (training, test) = try openSplit(cache, for: fit.start)
    let prepared = try fit.prepare(training, test: test)
    let interruption = Interruption()
    fit.cancellation = interruption.cancellation
    fit.checkpointPath = checkpoints.path(
      verb: "fit", key:
        "\(data.path) \(data.samples ?? 0) \(labels) \(data.target ?? "") \(self.test ?? "")" + settings.canonicalText)
    let reporter = ProgressReporter(
      settings.method.rawValue, total: settings.iterations, style: .automatic(quiet: output.quiet || output.json))
    fit.progress = { reporter.update($0.iteration, figures: [("loss", $0.measurements.value)]) }
    let made =
      try output.record.map { name in
        try record(as: name, in: store, cache) { [fit] context in
          let result = try context.run(fit, on: prepared)
          return (result, try RunOutcome(FitReport(result: result, totalSeconds: nil)))
        }
      } ?? fit.run(on: prepared)
    reporter.finish()
    guard let result = made else {
      if interruption.wasReceived { throw ExitCode(interruption.exitCode) }
      return
    }
    if result.termination == .stopped(.cancelled) {
      note("Interrupted at iteration \(result.iterations), loss \(result.loss.final). The same command continues.")
      throw ExitCode(interruption.exitCode)
    }
    let total = (ContinuousClock.now - began) / .seconds(1)
    if let directory = files.save {
      let split = try split(cache, for: fit.start)
      try save(result, training: training, split: split, to: directory, totalSeconds: total)
    }
    if let path = files.plot { try lossPlot(result).write(to: path) }
    // Not before the result is written: should that fail, the work is not lost.
    fit.removeCheckpoints()
    if output.json {
      print(try FitReport(result: result, totalSeconds: total).json())
    } else {
      FitSummary(
        result: result, name: training.name, start: options.start, totalSeconds: total, saved: files.save
      ).print()
    }
    if result.termination.isFailure { throw ExitCode(2) }
  }

  /// The fit that the options ask for, before any data are read.
  func makeFit() throws -> Fit {
    guard let model = try options.startModel() else { return Fit(options.settings) }
    return Fit(options.settings(from: model), from: model)
  }

  /// The same command with data that are read as those of a model.
  func following(_ model: FittedModel) -> FitCommand {
    var command = self
    command.data = data.following(model)
    return command
  }

  /// The samples to train on and those to test on; for a model to start at, with its columns in its order.
  func openSplit(_ cache: DatasetCache, for model: FittedModel? = nil) throws -> (Dataset, Dataset?) {
    if let model {
      let (training, test) = try following(model).openSplit(cache)
      return (training.inOrder(model.inputNames), test?.inOrder(model.inputNames))
    }
    let opened = try cache.open(data).data
    if labels == .random {
      // Random labels have nothing to be tested on.
      return (opened.training.withRandomLabels(stream: DataSplit.stream(options.seed).split(UInt64(1))), nil)
    }
    if let fraction = testFraction(of: opened) {
      let parts = split(opened.training, fraction).parts(of: opened.training)
      try parts.training.checkForTraining(
        file: "\(data.path), the part left for training by --test \(short(fraction))")
      return (parts.training, parts.test.count > 0 ? parts.test : nil)
    }
    if let test, Double(test) == nil { return (opened.training, try cache.open(testData(test)).data.training) }
    return (opened.training, test == nil ? opened.test : nil)
  }

  /// The share of the samples that is drawn for testing; `nil` where none is.
  private func testFraction(of opened: OpenedDataset) -> Double? {
    if labels == .random { return nil }
    if let test { return Double(test).flatMap { $0 > 0 ? $0 : nil } }
    return opened.test == nil && opened.training.count >= 20 ? 0.2 : nil
  }

  private func split(_ dataset: Dataset, _ fraction: Double) -> DataSplit {
    DataSplit(digest: dataset.fingerprint, samples: data.samples, fraction: fraction, seed: options.seed)
  }

  /// How the samples were divided, for whoever wants the test part again.
  private func split(_ cache: DatasetCache, for model: FittedModel?) throws -> DataSplit? {
    let opened = try cache.open(model.map { following($0).data } ?? data).data
    // In the order of the saved model's columns, so that others may have them in any.
    let samples = model.map { opened.training.inOrder($0.inputNames) } ?? opened.training
    return testFraction(of: opened).map { split(samples, $0) }
  }

  /// How the data in a file of their own for testing are read.
  func testData(_ path: String) -> DataOptions {
    var other = data
    other.path = path
    other.samples = nil
    return other
  }

  private func save(
    _ result: FitResult, training: Dataset, split: DataSplit?, to directory: String, totalSeconds: Double
  ) throws {
    try FittedModel(result, inputNames: training.inputNames).save(to: directory)
    try AtomicFile.write(
      FitReport(result: result, totalSeconds: totalSeconds, split: split).json() + "\n",
      to: directory + "/report.json")
    try lossPlot(result).write(to: directory + "/loss.svg")
  }
}

/// The training loss against iterations.
func lossPlot(_ result: FitResult) -> Plot {
  let unit = result.settings.method.isStochastic ? "epoch" : "iteration"
  return Plot(
    title: "Training loss", subtitle: "\(result.settings.method.rawValue), width \(result.network.shape.hidden)",
    x: Axis(unit), y: Axis("loss", scale: .log10),
    series: [
      .line(nil, result.trace.points.map { Point(Double($0.iteration), $0.measurements.value) })
    ])
}
