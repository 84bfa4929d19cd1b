import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A sweep in a folder of its own, and what there is to ask about it.
struct SweepFixture: ~Copyable {
  let command: Command
  let name: String

  /// - Parameter text: the file of the sweep, `NAME.toml`.
  init(_ name: String, _ text: String) throws {
    let command = try Command()
    try command.write(regressionTable(), to: "table.csv")
    try command.write(text, to: name + ".toml")
    self.command = command
    self.name = name
  }

  var arguments: [String] { ["sweep", name + ".toml"] }
  var folder: URL { command.folder.appendingPathComponent("runs/\(name)") }

  func file(_ path: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(path)) }

  /// The folders of the runs, relative to the sweep's.
  var runs: [String] {
    names(in: folder).flatMap { hash in
      names(in: folder.appendingPathComponent(hash)).filter { $0.hasPrefix("seed-") }.map { "\(hash)/\($0)" }
    }
  }

  private func names(in folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }

  /// What lies in the folder of a run, hidden names included.
  func contents(_ run: String) -> [String] { names(in: folder.appendingPathComponent(run)) }

  /// What `status.json` says of each run that has one. A file is there whole or not at all, so that one that cannot be
  /// read is an error.
  func statuses() throws -> [String: Status] {
    var statuses: [String: Status] = [:]
    for run in runs {
      guard let data = try? file(run + "/status.json") else { continue }
      let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any], "\(run)")
      statuses[run] = Status(
        state: try #require(object["state"] as? String), attempts: try #require(object["attempts"] as? Int))
    }
    return statuses
  }

  struct Status: Equatable {
    let state: String
    let attempts: Int
  }

  func completed() throws -> Int { try statuses().values.count { $0.state == "completed" } }

  /// `metrics.jsonl` of a run, without the seconds.
  func metrics(_ run: String) throws -> [String] {
    try String(decoding: file(run + "/metrics.jsonl"), as: UTF8.self).split(separator: "\n").map { line in
      var object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
      object["seconds"] = nil
      return String(
        decoding: try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]), as: UTF8.self)
    }
  }

  /// Starts the sweep and leaves it running.
  func start(environment: [String: String] = [:]) throws -> RunningCommand {
    let (process, out, err) = try command.process(arguments, environment: environment)
    try process.run()
    return RunningCommand(process: process, out: out, err: err)
  }

  func run(_ options: [String] = [], environment: [String: String] = [:]) throws -> Command.Outcome {
    try command.run(arguments + options, environment: environment)
  }

  /// Waits until so many runs are complete.
  func wait(forCompleted count: Int, seconds: Double = 30) throws {
    let limit = Date().addingTimeInterval(seconds)
    while try completed() < count {
      try #require(Date() < limit, "fewer than \(count) runs in \(seconds) s")
      Thread.sleep(forTimeInterval: 0.005)
    }
  }

  /// What must be alike in this and another folder of the same sweep, however each of them came to its end.
  func expectSameResults(as other: borrowing SweepFixture, metrics: Bool = true) throws {
    let others = other.runs
    #expect(runs == others)
    for name in ["table.csv", "summary.csv"] {
      let (mine, theirs) = (try file(name), try other.file(name))
      #expect(mine == theirs, "\(name) differs")
    }
    for run in others {
      let (mine, theirs) = (try file(run + "/result.json"), try other.file(run + "/result.json"))
      #expect(mine == theirs, "\(run)/result.json differs")
      if metrics {
        let (mine, theirs) = (try self.metrics(run), try other.metrics(run))
        #expect(mine == theirs, "\(run)/metrics.jsonl differs")
      }
    }
  }

  /// Nothing but the files of a complete run, in every folder.
  func expectTidy() {
    let files: Set = ["config.json", "environment.json", "status.json", "metrics.jsonl", "result.json", "log.txt"]
    for run in runs { #expect(Set(contents(run)) == files, "\(run)") }
    let top = names(in: folder).filter { $0 != ".locks" && $0.hasPrefix(".") }
    #expect(top == [], "left in the sweep's folder")
  }
}

/// A process under way.
struct RunningCommand: ~Copyable {
  let process: Process
  let out: URL
  let err: URL

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    for url in [out, err] { try? FileManager.default.removeItem(at: url) }
  }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits for the end.
  func outcome() throws -> Command.Outcome {
    process.waitUntilExit()
    return Command.Outcome(
      status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: String(decoding: try Data(contentsOf: out), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: err), as: UTF8.self))
  }
}

/// Numbers that a seed decides (SplitMix64, Steele, Lea and Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
