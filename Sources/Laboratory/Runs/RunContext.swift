import Dynamics

/// What a run is given by the store: a folder of its own, a place for measurements, and the wish to stop.
public struct RunContext: Sendable {
  public let folder: RunFolder
  public let metrics: MetricsLog
  public let cancellation: Cancellation

  /// Where to keep checkpoints; what is found there belongs to an earlier attempt at the same run.
  public var checkpointPath: String { folder.checkpointPath }
}

/// What a run hands over at its end.
public struct RunOutcome: Sendable {
  /// Numbers and words that depend on configuration and seed alone: the same bits on every repetition.
  public var result: JSONValue
  /// What the clock and the machine had to say, by name.
  public var timings: [String: Double]

  public init(result: JSONValue, timings: [String: Double] = [:]) {
    self.result = result
    self.timings = timings
  }
}

/// Thrown by a run that stopped because it was asked to, its checkpoint written.
public struct RunInterruption: Error {
  public init() {}
}

/// The work of a run: from what was planned to what came out.
///
/// Throws ``RunInterruption`` when it stopped at ``RunContext/cancellation``; any other error is recorded as the run's
/// failure, but for an `AtomicFile.Failure`: a disk that cannot be written to ends the whole sweep.
public typealias RunBody = @Sendable (PlannedRun, RunContext) throws -> RunOutcome
