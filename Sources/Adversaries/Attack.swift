import Dynamics
import LinearAlgebra

/// Attacks every input of a problem, and says of each what the attack is worth.
///
/// ```swift
/// let problem = try AttackProblem(
///   network: network, inputs: x, targets: y, loss: .crossEntropy, radii: [Double](repeating: 0.5, count: x.rows))
/// var settings = AttackSettings()
/// settings.certificate = .bounds
/// let result = try Attack(settings).run(on: problem)
/// let summary = AttackSummary(result.outcomes)
/// print(summary.cleanAccuracy!, summary.attackedAccuracy!, summary.certifiedAccuracy!)
/// ```
public struct Attack: Sendable {
  public let settings: AttackSettings
  public var progress: (@Sendable (Driver.Progress) -> Void)?
  public var cancellation: Cancellation?

  public init(_ settings: AttackSettings = AttackSettings()) { self.settings = settings }

  /// Runs the attack.
  ///
  /// - Throws: ``AttackError`` for settings that do not fit the problem.
  public func run(on problem: AttackProblem) throws -> AttackResult {
    fatalError("under construction")
  }
}
