import Dynamics
import Foundation
import Synchronization
import Testing

@testable import Laboratory

/// Sweeps through the library: what is run, once, and what the tables hold.
@Suite struct SweepRunnerTests {
  /// A store in a folder of its own, removed at the end.
  private final class Place {
    let path = FileManager.default.temporaryDirectory.path + "/shallows-\(UUID().uuidString)"
    deinit { try? FileManager.default.removeItem(atPath: path) }
    func store() throws -> RunStore { try RunStore(path) }
  }

  private func plan(_ values: [Double], seeds: Int = 3, offset: Double = 0, name: String = "mine") -> SweepPlan {
    SweepPlan(
      name: name, verb: "mine", axes: ["zeta"],
      runs: values.flatMap { zeta in
        (0..<seeds).map { seed in
          PlannedRun(
            configuration: RunConfiguration(
              verb: "mine", schema: 1, settings: ["zeta": JSONValue(zeta), "offset": JSONValue(offset)]),
            seed: UInt64(seed), point: ["zeta": JSONValue(zeta)])
        }
      })
  }

  @Sendable private static func loss(_ run: PlannedRun) -> Double {
    run.configuration.settings["zeta"]!.numericValue! + 0.1 * Double(run.seed)
  }

  private final class Calls: Sendable {
    private let paths = Mutex<[String]>([])
    func add(_ run: PlannedRun) { paths.withLock { $0.append(run.path) } }
    var sorted: [String] { paths.withLock { $0.sorted() } }
  }

  @Test func runsEachRunOnceAndMakesTheTable() throws {
    let place = Place()
    let store = try place.store()
    let plan = plan([0.5, 1, 2])
    let calls = Calls()
    for _ in 0..<2 {
      try plan.writeRecord(in: store)
      try SweepRunner(store).run(plan) { run, context in
        calls.add(run)
        context.metrics.record(0, [("loss", 1)])
        return RunOutcome(result: ["loss": JSONValue(Self.loss(run)), "note": "a,b"], timings: ["seconds": 0.1])
      }
    }
    #expect(calls.sorted == plan.runs.map(\.path).sorted())
    #expect(
      try RunTable(plan, in: store).csv() == """
        zeta,seed,loss,note
        0.5,0,0.5,"a,b"
        0.5,1,0.6,"a,b"
        0.5,2,0.7,"a,b"
        1,0,1,"a,b"
        1,1,1.1,"a,b"
        1,2,1.2,"a,b"
        2,0,2,"a,b"
        2,1,2.1,"a,b"
        2,2,2.2,"a,b"

        """)
    let summary = try #require(try RunTable(plan, in: store).summaries(["loss"]).first)
    #expect(summary.sample.count == 3 && summary.sample.median == 0.6)
    #expect(try SweepTally(plan, in: store).text == "9 completed")
  }

  @Test func aFailedRunIsTriedAgainAndTheOthersAreNot() throws {
    struct Refusal: Error, CustomStringConvertible { let description = "no such thing" }
    let place = Place()
    let store = try place.store()
    let plan = plan([1, 2])
    let calls = Calls()
    let bad = plan.runs[4]
    try SweepRunner(store).run(plan) { run, _ in
      calls.add(run)
      if run == bad { throw Refusal() }
      return RunOutcome(result: ["loss": 0])
    }
    let tally = try SweepTally(plan, in: store)
    #expect(tally[.completed] == 5 && tally[.failed] == 1)
    #expect(tally.failures == [bad: "no such thing"])
    #expect(try RunTable(plan, in: store).rows.count == 5)
    try SweepRunner(store).run(plan) { run, _ in
      calls.add(run)
      return RunOutcome(result: ["loss": 0])
    }
    #expect(calls.sorted == (plan.runs.map(\.path) + [bad.path]).sorted())
    #expect(try SweepTally(plan, in: store).text == "6 completed")
    #expect(store.folder(of: bad, in: "mine").status()?.attempts == 2)
  }

  @Test func theFirstFailureEndsASweepThatIsToFailFast() throws {
    struct Refusal: Error {}
    let place = Place()
    let store = try place.store()
    let plan = plan([1, 2, 3, 4], seeds: 10)
    var runner = SweepRunner(store)
    runner.workers = 1
    runner.failFast = true
    try runner.run(plan) { run, _ in
      if run == plan.runs[3] { throw Refusal() }
      return RunOutcome(result: ["loss": 0])
    }
    let tally = try SweepTally(plan, in: store)
    #expect(tally[.completed] == 3 && tally[.failed] == 1 && tally[.planned] == 36)
  }

  @Test func anInterruptedRunIsTakenUp() throws {
    let place = Place()
    let store = try place.store()
    let plan = plan([1])
    let runner = SweepRunner(store)
    try runner.run(plan) { run, context in
      if run.seed == 1 {
        try AtomicFile.write("half", to: context.checkpointPath)
        runner.cancellation.cancel()
        throw RunInterruption()
      }
      return RunOutcome(result: ["found": .null])
    }
    #expect(try store.state(of: plan.runs[1], in: "mine") == .interrupted)
    try SweepRunner(store).run(plan) { run, context in
      let found = FileManager.default.contents(atPath: context.checkpointPath)
      return RunOutcome(result: ["found": .string(String(decoding: found ?? Data(), as: UTF8.self))])
    }
    #expect(try store.folder(of: plan.runs[1], in: "mine").result() == ["found": "half"])
    #expect(try SweepTally(plan, in: store).text == "3 completed")
  }

  /// Several runners at once, as threads and dispatchers of their own, share the work by the locks.
  @Test func runnersAtOnceRunNothingTwice() async throws {
    let place = Place()
    let store = try place.store()
    let plan = plan([1, 2, 3], seeds: 8)
    let calls = Calls()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<3 {
        group.addTask {
          var runner = SweepRunner(store)
          runner.workers = 1
          try runner.run(plan) { run, _ in
            calls.add(run)
            Thread.sleep(forTimeInterval: 0.003)
            return RunOutcome(result: ["loss": JSONValue(Self.loss(run))])
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(calls.sorted == plan.runs.map(\.path).sorted())
  }

  @Test func growthIsNoChangeAndAnotherSettingIs() throws {
    let place = Place()
    let store = try place.store()
    #expect(try SweepChange.of(plan([1, 2]), in: store) == nil)
    try plan([1, 2]).writeRecord(in: store)
    for same in [plan([1, 2]), plan([1, 2, 3]), plan([2]), plan([1, 2], seeds: 9)] {
      #expect(try SweepChange.of(same, in: store)?.isOther == false)
    }
    let change = try #require(try SweepChange.of(plan([1, 3], offset: 7), in: store))
    #expect(change.isOther)
    #expect(change.lines == ["offset: 0 -> 7", "zeta: 1, 2 -> 1, 3"])
  }

  @Test func aRunThatStandsTwiceIsRunOnce() {
    let once = plan([1, 2])
    let twice = SweepPlan(name: "mine", verb: "mine", axes: ["zeta"], runs: once.runs + once.runs)
    #expect(twice.runs == once.runs && twice.repeated == 6)
  }
}
