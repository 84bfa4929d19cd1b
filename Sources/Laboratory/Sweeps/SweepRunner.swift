import Dynamics
import Foundation
import LinearAlgebra
import Synchronization

/// Runs what is left of a sweep, several runs at a time, each on one thread.
///
/// A run belongs to whoever takes its lock first, so that any number of runners, in any number of processes, may work on
/// the same sweep. Each takes what is neither complete nor in flight, and in the end waits for the others' runs, taking
/// them over should their process die.
public struct SweepRunner: Sendable {
  public let store: RunStore
  /// Runs at a time.
  public var workers = Parallel.threads
  /// Whether the first failure ends the sweep.
  public var failFast = false
  /// Ends the sweep: runs in flight write their checkpoints.
  public var cancellation = Cancellation()
  /// Told of every run that ends here, from any thread.
  public var progress: @Sendable (PlannedRun, RunStore.End) -> Void = { _, _ in }
  /// Told once when all that is left is others' work: how many runs.
  public var waiting: @Sendable (Int) -> Void = { _ in }

  public init(_ store: RunStore) { self.store = store }

  /// Runs everything in the plan that is not complete.
  ///
  /// - Parameter dispatcher: shares the runs of the plan out, over several processes if need be.
  /// - Throws: `AtomicFile.Failure` where the store cannot be written to, ``RunStoreError`` where it is damaged. What was
  ///   completed before stays completed.
  public func run(_ plan: SweepPlan, dispatcher: (any RunDispatcher)? = nil, body: @escaping RunBody) throws {
    let dispatcher = dispatcher ?? LocalDispatcher(count: plan.runs.count)
    let shared = Shared()
    Parallel.threads = workers
    Parallel.forEach(workers) { _ in
      while !cancellation.isCancelled, let i = dispatcher.next() { attempt(i, plan, shared, body) }
    }
    var told = false
    while !cancellation.isCancelled, let others = shared.takeElsewhere() {
      if !told { waiting(others.count) }
      told = true
      // Those that are still being worked on come back to the list.
      for i in others where !cancellation.isCancelled { attempt(i, plan, shared, body) }
      if shared.hasElsewhere { Thread.sleep(forTimeInterval: 0.2) }
    }
    if let error = shared.error { throw error }
  }

  private func attempt(_ i: Int, _ plan: SweepPlan, _ shared: Shared, _ body: RunBody) {
    let run = plan.runs[i]
    do {
      let end = try store.perform(run, of: plan.name, cancellation: cancellation, body: body)
      switch end {
      case .elsewhere: shared.addElsewhere(i)
      case .failed where failFast:
        progress(run, end)
        cancellation.cancel()
      default: progress(run, end)
      }
    } catch {
      shared.fail(error)
      cancellation.cancel()
    }
  }

  private final class Shared: Sendable {
    private let state = Mutex<(elsewhere: [Int], error: (any Error)?)>(([], nil))

    func addElsewhere(_ i: Int) { state.withLock { $0.elsewhere.append(i) } }
    var hasElsewhere: Bool { state.withLock { !$0.elsewhere.isEmpty } }
    func takeElsewhere() -> [Int]? {
      state.withLock { state in
        defer { state.elsewhere = [] }
        return state.elsewhere.isEmpty ? nil : state.elsewhere.sorted()
      }
    }
    func fail(_ error: any Error) { state.withLock { if $0.error == nil { $0.error = error } } }
    var error: (any Error)? { state.withLock { $0.error } }
  }
}

/// How many runs of a plan are in each state.
public struct SweepTally: Sendable, Hashable {
  public private(set) var counts: [RunStatus.State: Int] = [:]
  /// The failed runs and why, in the order of the plan.
  public private(set) var failures: [PlannedRun: String] = [:]

  public init(_ plan: SweepPlan, in store: RunStore) throws {
    for run in plan.runs {
      let state = try store.state(of: run, in: plan.name)
      counts[state, default: 0] += 1
      if state == .failed { failures[run] = store.folder(of: run, in: plan.name).status()?.message ?? "" }
    }
  }

  public subscript(state: RunStatus.State) -> Int { counts[state] ?? 0 }

  /// `280 completed, 12 failed, 8 planned`.
  public var text: String {
    let parts = RunStatus.State.allCases.compactMap { state in counts[state].map { "\($0) \(state.rawValue)" } }
    return parts.isEmpty ? "no runs" : parts.joined(separator: ", ")
  }
}
