import Dynamics
import LinearAlgebra

/// What an attack left: an outcome for each input, and the inputs as it moved them.
public struct AttackResult: Sendable {
  public let settings: AttackSettings
  /// In the order of the problem's inputs; fewer where the run was stopped.
  public let outcomes: [AttackOutcome]
  /// x_i + delta_i, n x d: within the ball and the box exactly, rounding included.
  public let attacked: Matrix<Double>
  public let termination: Termination
  public let guarantee: Guarantee
  public let seconds: Double
}
