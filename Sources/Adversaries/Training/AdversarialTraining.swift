import Dynamics
import LinearAlgebra
import Networks
import Optimization

/// Trains a network on inputs that an adversary moves, by the methods that plain fits use.
///
/// ```swift
/// var training = AdversarialTraining(threat: .init(radius: 1, dimension: 784))
/// training.epochs = 20
/// let solution = try training.run(
///   from: network, loss: .softmaxCrossEntropy, inputs: x, targets: y, driver: Driver(iterations: 20))
/// let robust = solution.value.parameters
/// ```
///
/// A step chooses for every sample of the batch the worst perturbation that a short ascent finds at the weights of the
/// moment, and moves the weights against the gradient of the loss there; see ``RobustObjective``.
public struct AdversarialTraining: Codable, Sendable, Equatable {
  /// How the weights move.
  public enum Method: String, CaseIterable, Codable, Sendable {
    case adam, momentum, sgd
    /// Full gradient with Armijo steps on the robust loss.
    case pgd
  }

  public var method = Method.adam
  /// The step length; falls to zero along a cosine where `decay` is set. Ignored by `pgd`, which searches.
  public var step = 0.002
  public var decay = true
  public var batch = 64
  public var epochs = 20
  /// The most gradients that the adversary takes for a sample; 1 is the single step of FGM.
  public var ascentSteps = 7
  public var seed: UInt64 = 0

  public init() {}

  /// - Throws: ``AttackError`` naming the setting, its value and what is accepted.
  public func validate() throws {
    guard step > 0, step.isFinite else { throw AttackError("the step is \(step); accepted: a positive number") }
    guard batch >= 1 else { throw AttackError("the batch is \(batch); accepted: at least 1") }
    guard epochs >= 0 else { throw AttackError("the number of epochs is \(epochs); accepted: at least 0") }
    guard ascentSteps >= 1 else {
      throw AttackError("the number of the adversary's steps is \(ascentSteps); accepted: at least 1")
    }
  }

  /// Runs the training from the weights of `network`.
  ///
  /// - Parameters:
  ///   - inputs: n x d, in the coordinates that the network takes.
  ///   - targets: n x k; one-hot for the softmax loss.
  ///   - threat: what the adversary may do, in coordinates of its own.
  ///   - driver: its iterations are replaced by the epochs.
  /// - Throws: ``AttackError`` for settings that are not accepted; what the driver throws.
  public func run<Element: Scalar>(
    from network: TwoLayerNetwork<Element>, loss: Loss, inputs: Matrix<Element>, targets: Matrix<Element>,
    threat: RobustObjective<Element>.Threat, driver: Driver
  ) throws -> Solution<Minimum<Element>, DescentState<Element>> {
    try validate()
    let objective = NetworkObjective(
      shape: network.shape, activation: network.activation, loss: loss, inputs: inputs, targets: targets)
    let robust = RobustObjective(
      objective, threat: threat,
      ascent: ascentSteps == 1
        ? .fastGradient(FastGradient()) : .projected(ProjectedAscent(tolerance: 1e-3, evaluations: ascentSteps)))
    let problem = Minimization(robust, from: network.parameters)
    var driver = driver
    driver.iterations = epochs
    let updates = epochs * Parallel.pieces(of: inputs.rows, size: batch)
    let schedule: StepRule = decay ? .cosine(peak: step, floor: 0, iterations: updates) : .fixed(step)
    // Robust losses do not reach zero: the epochs decide.
    let never = StoppingRule(value: 0, stationarity: 0)
    func stochastic(_ direction: any Direction<Element>) throws -> Solution<Minimum<Element>, DescentState<Element>> {
      try driver.run(
        StochasticDescent<RobustObjective<Element>>(
          direction, step: schedule, batch: batch, seed: seed, until: never), on: problem)
    }
    switch method {
    case .adam: return try stochastic(Adam())
    case .momentum: return try stochastic(Momentum(beta: 0.9, nesterov: true))
    case .sgd: return try stochastic(Gradient())
    case .pgd:
      return try driver.run(
        Descent<RobustObjective<Element>>(step: .backtracking(initial: step), until: never), on: problem)
    }
  }
}
