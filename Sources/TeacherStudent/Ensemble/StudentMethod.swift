import RealModule

/// How students move.
public enum StudentMethod: Sendable, Codable, Hashable {
  /// W <- W - eta grad L(W), the population gradient.
  case descent(step: Double)

  /// The same with a step sought at each iteration: from twice the last accepted one, halved until the loss falls by
  /// 1e-4 eta |grad L|^2; see ``StudentPack`` for what decides where rounding hides the loss.
  case backtracking(initial: Double)

  /// dW/dt = -grad L(W) by the Dormand-Prince 5(4) pair, with an error a step of at most `tolerance` (1 + |w|) in each
  /// weight. Iterations are accepted steps.
  case flow(tolerance: Double)

  /// W <- W - eta g, g the gradient of the mean over a fresh batch of Gaussian inputs.
  case freshSamples(step: Double, batch: Int)

  /// The fixed step length, where there is one.
  public var fixedStep: Double? {
    switch self {
    case .descent(let step), .freshSamples(let step, _): step
    case .backtracking, .flow: nil
    }
  }
}

/// When a student has arrived. It stops at whatever comes first.
public struct StudentStopping: Sendable, Codable, Hashable {
  /// Converged once max |dL/dw| over its weights is at or below this.
  public var gradient: Double?
  /// Converged once L is at or below this. Looked at where the plain loss is near it, every 16 iterations, because the
  /// exact loss costs more than a step.
  public var loss: Double?
  /// Stopped after so many iterations.
  public var iterations: Int
  /// Stopped when the step lengths add up to so much: eta t for descent, t for the flow.
  public var time: Double?

  public init(gradient: Double? = nil, loss: Double? = nil, iterations: Int = 1_000_000, time: Double? = nil) {
    self.gradient = gradient
    self.loss = loss
    self.iterations = iterations
    self.time = time
  }
}

/// What is written down of each student on its way.
public struct StudentRecording: Sendable, Codable, Hashable {
  /// Points of the curve in each decade of iterations (of time for the flow); 0 records none.
  public var pointsPerDecade: Int
  /// Whether the weights are kept at those points, as pictures of trajectories need.
  public var trajectory: Bool

  public init(pointsPerDecade: Int = 12, trajectory: Bool = false) {
    self.pointsPerDecade = pointsPerDecade
    self.trajectory = trajectory
  }

  public static let none = StudentRecording(pointsPerDecade: 0)

  /// The first moment after `moment` that is to be recorded: 10^(1/points) times as late, and the next iteration at
  /// least. Times, which need not be whole, start at 1e-3.
  func next(after moment: Double, isWhole: Bool) -> Double {
    guard pointsPerDecade > 0 else { return .infinity }
    let later = moment * Double.exp(2.302585092994046 / Double(pointsPerDecade))
    return isWhole ? max(moment + 1, later.rounded(.down)) : max(1e-3, later)
  }
}
