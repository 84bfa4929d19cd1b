import ArgumentParser
import Foundation
import Shallows
import Synchronization

/// One seed's part of an experiment. Everything that decides its numbers is a property: it is what the run is known by.
protocol ExperimentTask: Codable, Sendable {
  var seed: UInt64 { get }
}

/// What an experiment is run with.
struct ExperimentContext: Sendable {
  let experiment: String
  let schema: Int
  let quick: Bool
  let seeds: Int
  let data: String?
  let store: RunStore
  let jobs: Int?
  let quiet: Bool
  /// What continues it after an interruption.
  let command: String
  let spent = Spent()

  /// What the runs took, added up.
  final class Spent: Sendable {
    private let total = Mutex<(seconds: Double, runs: Int)>((0, 0))
    var seconds: Double { total.withLock { $0.seconds } }
    var runs: Int { total.withLock { $0.runs } }
    func add(_ seconds: Double) { total.withLock { $0 = ($0.seconds + seconds, $0.runs + 1) } }
  }

  /// Runs every task as a run of a sweep, several at a time, and returns their results in order. What an earlier command
  /// completed is taken from the store.
  ///
  /// - Parameters:
  ///   - stage: tells the sweeps of one experiment apart.
  ///   - settings: what else decides the numbers, such as the digest of the data.
  func map<Task: ExperimentTask, Result: Codable & Sendable>(
    _ tasks: [Task], stage: String = "", settings: [String: JSONValue] = [:],
    _ body: @Sendable @escaping (Task) throws -> Result
  ) throws -> [Result] {
    var known: [PlannedRun: Task] = [:]
    let runs = try tasks.map { task in
      guard case .object(var members) = try JSONValue(encoding: task) else { preconditionFailure("a task is a struct") }
      members["seed"] = nil
      let run = PlannedRun(
        configuration: RunConfiguration(
          verb: "reproduce \(experiment)", schema: schema, settings: .object(members.merging(settings) { $1 })),
        seed: task.seed, point: members, command: command.split(separator: " ").dropFirst().map(String.init))
      known[run] = task
      return run
    }
    let axes = Set(runs.flatMap { $0.point.keys }).sorted()
    let plan = SweepPlan(
      name: "reproduce-\(experiment)" + (stage.isEmpty ? "" : "-\(stage)"), verb: "reproduce", axes: axes, runs: runs)
    var session = SweepSession(plan: plan, store: store, command: command)
    session.jobs = jobs
    session.quiet = quiet
    session.tellsEnd = false
    let work = known
    let tally = try session.run { run, _ in try RunOutcome(result: JSONValue(encoding: Box(value: body(work[run]!)))) }
    guard tally[.failed] == 0 else {
      let (run, message) = tally.failures.min { $0.key.path < $1.key.path }!
      throw CommandError("\(tally[.failed]) of \(runs.count) runs failed, the first, \(run.path), with: \(message)")
    }
    return try runs.map { run in
      let folder = store.folder(of: run, in: plan.name)
      guard let result = try folder.result() else { throw CommandError("\(folder.path)/result.json: missing") }
      spent.add(folder.status()?.timings?["processorSeconds"] ?? 0)
      return try result.decoded(as: Box<Result>.self).value
    }
  }

  /// JSON's outermost value is an object.
  private struct Box<Value: Codable>: Codable { let value: Value }

  /// The data of the experiments on images, with the digest that their runs are known by.
  func openData() throws -> (data: OpenedDataset, settings: [String: JSONValue]) {
    let opened = try Dataset.open(data ?? "digits")
    return (opened, ["data": ["name": .string(opened.training.name), "digest": .string(opened.training.fingerprint)]])
  }
}
