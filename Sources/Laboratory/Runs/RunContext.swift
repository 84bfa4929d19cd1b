import Dynamics
import Foundation

/// What a run is given by the store: a folder of its own, a place for measurements, and the wish to stop.
public struct RunContext: Sendable {
  public let folder: RunFolder
  public let metrics: MetricsLog
  public let cancellation: Cancellation

  /// Where to keep checkpoints: the name of a file, or how the names of several begin. What is found there belongs to an
  /// earlier attempt at the same run. The store deletes them when the run is complete.
  public var checkpointPath: String { folder.checkpointPath }

  /// The seconds between two checkpoints: ten, or what the variable `SHALLOWS_CHECKPOINT_SECONDS` says.
  public var checkpointSeconds: Double { Self.checkpointSeconds }

  private static let checkpointSeconds: Double = {
    let given = ProcessInfo.processInfo.environment["SHALLOWS_CHECKPOINT_SECONDS"].flatMap { Double($0) }
    return given.flatMap { $0 >= 0 ? $0 : nil } ?? 10
  }()
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
