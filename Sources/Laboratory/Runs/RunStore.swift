import Dynamics
import Foundation
import Synchronization

/// The folder under which runs are kept: `runs/<experiment>/<hash of the configuration>/seed-0007/`.
///
/// The folders are the truth. Everything else, the index included, can be made from them again.
///
/// ```swift
/// let store = try RunStore("runs")
/// let end = try store.perform(run, of: "cliff") { run, context in ... }
/// ```
public final class RunStore: Sendable {
  public let path: String
  let environment: JSONValue
  private let locks = Mutex<[String: RunLocks]>([:])

  /// - Parameter environment: what to write into each run's folder; taken from this process where it is not given.
  public init(_ path: String, environment: RunEnvironment? = nil) throws {
    self.path = path
    self.environment = try JSONValue(encoding: environment ?? .current())
  }

  public func folder(of experiment: String) -> String { "\(path)/\(experiment)" }
  public func folder(of run: PlannedRun, in experiment: String) -> RunFolder {
    RunFolder(path: "\(path)/\(experiment)/\(run.path)")
  }

  /// The names that can be folders: letters, digits, dots, dashes and underscores, not starting with a dot or a dash.
  public static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 100 && name.first != "." && name.first != "-"
      && name.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || "0123456789.-_".unicodeScalars.contains($0)) }
  }

  func locks(of experiment: String) throws -> RunLocks {
    try locks.withLock { locks in
      if let known = locks[experiment] { return known }
      let opened = try RunLocks(folder: folder(of: experiment))
      locks[experiment] = opened
      return opened
    }
  }

  /// The state of a run as it is now: one that says it is in flight, and whose lock nobody holds, was interrupted.
  public func state(of run: PlannedRun, in experiment: String) throws -> RunStatus.State {
    guard let status = folder(of: run, in: experiment).status() else { return .planned }
    return status.state == .running ? try liveState(path: run.path, in: experiment) : status.state
  }

  /// How an attempt at a run ended.
  public enum End: Sendable, Hashable {
    case completed
    case alreadyCompleted
    case failed(String)
    case interrupted
    /// Somebody else is working on it.
    case elsewhere
  }

  /// Runs `body` and records it, unless the run is complete or being worked on.
  ///
  /// - Throws: `AtomicFile.Failure` where the store cannot be written to; the run is then as if interrupted.
  public func perform(
    _ run: PlannedRun, of experiment: String, cancellation: Cancellation = Cancellation(), body: RunBody
  ) throws -> End {
    try AtomicFile.makeFolder(folder(of: experiment))
    let locks = try locks(of: experiment)
    guard locks.take(run.path) else { return .elsewhere }
    defer { locks.release(run.path) }
    let folder = folder(of: run, in: experiment)
    let earlier = folder.status()
    if earlier?.state == .completed { return .alreadyCompleted }

    try AtomicFile.makeFolder(folder.path)
    try writeIdentity(of: run, to: folder)
    try folder.write(environment, to: "environment.json", durable: false)
    let status = RunStatus.beginning(after: earlier)
    try folder.write(status, durable: false)
    try folder.log(earlier == nil ? "started" : "started again, attempt \(status.attempts)")
    let heart = Heartbeat(folder.statusPath)
    defer { heart.stop() }

    let clock = ContinuousClock()
    let began = clock.now
    func seconds() -> Double { (clock.now - began) / .seconds(1) }
    let context = RunContext(
      folder: folder, metrics: MetricsLog(path: folder.metricsPath), cancellation: cancellation)
    do {
      let outcome = try body(run, context)
      context.metrics.close()
      if let failure = context.metrics.failure { throw failure }
      try folder.write(outcome.result, to: "result.json", durable: true)
      try folder.log("completed in \(seconds()) s")
      heart.stop()
      try folder.write(status.ended(.completed, seconds: seconds(), timings: outcome.timings), durable: true)
      return .completed
    } catch let failure as AtomicFile.Failure {
      throw failure
    } catch is RunInterruption {
      heart.stop()
      try folder.write(status.ended(.interrupted, seconds: seconds()), durable: false)
      try folder.log("interrupted")
      return .interrupted
    } catch {
      heart.stop()
      let message = "\(error)"
      try folder.write(status.ended(.failed, seconds: seconds(), message: message), durable: false)
      try folder.log("failed: \(message)")
      return .failed(message)
    }
  }

  /// Writes `config.json`, or makes sure that the one there is of this very run.
  private func writeIdentity(of run: PlannedRun, to folder: RunFolder) throws {
    let identity = RunFolder.Identity(run)
    if let found = try? folder.identity(), found.configuration == run.configuration, found.seed == run.seed { return }
    if let found = try? folder.identity(), found.configuration != run.configuration, folder.status() != nil {
      throw RunStoreError(
        "\(folder.path)/config.json: holds another configuration than its folder's name says\n  there: "
          + "\(found.configuration.settings.text)\n  here:  \(run.configuration.settings.text)\nmove that folder away")
    }
    try folder.write(JSONValue(encoding: identity), to: "config.json", durable: false)
  }
}
