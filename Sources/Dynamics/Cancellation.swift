import Synchronization

/// A switch that asks a run to end at its next iteration, from any thread or a signal handler's queue.
public final class Cancellation: Sendable {
  private let flag = Atomic(false)

  public init() {}

  public func cancel() { flag.store(true, ordering: .releasing) }
  public var isCancelled: Bool { flag.load(ordering: .acquiring) }
}
