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
///
/// Source: Deng, He, Huang, Su, ICML 2020 (arXiv 2010.10650); what is checked is derived, see docs/adversaries.md.
public struct Attack: Sendable {
  public let settings: AttackSettings
  /// Iterations are groups of inputs.
  public var progress: (@Sendable (Driver.Progress) -> Void)?
  public var cancellation: Cancellation?

  public init(_ settings: AttackSettings = AttackSettings()) { self.settings = settings }

  /// Runs the attack.
  ///
  /// A cancelled run has the outcomes of the inputs that it came to.
  ///
  /// - Throws: ``AttackError`` for settings that are not accepted.
  public func run(on problem: AttackProblem) throws -> AttackResult {
    try settings.validate()
    let rounds = AttackRounds(settings: settings, cancellation: cancellation)
    let driver = Driver(
      iterations: Parallel.pieces(of: problem.count, size: rounds.group), cancellation: cancellation,
      progress: progress)
    let solution = try driver.run(rounds, on: problem)
    let outcomes = solution.value.outcomes
    return AttackResult(
      settings: settings, outcomes: outcomes, attacked: solution.value.attacked, termination: solution.termination,
      guarantee: Guarantee(outcomes, settings: settings, norm: problem.norm), seconds: solution.seconds)
  }
}
