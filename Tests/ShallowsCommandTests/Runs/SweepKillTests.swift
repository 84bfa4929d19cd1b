import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A sweep that is ended from outside, at any moment and by any means, comes to the same end.
@Suite(.serialized) struct SweepKillTests {
  /// 300 runs of some milliseconds, those of psgd of some tens, and with checkpoints on their way.
  static let manyRuns = """
    verb = "fit"
    seeds = 20
    [base]
    data = "table.csv"
    test = 0.2
    goal = 0
    [[list]]
    method = "gauss-newton"
    iterations = 30
    restarts = 1
    [[list]]
    method = "pgd"
    iterations = 60
    [[list]]
    method = "psgd"
    epochs = 2000
    batch = 8
    [grid]
    width = [2, 4, 6, 8, 10]
    """

  /// Often enough that a run of some tens of milliseconds is taken up in its middle.
  static let checkpoints = ["SHALLOWS_CHECKPOINT_SECONDS": "0.02"]

  @Test func fiftyKills() throws {
    let undisturbed = try SweepFixture("sweep", Self.manyRuns)
    let began = Date()
    let outcome = try undisturbed.run(environment: Self.checkpoints)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let wholeTime = Date().timeIntervalSince(began)
    #expect(try undisturbed.completed() == 300)

    let killed = try SweepFixture("sweep", Self.manyRuns)
    var random = SeededGenerator(seed: 20)
    var kills = 0
    var hits = 0
    var checkpoints = 0
    var complete = 0
    while kills < 50 {
      let running = try killed.start(environment: Self.checkpoints)
      // Fifty kills share the work that is left; each strikes up to twice its share after the sweep has set to work.
      let share = wholeTime * Double(300 - complete) / 300 / Double(51 - kills)
      // A command that finds all work done ends by itself.
      let before = try killed.statuses()
      while running.process.isRunning, try killed.statuses() == before { Thread.sleep(forTimeInterval: 0.001) }
      Thread.sleep(forTimeInterval: Double.random(in: 0...2 * share, using: &random))
      guard running.process.isRunning else { break }
      running.signal(SIGKILL)
      running.process.waitUntilExit()
      kills += 1
      let statuses = try killed.statuses()
      complete = statuses.values.count { $0.state == "completed" }
      let underWay = statuses.filter { $0.value.state == "in flight" && $0.value != before[$0.key] }.keys
      hits += underWay.isEmpty ? 0 : 1
      checkpoints += underWay.count { run in killed.contents(run).contains { $0.hasPrefix("checkpoint") } }
    }
    #expect(kills == 50, "the sweep was over after \(kills) kills: its runs are too short for this machine")
    #expect(hits >= 40, "only \(hits) kills found a run under way")
    #expect(checkpoints >= 5, "only \(checkpoints) of these runs had a checkpoint")

    let last = try killed.run(environment: Self.checkpoints)
    #expect(last.status == 0, "\(last.errors)")
    try killed.expectSameResults(as: undisturbed)
    killed.expectTidy()
    #expect(try killed.statuses().values.contains { $0.attempts > 1 })
  }

  /// Runs of about half a second each, so that a signal finds some under way.
  static let longRuns = """
    verb = "fit"
    seeds = 3
    [base]
    data = "digits"
    samples = 400
    method = "psgd"
    goal = 0
    epochs = 3000
    [grid]
    width = [24, 32]
    """

  @Test(arguments: [SIGINT, SIGTERM]) func signals(_ number: Int32) throws {
    let undisturbed = try SweepFixture("long", Self.longRuns)
    #expect(try undisturbed.run().status == 0)

    let stopped = try SweepFixture("long", Self.longRuns)
    let running = try stopped.start()
    try stopped.wait(forCompleted: 1)
    running.signal(number)
    let outcome = try running.outcome()
    #expect(outcome.status == 75, "\(outcome.errors)")
    #expect(outcome.output == "")
    let count = try stopped.completed()
    #expect(outcome.errors.contains("Interrupted: \(count) of 6 runs are complete. To continue:"), "\(outcome.errors)")
    #expect(outcome.errors.contains("shallows sweep long.toml"), "\(outcome.errors)")
    let statuses = try stopped.statuses().values
    #expect(count < 6 && statuses.contains { $0.state == "interrupted" })
    #expect(!statuses.contains { $0.state == "in flight" })

    let resumed = try stopped.run()
    #expect(resumed.status == 0, "\(resumed.errors)")
    try stopped.expectSameResults(as: undisturbed)
    stopped.expectTidy()
    #expect(try stopped.statuses().values.allSatisfy { $0.attempts <= 2 })
  }

  /// Two commands at once share the work; both come to the whole table.
  @Test func twoCommandsAtOnce() throws {
    let undisturbed = try SweepFixture("sweep", Self.manyRuns)
    #expect(try undisturbed.run().status == 0)
    let shared = try SweepFixture("sweep", Self.manyRuns)
    let first = try shared.start()
    let second = try shared.command.process(shared.arguments)
    // The streams of the two share names: those of the second go nowhere.
    second.0.standardOutput = FileHandle.nullDevice
    second.0.standardError = FileHandle.nullDevice
    try second.0.run()
    let outcome = try first.outcome()
    second.0.waitUntilExit()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(second.0.terminationReason == .exit && second.0.terminationStatus == 0)
    try shared.expectSameResults(as: undisturbed)
    shared.expectTidy()
    for (run, status) in try shared.statuses() { #expect(status.attempts == 1, "\(run)") }
    var processes: Set<Int> = []
    for run in shared.runs {
      let log = String(decoding: try shared.file(run + "/log.txt"), as: UTF8.self)
      #expect(log.split(separator: "\n").count { $0.contains("started") } == 1, "\(run): \(log)")
      let status = try JSONSerialization.jsonObject(with: shared.file(run + "/status.json")) as? [String: Any]
      processes.insert(try #require(status?["process"] as? Int))
    }
    #expect(processes.count == 2, "one command did all the work, which says nothing about two")
  }

  /// Of two commands one dies: the other takes over what it was working on.
  @Test func oneOfTwoIsKilled() throws {
    let undisturbed = try SweepFixture("long", Self.longRuns)
    #expect(try undisturbed.run().status == 0)
    let shared = try SweepFixture("long", Self.longRuns)
    let (victim, out, err) = try shared.command.process(shared.arguments)
    defer { for url in [out, err] { try? FileManager.default.removeItem(at: url) } }
    victim.standardOutput = FileHandle.nullDevice
    victim.standardError = FileHandle.nullDevice
    try victim.run()
    while try shared.statuses().isEmpty { Thread.sleep(forTimeInterval: 0.005) }
    let survivor = try shared.start()
    try shared.wait(forCompleted: 2)
    kill(victim.processIdentifier, SIGKILL)
    let outcome = try survivor.outcome()
    victim.waitUntilExit()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try shared.completed() == 6)
    try shared.expectSameResults(as: undisturbed)
    shared.expectTidy()
  }
}
