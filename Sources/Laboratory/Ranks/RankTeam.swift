import Dynamics
import Foundation
import Synchronization

/// The processes that work on one sweep together: the first rank shares out the runs and hears how they end, and works
/// itself; each rank writes the folders of its own runs.
///
///     every rank                       the first                     the others
///     reads the sweep                  assemble()                    join(plan:problem:)
///                                      begin(open:heard:)            <- returns
///     SweepRunner with this            next()                        next(), report(_:_:)
///     as dispatcher                    gather()                      finish(_:) until the first leaves
///                                      leave()                       <- returns
///
/// The wish to stop, of whichever rank, reaches all: by `cancellation`. Nothing waits within the messenger; a thread of
/// its own looks for messages every millisecond.
///
/// What a rank holds when it dies is no more than its runs in flight: whoever runs the sweep next does them again.
public final class RankTeam: RunDispatcher {
  /// What befell a rank.
  public struct Problem: Error, CustomStringConvertible, Hashable {
    public let rank: Int
    public let message: String
    public var description: String { "rank \(rank): \(message)" }
  }

  private struct State: Sendable {
    // The first rank's.
    var open: [Int] = []
    var handed = 0
    var plans: [Int: String] = [:]
    var problems: [Problem] = []
    var ready = 0
    var finished = 0
    var heard: @Sendable (String, RunStore.End) -> Void = { _, _ in }
    var completed: [String] = []
    // The others'.
    var taken: [Int] = []
    var isExhausted = false
    var hasBegun = false
    var mayLeave = false
    // Of all.
    var isStopping = false
    var stoppedBySignal = false
    var isOver = false
  }

  public let messenger: any RankMessenger
  private let cancellation: Cancellation
  private let wasSignalled: @Sendable () -> Bool
  private let state = Mutex(State())

  /// - Parameters:
  ///   - cancellation: is cancelled when any rank wants to stop.
  ///   - wasSignalled: whether this process was told to stop from outside.
  public init(
    _ messenger: any RankMessenger, cancellation: Cancellation, wasSignalled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.messenger = messenger
    self.cancellation = cancellation
    self.wasSignalled = wasSignalled
    Thread.detachNewThread { [weak self] in
      while let self, self.exchange() { Thread.sleep(forTimeInterval: 1e-3) }
    }
  }

  public var isFirst: Bool { messenger.rank == 0 }
  private var others: Range<Int> { 1..<max(messenger.count, 1) }

  /// Whether a signal to any rank ended the sweep.
  public var stoppedBySignal: Bool { state.withLock { $0.stoppedBySignal } || wasSignalled() }

  // MARK: The first rank

  /// Waits until every rank has read the sweep.
  ///
  /// - Parameter plan: what the sweep consists of, in short.
  /// - Throws: the first rank's ``Problem``, be it that it has read another sweep.
  public func assemble(plan: String) throws {
    wait { $0.ready == others.count }
    try state.withLock { state in
      if let problem = state.problems.min(by: { $0.rank < $1.rank }) { throw problem }
      if let other = state.plans.filter({ $0.value != plan }).keys.min() {
        throw Problem(
          rank: other, message: "has read another sweep than rank 0: file and data must be the same on all machines")
      }
    }
  }

  /// Lets all ranks set to work.
  ///
  /// - Parameters:
  ///   - open: the numbers of the runs to share out.
  ///   - heard: told how the other ranks' runs end, by their paths.
  public func begin(open: [Int], heard: @escaping @Sendable (String, RunStore.End) -> Void) {
    state.withLock { state in
      state.open = open
      state.heard = heard
      for rank in others { messenger.send(.begin, to: rank) }
    }
  }

  /// Waits until all work of the other ranks is done.
  ///
  /// - Returns: the paths of the runs that they completed.
  /// - Throws: the ``Problem`` that ended it.
  public func gather() throws -> [String] {
    wait { $0.finished == others.count }
    return try state.withLock { state in
      if let problem = state.problems.first { throw problem }
      return state.completed
    }
  }

  /// Sends the other ranks home, whatever they are about to do. The last call of the first rank.
  public func leave() {
    state.withLock { state in
      guard !state.isOver else { return }
      if isFirst { for rank in others { messenger.send(.leave, to: rank) } }
      state.isOver = true
    }
  }

