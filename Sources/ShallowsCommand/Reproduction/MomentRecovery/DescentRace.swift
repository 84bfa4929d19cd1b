import Foundation
import Shallows

/// One planted network: the recovery, and descent from a random start given the same time or a multiple of it.
struct DescentRace: ExperimentTask {
  enum Descender: String, Codable, CaseIterable, Sendable {
    case gradient = "gradient descent"
    case stochastic = "SGD"
    case adam = "Adam"

    /// Steps that tuning chooses from; gradient descent finds its own by backtracking.
    var steps: [Double] {
      switch self {
      case .gradient: [1]
      case .stochastic: [0.03, 0.1, 0.3, 1]
      case .adam: [0.001, 0.003, 0.01, 0.03]
      }
    }
  }

  var recovery: PlantedRecovery
  /// Multiples of the recovery's time.
  let multiples: [Double]
  /// The step of each descender at each multiple; `nil` for all of ``Descender/steps``.
  let steps: [[Double]]?
  var seed: UInt64 { recovery.seed }

  static let batch = 32

  struct Result: Codable, Sendable {
    /// Of the practical and of the refined form.
    let recovered: [PlantedRecovery.Errors]
    /// [descender][multiple][step].
    let descended: [[[PlantedRecovery.Errors]]]
  }

  func run() throws -> Result {
    var planted = recovery
    planted.forms = [.practical, .refined]
    let recovered = try planted.run()
    let truth = planted.truth, samples = planted.drawSamples(), test = planted.testInputs()
    let time = recovered[1].seconds
    let descended = try Descender.allCases.enumerated().map { i, descender in
      try multiples.enumerated().map { j, multiple in
        try (steps.map { [$0[i][j]] } ?? descender.steps).map { step in
          let clock = ContinuousClock(), begin = clock.now
          let network = try descend(descender, step: step, seconds: multiple * time, on: samples)
          let spent = (clock.now - begin) / .seconds(1)
          return try PlantedRecovery.errors(of: network, truth, test, seconds: spent)
        }
      }
    }
    return Result(recovered: recovered, descended: descended)
  }

  /// The network at the end of the time; the start is drawn with the lengths of rows and columns of the planted one.
  private func descend(
    _ descender: Descender, step: Double, seconds: Double, on samples: MatrixSamples
  ) throws -> ReLUNetwork {
    let networks = recovery.networks
    let start = RandomNetworks(
      inputs: networks.inputs, neurons: networks.neurons, outputs: networks.outputs, hidden: .gaussian,
      output: .gaussian
    ).network(random: RandomStream(seed: seed).split(3))
    typealias Objective = NetworkObjective<Double>
    let objective = Objective(
      shape: TwoLayerShape(
        inputs: networks.inputs, hidden: networks.neurons, outputs: networks.outputs, bias: false),
      activation: .relu, inputs: samples.x, targets: samples.y)
    let problem = Minimization(objective, from: start.hidden.elements + start.output.elements)
    let driver = Driver(iterations: .max, seconds: seconds)
    let parameters =
      switch descender {
      case .gradient: try driver.run(Descent<Objective>(step: .backtracking()), on: problem).value.parameters
      case .stochastic:
        try driver.run(
          StochasticDescent<Objective>(step: .fixed(step), batch: Self.batch, seed: seed), on: problem
        ).value.parameters
      case .adam:
        try driver.run(
          StochasticDescent<Objective>(Adam<Double>(), step: .fixed(step), batch: Self.batch, seed: seed), on: problem
        ).value.parameters
      }
    let network = TwoLayerNetwork(shape: objective.shape, activation: .relu, parameters: parameters)
    let end = ReLUNetwork(hidden: network.hiddenWeights, output: network.outputWeights)
    // A step too long ends in numbers that are not finite: as if it had never begun.
    return parameters.allSatisfy(\.isFinite) ? end.normalized() : start
  }
}
