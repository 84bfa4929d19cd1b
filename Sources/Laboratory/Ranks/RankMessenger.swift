/// Carries messages between the processes ("ranks") that work on one sweep together.
///
/// Messages between two ranks arrive in the order in which they were sent. May be called from several threads.
public protocol RankMessenger: Sendable {
  /// The number of this process, from zero.
  var rank: Int { get }
  /// How many processes there are.
  var count: Int { get }

  func send(_ message: RankMessage, to rank: Int)

  /// The next message that has arrived; `nil` where none has. Does not wait.
  func receive() -> (message: RankMessage, from: Int)?
}

/// What ranks tell each other.
public enum RankMessage: Codable, Hashable, Sendable {
  // To the first rank.

  /// The sweep has been read: what it consists of, or what is wrong with it.
  case ready(plan: String?, problem: String?)
  /// A thread is free.
  case request
  /// A run, by its path, has ended.
  case ended(String, RunStore.End)
  /// Everybody is to stop: by a signal, or because of a failure.
  case stopRequested(bySignal: Bool)
  /// All work here is done, or what ended it.
  case finished(problem: String?)

  // From the first rank.

  /// The work begins.
  case begin
  /// The number of a run to take; `nil` where none is left.
  case take(Int?)
  /// Runs in flight are to write their checkpoints and end.
  case stop
  /// The end.
  case leave
}
