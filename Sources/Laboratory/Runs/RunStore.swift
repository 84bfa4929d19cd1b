import Dynamics
import Foundation
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

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
  private let environment: Mutex<JSONValue?>
  private let locks = Mutex<[String: RunLocks]>([:])

  /// - Parameter environment: what to write into each run's folder; taken from this process where it is not given, when
  ///   the first run begins.
  public init(_ path: String, environment: RunEnvironment? = nil) throws {
    self.path = path
    self.environment = Mutex(try environment.map { try JSONValue(encoding: $0) })
  }

  private func currentEnvironment() throws -> JSONValue {
    try environment.withLock { environment in
      if let known = environment { return known }
      let current = try JSONValue(encoding: RunEnvironment.current())
      environment = current
      return current
    }
  }

  public func folder(of experiment: String) -> String { "\(path)/\(experiment)" }
  public func folder(of run: PlannedRun, in experiment: String) -> RunFolder {
    RunFolder(path: "\(path)/\(experiment)/\(run.path)")
  }

  /// The names that can be folders: letters, digits, dots, dashes and underscores, not starting with a dot or a dash.
  public static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 100 && !name.hasPrefix("index.sqlite") && name.first != "." && name.first != "-"
      && name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789.-_".unicodeScalars.contains($0))
      }
  }

  func locks(of experiment: String) -> RunLocks {
    locks.withLock { locks in
      if let known = locks[experiment] { return known }
      let made = RunLocks(folder: folder(of: experiment))
      locks[experiment] = made
      return made
    }
  }

  /// The state of a run as it is now: one that says it is in flight, and whose lock nobody holds, was interrupted.
  public func state(of run: PlannedRun, in experiment: String) throws -> RunStatus.State {
    guard let status = folder(of: run, in: experiment).status() else { return .planned }
    return status.state == .running ? liveState(path: run.path, in: experiment) : status.state
  }

  /// The state of a recorded run as it is now.
  public func state(of run: RecordedRun) throws -> RunStatus.State {
    run.status.state == .running ? liveState(path: run.path, in: run.experiment) : run.status.state
  }

  /// How an attempt at a run ended.
  public enum End: Sendable, Hashable, Codable {
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
    let locks = locks(of: experiment)
    guard try locks.take(run.path) else { return .elsewhere }
    defer { locks.release(run.path) }
    let folder = folder(of: run, in: experiment)
    let earlier = folder.status()
    if earlier?.state == .completed {
      // Its process may have died between the status and this.
      folder.removeCheckpoints()
      return .alreadyCompleted
    }

    try makeFolder(of: folder)
    folder.removeLeftovers()
    try writeIdentity(of: run, to: folder)
    try folder.write(currentEnvironment(), to: "environment.json", durable: false)
    let status = RunStatus.beginning(after: earlier)
    try folder.write(status, durable: false)
    try folder.log(earlier == nil ? "started" : "started again, attempt \(status.attempts)")
    let heart = Heartbeat(folder.statusPath)
    defer { heart.stop() }

    let clock = ContinuousClock()
    let began = clock.now
    func seconds() -> Double { (clock.now - began) / .seconds(1) }
    let processor = processorSeconds()
    let context = RunContext(
      folder: folder, metrics: MetricsLog(path: folder.metricsPath), cancellation: cancellation)
    do {
      let outcome = try body(run, context)
      context.metrics.close()
      if let failure = context.metrics.failure { throw failure }
      try folder.write(outcome.result, to: "result.json", durable: true)
      try folder.log("completed in \(seconds()) s")
      // A run of a sweep keeps to its thread.
      let timings = outcome.timings.merging(["processorSeconds": processorSeconds() - processor]) { own, _ in own }
      heart.stop()
      try folder.write(status.ended(.completed, seconds: seconds(), timings: timings), durable: true)
      folder.removeCheckpoints()
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

  /// Makes the folder of a run; tried again when a deletion takes the empty folder above away in the same moment.
  private func makeFolder(of folder: RunFolder) throws(AtomicFile.Failure) {
    for _ in 0..<10 {
      do throws(AtomicFile.Failure) { return try AtomicFile.makeFolder(folder.path) } catch {
        guard error.code == ENOENT else { throw error }
      }
    }
    try AtomicFile.makeFolder(folder.path)
  }

  /// Writes files that the runs of an experiment share, alone among all processes.
  ///
  /// What processes that were killed while they did so have left half written is removed.
  ///
  /// - Throws: what `body` throws, or that the folder cannot be written to.
  public func writeShared(of experiment: String, _ body: () throws -> Void) throws {
    let folder = folder(of: experiment)
    try AtomicFile.makeFolder(folder)
    let locks = locks(of: experiment)
    // Not the path of any run.
    while try !locks.take("") { Thread.sleep(forTimeInterval: 0.01) }
    defer { locks.release("") }
    AtomicFile.removeLeftovers(in: folder)
    try body()
  }

  /// Writes `config.json`, or makes sure that the one there is of this very run.
  private func writeIdentity(of run: PlannedRun, to folder: RunFolder) throws {
    let identity = RunFolder.Identity(run)
    let found = try? folder.identity()
    if let found, found.configuration == run.configuration, found.seed == run.seed { return }
    if let found, found.configuration != run.configuration, folder.status() != nil {
      throw RunStoreError(
        "\(folder.path)/config.json: holds another configuration than its folder's name says\n  there: "
          + "\(found.configuration.settings.text)\n  here:  \(run.configuration.settings.text)\nmove that folder away")
    }
    try folder.write(identity.json, to: "config.json", durable: false)
  }
}