  // MARK: The others

  /// Tells the first rank what was read and waits for its word.
  ///
  /// - Returns: whether to work.
  public func join(plan: String?, problem: String?) -> Bool {
    tell(.ready(plan: plan, problem: problem.map(Self.shortened)))
    wait { $0.hasBegun || $0.mayLeave }
    return state.withLock { $0.hasBegun }
  }

  public func report(_ run: PlannedRun, _ end: RunStore.End) {
    if case .failed(let message) = end {
      tell(.ended(run.path, .failed(Self.shortened(message))))
    } else {
      tell(.ended(run.path, end))
    }
  }

  /// Tells the first rank that this one is done and waits for the end.
  public func finish(_ problem: String?) {
    tell(.finished(problem: problem.map(Self.shortened)))
    wait { $0.mayLeave }
    leave()
  }

  private func tell(_ message: RankMessage) { state.withLock { _ in messenger.send(message, to: 0) } }

  /// Messages are short: see ``MPIMessenger``. The worst escape of JSON takes six bytes.
  private static func shortened(_ text: String) -> String {
    text.utf8.count <= 500 ? text : String(decoding: text.utf8.prefix(500), as: UTF8.self) + " ..."
  }

  // MARK: Sharing out

  /// The number of the next run for the caller; `nil` when none is left, or when all are to stop.
  public func next() -> Int? {
    if isFirst { return state.withLock { Self.hand(&$0) } }
    tell(.request)
    while true {
      let answer: Int?? = state.withLock { state in
        receive(&state)
        if !state.taken.isEmpty { return .some(state.taken.removeFirst()) }
        return state.isExhausted || state.mayLeave || cancellation.isCancelled ? .some(nil) : .none
      }
      if let answer { return answer }
      Thread.sleep(forTimeInterval: 1e-4)
    }
  }

  private static func hand(_ state: inout State) -> Int? {
    guard state.handed < state.open.count else { return nil }
    defer { state.handed += 1 }
    return state.open[state.handed]
  }

  // MARK: Messages

  private func wait(until condition: (State) -> Bool) {
    while !state.withLock({ condition($0) }) { Thread.sleep(forTimeInterval: 1e-3) }
  }

  /// Takes in what has arrived and passes on the wish to stop.
  ///
  /// - Returns: whether there will be more.
  private func exchange() -> Bool {
    let (ended, heard, isOver) = state.withLock { state in
      guard !state.isOver else { return ([(path: String, end: RunStore.End)](), state.heard, true) }
      let ended = receive(&state)
      if cancellation.isCancelled, !state.isStopping {
        state.isStopping = true
        if isFirst {
          for rank in others { messenger.send(.stop, to: rank) }
        } else {
          messenger.send(.stopRequested(bySignal: wasSignalled()), to: 0)
        }
      }
      return (ended, state.heard, false)
    }
    for (path, end) in ended { heard(path, end) }
    return !isOver
  }

  /// - Returns: the runs that have ended.
  @discardableResult private func receive(_ state: inout State) -> [(path: String, end: RunStore.End)] {
    var ended: [(path: String, end: RunStore.End)] = []
    while !state.isOver, let (message, rank) = messenger.receive() {
      switch message {
      case .ready(let plan, let problem):
        state.ready += 1
        state.plans[rank] = plan
        if let problem { state.problems.append(Problem(rank: rank, message: problem)) }
      case .request: messenger.send(.take(Self.hand(&state)), to: rank)
      case .ended(let path, let end):
        if end == .completed { state.completed.append(path) }
        ended.append((path, end))
      case .stopRequested(let bySignal):
        if bySignal { state.stoppedBySignal = true }
        cancellation.cancel()
      case .finished(let problem):
        state.finished += 1
        if let problem {
          state.problems.append(Problem(rank: rank, message: problem))
          cancellation.cancel()
        }
      case .begin: state.hasBegun = true
      case .take(let number):
        if let number { state.taken.append(number) } else { state.isExhausted = true }
      case .stop: cancellation.cancel()
      case .leave:
        state.mayLeave = true
        // Nobody listens any more.
        state.isStopping = true
        cancellation.cancel()
      }
    }
    return ended
  }
}
