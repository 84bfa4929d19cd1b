/// All that a run leaves: what was found, how it ended, what it cost, how it went.
public struct Solution<Value, State: MethodState> {
  public let value: Value
  public let termination: Termination
  public let trace: Trace
  /// Wall time of all sittings, in seconds.
  public let seconds: Double
  public let state: State

  public var iterations: Int { state.iteration }
  public var evaluations: Evaluations { state.evaluations }
  public var measurements: Measurements { state.measurements }

  public init(value: Value, termination: Termination, trace: Trace, seconds: Double, state: State) {
    self.value = value
    self.termination = termination
    self.trace = trace
    self.seconds = seconds
    self.state = state
  }

  /// The value, unless the run failed.
  ///
  /// - Throws: ``TerminationError``.
  public func get() throws -> Value {
    if termination.isFailure { throw TerminationError(termination: termination, iteration: iterations) }
    return value
  }
}

extension Solution: Sendable where Value: Sendable {}
