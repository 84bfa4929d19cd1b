import Synchronization

/// Hands out the runs of a sweep, one at a time, to whoever is free.
///
/// Each number from zero below the count is given to one caller among all threads and processes that share the
/// dispatcher.
public protocol RunDispatcher: Sendable {
  /// The number of the next run; `nil` when none is left.
  func next() -> Int?
}

/// Hands out runs to the threads of this process.
public final class LocalDispatcher: RunDispatcher {
  private let count: Int
  private let handed = Atomic(0)

  public init(count: Int) { self.count = count }

  public func next() -> Int? {
    let i = handed.add(1, ordering: .relaxed).oldValue
    return i < count ? i : nil
  }
}
