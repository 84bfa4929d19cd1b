import Foundation
import Shallows

/// One random network, its samples, and how well each form of the recovery finds it.
struct PlantedRecovery: ExperimentTask {
  var networks: RandomNetworks
  var distribution: InputDistribution = .gaussian
  var samples: Int
  /// The variance of the noise of each output.
  var noise = 0.0
  var forms: [RecoveryForm] = [.literal, .practical, .refined]
  let seed: UInt64

  /// d = k = l, orthonormal or of given conditions.
  static func square(
    _ d: Int, hidden: RandomNetworks.Spectrum = .orthonormal, output: RandomNetworks.Spectrum = .orthonormal,
    _ distribution: InputDistribution = .gaussian, samples: Int, noise: Double = 0, seed: UInt64
  ) -> PlantedRecovery {
    PlantedRecovery(
      networks: RandomNetworks(inputs: d, neurons: d, outputs: d, hidden: hidden, output: output),
      distribution: distribution, samples: samples, noise: noise, seed: seed)
  }

  /// How far a network is from the planted one.
  struct Errors: Codable, Sendable {
    /// Summed squared errors of unit rows of W and unit columns of A, as ``RecoveryError``.
    let hidden: Double
    let output: Double
    /// Without noise, on samples of its own, per output.
    let meanSquare: Double
    /// Wall time; a refinement includes the recovery that it started at.
    let seconds: Double
  }

  static let metrics: [(name: String, value: KeyPath<Errors, Double> & Sendable)] = [
    ("W error", \.hidden), ("A error", \.output), ("test MSE", \.meanSquare), ("seconds", \.seconds),
  ]

  var truth: ReLUNetwork { networks.network(random: RandomStream(seed: seed).split(0)) }

  func drawSamples() -> MatrixSamples {
    RandomSamples(truth, distribution, noise: noise, count: samples, random: RandomStream(seed: seed).split(1))
      .matrixSamples()
  }

  /// Inputs to test on.
  func testInputs() -> Matrix<Double> {
    RandomSamples(truth, distribution, count: 10_000, random: RandomStream(seed: seed).split(2)).matrixSamples().x
  }

  /// - Throws: what recovering throws.
  func run() throws -> [Errors] {
    let truth = truth, source = drawSamples(), test = testInputs()
    let clock = ContinuousClock()
    var practical: (network: ReLUNetwork, seconds: Double)?
    return try forms.map { form in
      let begin = clock.now
      let network: ReLUNetwork
      var before = 0.0
      if form == .refined, let practical {
        network = try form.refine(practical.network, on: source)
        before = practical.seconds
      } else {
        network = try form.recover(networks.neurons, from: source, seed: seed)
      }
      let seconds = before + (clock.now - begin) / .seconds(1)
      if form == .practical { practical = (network, seconds) }
      return try Self.errors(of: network, truth, test, seconds: seconds)
    }
  }

  static func errors(
    of network: ReLUNetwork, _ truth: ReLUNetwork, _ test: Matrix<Double>, seconds: Double
  ) throws -> Errors {
    let error = try RecoveryError(of: network, from: truth)
    return Errors(
      hidden: error.hidden, output: error.output, meanSquare: network.meanSquaredError(against: truth, over: test),
      seconds: seconds)
  }

  /// The rows of one point: each form, each metric, over seeds.
  static func rows(panel: String, x: Double, _ forms: [RecoveryForm], _ results: [[Errors]]) -> [ExperimentRow] {
    forms.indices.flatMap { i in
      metrics.map { metric in
        ExperimentRow(
          panel: panel, series: forms[i].name, metric: metric.name, x: x,
          values: results.map { $0[i][keyPath: metric.value] })
      }
    }
  }
}
