import Foundation
import Shallows

/// Samples with what is known of them.
struct RecoverSamples: Sendable {
  /// As given: a file's path, or "planted".
  let name: String
  let inputNames: [String]
  let outputNames: [String]
  let source: any SampleSource
  /// Where they come from a known network.
  let planted: RandomSamples?

  init(name: String, samples: NamedSamples, planted: RandomSamples?) {
    self.name = name
    inputNames = samples.inputNames
    outputNames = samples.outputNames
    source = samples.source
    self.planted = planted
  }
}

/// A recovery, and how far it is from the truth where that is known.
struct RecoverOutcome: Sendable {
  let samples: RecoverSamples
  let result: RecoveryResult
  let guarantee: Guarantee
  let judgement: RecoveryJudgement
  let truth: PlantedTruth?

  /// - Throws: `LinearAlgebraError` when a weight is not finite.
  init(samples: RecoverSamples, result: RecoveryResult) throws {
    self.samples = samples
    self.result = result
    guarantee = result.guarantee
    judgement = result.judgement
    truth = try samples.planted.map { try PlantedTruth($0, result.network) }
  }

  /// The network as `predict` and `fit --start` take it.
  var model: FittedModel {
    FittedModel(
      result.network.twoLayerNetwork, inputNames: samples.inputNames, outputNames: samples.outputNames)
  }
}

/// A recovered network beside the planted one.
struct PlantedTruth: Sendable {
  let network: ReLUNetwork
  let distribution: InputDistribution
  let noise: Double
  let error: RecoveryError
  /// The mean over fresh inputs of |A sigma(W x) - A* sigma(W* x)|^2 / l, without noise.
  let testError: Double

  private static let testSamples = 10_000

  init(_ samples: RandomSamples, _ recovered: ReLUNetwork) throws {
    network = samples.network
    distribution = samples.distribution
    noise = samples.noise
    error = try RecoveryError(of: recovered, from: samples.network)
    let fresh = samples.fresh(count: Self.testSamples).matrixSamples()
    testError = recovered.meanSquaredError(against: samples.network, over: fresh.x)
  }

  /// The larger one of W's and A's squared errors, as a share of complete failure.
  var share: Double {
    max(error.hidden / error.failureLevel.hidden, error.output / error.failureLevel.output)
  }
}

/// Refuses sizes for which the machine's memory does not suffice: the allocation would otherwise end the program.
struct RecoverSize {
  let inputs, neurons, outputs: Int

  /// C, C^-1/2 and the like; the detector's matrix, d(d+1)/2 x k(k+1)/2, with its sums of several threads and its
  /// singular vectors; random orthogonal matrices of the planted weights.
  private var bytes: Double {
    let (d, k, l) = (Double(inputs), Double(neurons), Double(outputs))
    return 8 * (6 * (d + l) * (d + l) + 4 * (d * (d + 1) / 2) * (k * (k + 1) / 2) + 4 * k * k)
  }

  /// A word before work that takes minutes: two operations for each product of a pair of inputs and a pair of neurons
  /// over the samples, and some for the null space, at what an older core does.
  func noteLongWork(_ name: String, samples: Int) {
    let (d, k) = (Double(inputs), Double(neurons))
    let rows = d * (d + 1) / 2, columns = k * (k + 1) / 2
    let minutes = (2 * (Double(samples) + columns) * rows * columns + 4 * columns * columns * columns) / 3e10 / 60
    guard minutes > 2 else { return }
    note("\(name): the moments of \(counted(inputs, "input")) and \(counted(neurons, "neuron")) may take some "
      + "\(minutes < 120 ? "\(Int(minutes)) minutes" : "\(Int(minutes / 60)) hours").")
  }

  /// - Throws: ``CommandError`` naming the sizes.
  func check(_ name: String) throws {
    let memory = Double(ProcessInfo.processInfo.physicalMemory)
    guard bytes > memory else { return }
    throw CommandError(
      "\(name): the moments of \(counted(inputs, "input")), \(counted(neurons, "neuron")) and "
        + "\(counted(outputs, "output")) take about \(short(bytes / 1e9)) GB, this machine has \(short(memory / 1e9)); "
        + "give fewer neurons (--neurons) or inputs")
  }
}
