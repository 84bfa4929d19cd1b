import Foundation

/// How far a run has come, as its `status.json` says.
public struct RunStatus: Codable, Sendable, Hashable {
  public enum State: String, Codable, Sendable, CaseIterable {
    /// The result is on disk.
    case completed
    /// The run ended in an error; it is tried again when the same command is given.
    case failed
    /// The run was stopped, by a signal or with its process; the same command continues it.
    case interrupted
    /// A process is working on it.
    case running = "in flight"
    /// Wanted, and not begun.
    case planned
  }

  public var state: State
  /// When the run was begun, for the first time and for the last.
  public var firstStarted: String
  public var started: String
  public var finished: String?
  /// Wall time of the last attempt, in seconds, and what else the clock had to say.
  public var seconds: Double?
  public var timings: [String: Double]?
  public var attempts: Int
  public var host: String
  public var process: Int32
  /// Why it failed.
  public var message: String?

  /// The status of a run that begins now, after `earlier` attempts.
  static func beginning(after earlier: RunStatus?) -> RunStatus {
    let now = Timestamp.now()
    return RunStatus(
      state: .running, firstStarted: earlier?.firstStarted ?? now, started: now,
      attempts: (earlier?.attempts ?? 0) + 1, host: Machine.host, process: Machine.process)
  }

  /// The status at the end of the attempt that began with this one.
  func ended(_ state: State, seconds: Double, timings: [String: Double]? = nil, message: String? = nil) -> RunStatus {
    var status = self
    status.state = state
    status.finished = Timestamp.now()
    status.seconds = seconds
    status.timings = timings
    status.message = message
    return status
  }
}

/// Moments as the store writes them.
public enum Timestamp {
  /// Now, in UTC to the second: `2026-02-03T04:05:06Z`.
  public static func now() -> String { Date().formatted(.iso8601) }
}
