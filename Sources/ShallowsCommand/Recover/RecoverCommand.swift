import ArgumentParser
import Foundation
import Shallows

struct RecoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Recover the weights of a two-layer ReLU network from samples, and say whether to believe them.",
    discussion: """
      From samples of y = A relu(W x) + noise with symmetric inputs x, W and A are found by the method of moments: no \
      starts, no local minima. The verdict is reliable, doubtful or failed, with its reasons and what might help. \
      Without DATA, or with the word "planted", samples of a random network are generated, and the true errors are \
      shown as well. Exit status 2 when the verdict is failed. See docs/moment-recovery.md.

      Examples:
        shallows recover
        shallows recover samples.npz --refine --save model
        shallows recover measured.csv --inputs "x*" --outputs force,torque
        shallows recover planted --distribution mixture=1 --noise 0.25
        shallows recover planted --planted 5 --responses 8 --write samples.npz
      """)

  @Argument(
    help: ArgumentHelp(
      "An NPZ or CSV file, an NPY file with --outputs, or the word \"planted\".", valueName: "DATA"))
  var data = RecoverData.planted

  @OptionGroup(title: "Samples, recovery") var options: RecoverOptions
  @OptionGroup(title: "A planted network") var network: PlantedOptions
  @OptionGroup(title: "Output") var files: RecoverFiles
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var store: StoreOptions

  var isPlanted: Bool { data == RecoverData.planted }

  mutating func validate() throws {
    if isPlanted {
      for (option, name) in [("--inputs", options.inputs), ("--outputs", options.outputs)] where name != nil {
        throw ValidationError(
          "\(option): there are no names in planted samples; give a file as DATA, or --dimension and --responses.")
      }
      do {
        let planted = try network.networks(slope: 0)
        try checkNeurons(inputs: planted.inputs, outputs: planted.outputs)
      } catch { throw ValidationError("\(error).") }
    } else if let option = network.given.first {
      throw ValidationError("\(option): goes with \"planted\" samples; \(data) holds samples already.")
    }
  }

  /// No more neurons can be recovered than there are inputs or outputs.
  private func checkNeurons(inputs d: Int, outputs l: Int) throws {
    guard let k = options.neurons.value, k > min(d, l) else { return }
    throw CommandError(
      "--neurons \(k): from \(counted(d, "input")) and \(counted(l, "output")) at most \(min(d, l)) can be recovered; "
        + "1 to \(min(d, l)), or \"auto\", is accepted")
  }

  mutating func run() throws {
    let began = ContinuousClock.now
    try files.check()
    if let path = network.write { try OutputPlace.checkFile(path, option: "--write") }
    output.prepareOutput()
    if output.showConfig {
      print(try settingsText)
      return
    }
    let interruption = Interruption()
    let samples = try openSamples()
    if !output.quiet {
      let (d, l) = (samples.source.inputs, samples.source.outputs)
      RecoverSize(inputs: d, neurons: options.neurons.value ?? min(d, l), outputs: l)
        .noteLongWork(data, samples: samples.source.count)
    }
    let stages = StageProgress(style: .automatic(quiet: output.quiet || output.json))
    let made: RecoverOutcome?
    do {
      if let path = network.write { try samples.source.writeNPZ(to: path) }
      if let name = output.record {
        made = try record(as: name, in: store, DatasetCache()) { [self] context in
          let outcome = try recover(samples, context.cancellation, stages)
          return (outcome, try RunOutcome(RecoverReport(outcome: outcome)))
        }
      } else {
        made = try recover(samples, interruption.cancellation, stages)
      }
    } catch is RunInterruption {
      stages.finish()
      note("Interrupted.")
      throw ExitCode(interruption.exitCode)
    }
    stages.finish()
    guard let outcome = made else {
      if interruption.wasReceived { throw ExitCode(interruption.exitCode) }
      return
    }
    let total = (ContinuousClock.now - began) / .seconds(1)
    let report = RecoverReport(outcome: outcome, totalSeconds: total)
    if let directory = files.save {
      try outcome.model.save(to: directory)
      try AtomicFile.write(report.json.prettyText, to: directory + "/report.json")
    }
    if let path = files.plot { try recoveryPlot(outcome.result).write(to: path, height: 720) }
    if output.json {
      print(try report.json.prettyText, terminator: "")
    } else {
      RecoverSummary(outcome: outcome, totalSeconds: total, saved: files.save, written: network.write).print()
    }
    if outcome.judgement.verdict == .failed { throw ExitCode(2) }
  }

  /// The samples, of which those of a file are not read yet.
  ///
  /// - Throws: ``CommandError`` or `DatasetError`, also where the neurons asked for cannot be recovered.
  func openSamples() throws -> RecoverSamples {
    if isPlanted {
      let truth = try network.networks(slope: options.slope)
      try RecoverSize(inputs: truth.inputs, neurons: truth.neurons, outputs: truth.outputs).check("planted")
      // Streams of their own: recovery splits the seed's stream by small numbers.
      let random = RandomStream(seed: options.seed).split(UInt64(0x706c_616e_7465_6421))
      let samples = RandomSamples(
        truth.network(random: random.split(0)), try network.inputDistribution, noise: network.noise ?? 0,
        count: options.samples ?? 10_000, random: random.split(1))
      return RecoverSamples(
        name: "planted", samples: NamedSamples(samples, inputs: "x", outputs: "y"), planted: samples)
    }
    var samples = try RecoverData.open(data, inputs: options.inputs, outputs: options.outputs)
    if let count = options.samples {
      guard count <= samples.source.count else {
        throw CommandError("\(data): --samples \(count), but there are only \(samples.source.count)")
      }
      if count < samples.source.count { samples.source = SelectedSamples(samples.source) { $0 < count ? 1 : 0 } }
    }
    let (d, l) = (samples.source.inputs, samples.source.outputs)
    try checkNeurons(inputs: d, outputs: l)
    try RecoverSize(inputs: d, neurons: options.neurons.value ?? min(d, l), outputs: l).check(data)
    return RecoverSamples(name: data, samples: samples, planted: nil)
  }

  /// - Throws: `RunInterruption` when it was cancelled; what the recovery throws.
  func recover(
    _ samples: RecoverSamples, _ cancellation: Cancellation, _ stages: StageProgress? = nil
  ) throws -> RecoverOutcome {
    var recovery = Recovery(options.settings)
    recovery.cancellation = cancellation
    recovery.progress = { stage, share in stages?.update(stage.rawValue, share) }
    do {
      let result = try recovery.run(on: CancellableSamples(source: samples.source, cancellation: cancellation))
      return try RecoverOutcome(samples: samples, result: result)
    } catch is CancellationError {
      throw RunInterruption()
    }
  }
}

/// Where `shallows recover` writes.
struct RecoverFiles: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the recovered network and the report into this folder, for predict and fit --start.", valueName: "DIR"))
  var save: String?

  @Option(
    help: ArgumentHelp(
      "Write the singular values, W and A as SVG; the data beside it as CSV.", valueName: "FILE.svg"))
  var plot: String?

  /// Refuses places that cannot be written to before any work is done.
  func check() throws {
    if let save { try OutputPlace.checkFolder(save, option: "--save") }
    if let plot { try OutputPlace.checkFile(plot, option: "--plot") }
  }
}
