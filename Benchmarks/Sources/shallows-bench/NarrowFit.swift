import ArgumentParser
import Foundation
import Shallows

/// A whole fit of 2,000 images by 8 neurons: the time to a loss of 1e-12, or the loss after a given time.
struct NarrowFit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "narrow-fit",
    abstract: "Fit 2,000 images with 8 neurons: time to a loss of 1e-12, or loss reached in a given time.",
    discussion: """
      The problem is that of "shallows fit DATA --samples 2000 --labels random --width 8 --seed S" (or of \
      "--target parity"). All methods move the hidden weights from the same mirrored start; projected descent keeps to \
      its ball and moves the output weights within their box as well.
      """)

  enum Labels: String, ExpressibleByArgument, CaseIterable { case random, parity }
  enum Method: String, ExpressibleByArgument, CaseIterable {
    case gaussNewton = "gauss-newton"
    case pgd, adam
  }

  @OptionGroup var source: BenchmarkData
  @Option(help: "Threads that the library may use.") var threads = 1
  @Option(help: "random or parity.") var labels: Labels = .random
  @Option(help: "gauss-newton, pgd or adam.") var method: Method = .gaussNewton
  @Option(help: "Adam's step length.") var rate = 0.01
  @Option(help: "Adam's batch; 0 for all samples.") var batch = 32
  @Option(help: "Stop after this time.") var limit: Double?
  @Option(help: "Seed of labels and start.") var seed: UInt64 = 0
  @Option(help: "Width of the network.") var width = 8
  @Option(help: "Write the problem as NPZ, for the peers to solve the same one.") var export: String?
  @Flag(help: "Only write the problem.") var onlyExport = false

  func run() throws {
    Parallel.threads = threads
    let images = try source.open(limit: 2000)
    let began = now(CLOCK_MONOTONIC)
    let labelled: Dataset
    switch labels {
    case .random:
      // As the command draws them.
      labelled = images.withRandomLabels(stream: RandomStream(seed: seed).split(0x6461_7461).split(1))
    case .parity:
      guard let parity = images.parity() else { throw ValidationError("--labels parity: the labels are no numbers") }
      labelled = parity
    }
    let data = try PreparedData(labelled)
    let prepared = now(CLOCK_MONOTONIC)
    let shape = TwoLayerShape(inputs: data.inputs.columns, hidden: width, outputs: 1)
    if let export {
      let start: [Double] = try Initialization.mirroredLeCun(zeta: 1)
        .parameters(shape, random: RandomStream(seed: seed))
      try exportProblem(shape, shape.augmented(data.inputs), data.targets, start, to: export)
      if onlyExport { return }
    }
    let result = try Fit(settings(samples: images.count)).run(on: data)
    let total = now(CLOCK_MONOTONIC) - prepared
    try printJSON(
      Row(
        method: method.rawValue, labels: labels.rawValue, seed: seed, samples: images.count, width: width,
        threads: threads, blas: BLAS.kernel, rate: method == .adam ? rate : nil, batch: method == .adam ? batch : nil,
        initialLoss: result.loss.initial, finalLoss: result.loss.final,
        lowestLoss: result.trace.points.map(\.measurements.value).reduce(result.loss.final, min),
        trainAccuracy: result.trainAccuracy, iterations: result.iterations,
        factorizations: result.evaluations.factorizations, preparationSeconds: prepared - began,
        trainingSeconds: result.seconds, totalSeconds: total, termination: result.termination.message))
  }

  private func settings(samples: Int) -> FitSettings {
    var settings: FitSettings
    switch method {
    case .gaussNewton: settings = FitSettings(method: .gaussNewton)
    case .pgd: settings = FitSettings(method: .pgd)
    case .adam:
      settings = FitSettings(method: .adam)
      settings.initialization = .mirroredLeCun(zeta: 1)
      settings.trainable = .hidden
      settings.step = rate
      settings.batch = batch > 0 ? batch : samples
      // How many epochs the time allows is not known before, so the step cannot fall along a curve of known length.
      settings.decay = false
    }
    settings.width = width
    settings.seed = seed
    settings.goal = 1e-12
    settings.seconds = limit
    if limit != nil {
      settings.iterations = 1_000_000_000
      settings.stationarity = 0
    }
    return settings
  }

  /// `trainingSeconds` is the descent alone, `totalSeconds` the whole of `Fit.run` with its guarantee checks;
  /// `preparationSeconds` come before both: standardising the inputs and finding their rank.
  private struct Row: Encodable {
    let method: String
    let labels: String
    let seed: UInt64
    let samples: Int
    let width: Int
    let threads: Int
    let blas: String
    let rate: Double?
    let batch: Int?
    let initialLoss: Double
    let finalLoss: Double
    let lowestLoss: Double
    let trainAccuracy: Double?
    let iterations: Int
    let factorizations: Int
    let preparationSeconds: Double
    let trainingSeconds: Double
    let totalSeconds: Double
    let termination: String
  }
}
