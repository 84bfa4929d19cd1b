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
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var store: StoreOptions

  mutating func validate() throws {
    if let test, test.isEmpty || Double(test).map({ !($0 >= 0 && $0 < 1) }) ?? false {
      throw ValidationError("--test \"\(test)\": a share from 0 up to but not including 1, or a path, is accepted.")
    }
  }

  mutating func run() throws {
    let began = ContinuousClock.now
    try output.prepareOutput()
    let settings = options.settings
    if output.showConfig {
      print(settings.canonicalText)
      return
    }
    let cache = DatasetCache()
    let (training, test) = try openSplit(cache)
    let prepared = try PreparedData(
      training, test: test, softmax: settings.loss == .softmaxCrossEntropy, bias: settings.bias)
    let interruption = Interruption()
    var fit = Fit(settings)
    fit.cancellation = interruption.cancellation
    fit.checkpointPath = output.checkpointPath(
      for: settings, data: "\(data.path) \(data.samples ?? 0) \(labels) \(data.target ?? "") \(self.test ?? "")")
    let reporter = ProgressReporter(
      settings.method.rawValue, total: settings.iterations, style: .automatic(quiet: output.quiet || output.json))
    fit.progress = { reporter.update($0.iteration, figures: [("loss", $0.measurements.value)]) }
    let made = try output.record.map { try perform(fit, on: prepared, recordedAs: $0, cache) } ?? fit.run(on: prepared)
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
    if let directory = output.save { try save(result, training: training, to: directory, totalSeconds: total) }
    if let path = output.plot { try lossPlot(result).write(to: path) }
    // Not before the result is written: should that fail, the work is not lost.
    fit.removeCheckpoints()
    if output.json {
      print(try FitReport(result: result, totalSeconds: total).json())
    } else {
      FitSummary(result: result, name: training.name, totalSeconds: total, saved: output.save).print()
    }
    if result.termination.isFailure { throw ExitCode(2) }
  }

  /// The samples to train on and those to test on.
  func openSplit(_ cache: DatasetCache) throws -> (Dataset, Dataset?) {
    let opened = try cache.open(data).data
    let stream = RandomStream(seed: options.seed).split(UInt64(0x6461_7461))
    if labels == .random {
      // Random labels have nothing to be tested on.
      return (opened.training.withRandomLabels(stream: stream.split(UInt64(1))), nil)
    }
    if let test {
      if let fraction = Double(test) {
        return fraction == 0 ? (opened.training, nil) : try split(opened.training, fraction, stream)
      }
      return (opened.training, try cache.open(testData(test)).data.training)
    }
    if let own = opened.test { return (opened.training, own) }
    return opened.training.count < 20 ? (opened.training, nil) : try split(opened.training, 0.2, stream)
  }

  /// How the data in a file of their own for testing are read.
  func testData(_ path: String) -> DataOptions {
    var other = data
    other.path = path
    other.samples = nil
    return other
  }

  private func split(_ dataset: Dataset, _ fraction: Double, _ stream: RandomStream) throws -> (Dataset, Dataset?) {
    let parts = dataset.split(testFraction: fraction, stream: stream.split(UInt64(2)))
    try parts.training.checkForTraining(file: "\(data.path), the part left for training by --test \(short(fraction))")
    return (parts.training, parts.test.count > 0 ? parts.test : nil)
  }

  private func save(_ result: FitResult, training: Dataset, to directory: String, totalSeconds: Double) throws {
    try FittedModel(result, inputNames: training.inputNames).save(to: directory)
    try AtomicFile.write(
      FitReport(result: result, totalSeconds: totalSeconds).json() + "\n", to: directory + "/report.json")
    try lossPlot(result).write(to: directory + "/loss.svg")
  }
}

/// Where results go.
struct OutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write model, report and loss curve into this folder.", valueName: "DIR"))
  var save: String?

  @Option(help: ArgumentHelp("Write the loss curve as SVG, its data beside it as CSV.", valueName: "FILE.svg"))
  var plot: String?

  @Option(help: ArgumentHelp("Keep the run in the store, among the runs of this experiment.", valueName: "NAME"))
  var record: String?

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  @Flag(help: "No progress.")
  var quiet = false

  @Flag(help: "Print the settings as JSON and stop.")
  var showConfig = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Threads (default: all processors). Results do not depend on it.", valueName: "N"))
  var jobs: Int?

  @Option(help: ArgumentHelp("Keep checkpoints in this folder (default: .shallows here).", valueName: "DIR"))
  var checkpoints: String = ".shallows"

  mutating func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs \(jobs): at least 1 is needed.") }
  }

  /// Applies the thread count and refuses places that cannot be written to before any work is done.
  func prepareOutput() throws {
    if let jobs { Parallel.threads = jobs }
    if let save { try checkFolder(save, option: "--save") }
    try checkFolder(checkpoints, option: "--checkpoints")
    var isDirectory: ObjCBool = false
    if let plot {
      let parent = URL(fileURLWithPath: plot).deletingLastPathComponent().path
      guard FileManager.default.fileExists(atPath: parent, isDirectory: &isDirectory), isDirectory.boolValue else {
        throw CommandError("--plot \(plot): there is no folder \(parent)")
      }
      guard FileManager.default.isWritableFile(atPath: parent) else {
        throw CommandError("--plot \(plot): the folder \(parent) cannot be written to")
      }
    }
  }

  /// Refuses a path that is no folder and cannot become one. Nothing is made yet, so that a failed fit leaves nothing.
  private func checkFolder(_ path: String, option: String) throws {
    if path.isEmpty { throw CommandError("\(option): the name of the folder is empty") }
    var place = URL(fileURLWithPath: path).standardizedFileURL
    while !FileManager.default.fileExists(atPath: place.path), place.path != "/" { place.deleteLastPathComponent() }
    var isDirectory: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: place.path, isDirectory: &isDirectory)
    guard isDirectory.boolValue else {
      throw CommandError("\(option) \(path): \(place.path) is a file; a folder is needed")
    }
    guard FileManager.default.isWritableFile(atPath: place.path) else {
      throw CommandError("\(option) \(path): the folder \(place.path) cannot be written to")
    }
  }

  func checkpointPath(for settings: FitSettings, data: String) -> String {
    checkpoints + "/fit-" + Fingerprint(data + settings.canonicalText).hexadecimal
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
