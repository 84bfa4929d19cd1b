/// How a run ended. Failure is a value: nothing is lost by reading it.
public enum Termination: Equatable, Sendable, Codable {
  case converged(Convergence)
  case stopped(Stop)
  case failed(Failure)

  /// The goal was met.
  public enum Convergence: String, Codable, Sendable, CaseIterable {
    case valueReached
    case stationary
    case settled
  }

  /// A limit was met; more of the same may still help.
  public enum Stop: String, Codable, Sendable, CaseIterable {
    case iterationLimit
    case timeLimit
    case cancelled
    case stalled
  }

  /// The method cannot go on.
  public enum Failure: String, Codable, Sendable, CaseIterable {
    case nonFinite
    case noDescent
    case dampingLimit
  }

  /// "converged", "stopped" or "failed".
  public var kind: String {
    switch self {
    case .converged: "converged"
    case .stopped: "stopped"
    case .failed: "failed"
    }
  }

  /// What happened, in a sentence.
  public var message: String {
    switch self {
    case .converged(.valueReached): "The objective fell below its target."
    case .converged(.stationary): "The point is stationary for the constrained problem, within tolerance."
    case .converged(.settled): "Steps no longer lower the objective beyond rounding."
    case .stopped(.iterationLimit): "The iteration limit was reached."
    case .stopped(.timeLimit): "The time limit was reached."
    case .stopped(.cancelled): "The run was interrupted; its checkpoint can be resumed."
    case .stopped(.stalled): "The objective no longer improves, yet the point is not stationary within tolerance."
    case .failed(.nonFinite): "A number became infinite or undefined."
    case .failed(.noDescent): "No step along the direction lowers the objective."
    case .failed(.dampingLimit): "The damping reached its limit without finding a lower point."
    }
  }

  /// What to try next, where something can be tried.
  public var hint: String? {
    switch self {
    case .converged: nil
    case .stopped(.iterationLimit): "Allow more iterations, or accept the loss reached."
    case .stopped(.timeLimit): "Allow more time, or accept the loss reached."
    case .stopped(.cancelled): "Give the same command again to continue."
    case .stopped(.stalled): "Try a larger width, another seed, or Gauss-Newton."
    case .failed(.nonFinite): "Try a smaller step, or standardise the inputs."
    case .failed(.noDescent): "The point may be stationary to rounding; compare the gradient with the tolerance."
    case .failed(.dampingLimit): "Near the narrowest width this is common: try another seed or a larger width."
    }
  }

  public var isFailure: Bool {
    if case .failed = self { true } else { false }
  }
}

/// Thrown by ``Solution/get()`` when the run failed.
public struct TerminationError: Error, CustomStringConvertible {
  public let termination: Termination
  public let iteration: Int

  public var description: String {
    let hint = termination.hint.map { " " + $0 } ?? ""
    return "iteration \(iteration): \(termination.message)\(hint)"
  }
}
