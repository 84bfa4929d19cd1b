import Dynamics
import Foundation
import Synchronization
import Testing

@testable import Laboratory

@Suite("Run store")
struct RunStoreTests {
  @Test("a run is kept whole, and once")
  func recorded() throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    let run = TemporaryStore.run(["width": 8, "zeta": 0.1], seed: 7)
    let calls = Atomic(0)
    let body: RunBody = { run, context in
      calls.add(1, ordering: .relaxed)
      context.metrics.record(0, [("loss", 2)])
      return RunOutcome(result: ["loss": 0.25, "seed": JSONValue(seed: run.seed)], timings: ["seconds": 3])
    }
    #expect(try store.state(of: run, in: "e") == .planned)
    #expect(try store.perform(run, of: "e", body: body) == .completed)
    #expect(try store.perform(run, of: "e", body: body) == .alreadyCompleted)
    #expect(calls.load(ordering: .relaxed) == 1)
    let folder = store.folder(of: run, in: "e")
    #expect(folder.path == "\(store.path)/e/\(run.configuration.hash)/seed-0007")
    #expect(try folder.identity() == RunFolder.Identity(run))
    #expect(try folder.result() == ["loss": 0.25, "seed": 7])
    let status = try #require(folder.status())
    #expect(
      status.state == .completed && status.attempts == 1 && status.timings?["seconds"] == 3
        && (status.timings?["processorSeconds"] ?? -1) >= 0)
    #expect(MetricsLog.read(folder.metricsPath) == [["iteration": 0, "loss": 2]])
    #expect(try folder.environment()?["version"] == .string(RunEnvironment.programVersion))
  }

  @Test("failed and interrupted runs are tried again, completed ones not")
  func states() throws {
    struct Trouble: Error, CustomStringConvertible { let description = "the width is 8" }
    let temporary = try TemporaryStore()
    let store = temporary.store
    let run = TemporaryStore.run()
    #expect(try store.perform(run, of: "e") { _, _ in throw Trouble() } == .failed("the width is 8"))
    #expect(store.folder(of: run, in: "e").status()?.message == "the width is 8")
    #expect(try store.perform(run, of: "e") { _, _ in throw RunInterruption() } == .interrupted)
    #expect(try store.state(of: run, in: "e") == .interrupted)
    #expect(try store.perform(run, of: "e") { _, _ in RunOutcome(result: ["loss": 1]) } == .completed)
    let status = try #require(store.folder(of: run, in: "e").status())
    #expect(status.attempts == 3 && status.message == nil)
    // The moments are written in UTC to the second, which order as texts.
    #expect(status.firstStarted <= status.started && status.firstStarted.hasSuffix("Z"))
  }

  @Test("a disk that cannot be written to is no failure of the run")
  func disk() throws {
    let temporary = try TemporaryStore()
    let failure = AtomicFile.Failure(path: "x", operation: "write the file", code: ENOSPC)
    #expect(throws: failure) {
      try temporary.store.perform(TemporaryStore.run(), of: "e") { _, _ in throw failure }
    }
    #expect(try temporary.store.state(of: TemporaryStore.run(), in: "e") == .interrupted)
  }

  @Test("a run whose process died counts as interrupted")
  func death() throws {
    let temporary = try TemporaryStore()
    let run = try temporary.complete()
    // As a process leaves it that dies in the middle.
    var status = try #require(temporary.store.folder(of: run, in: "e").status())
    status.state = .running
    try temporary.write(JSONValue(encoding: status).text, to: temporary.folder(run) + "/status.json")
    #expect(try temporary.store.state(of: run, in: "e") == .interrupted)
    // On another machine it may live: its file was touched a moment ago, and its locks are not seen here.
    status.host = "elsewhere"
    try temporary.write(JSONValue(encoding: status).text, to: temporary.folder(run) + "/status.json")
    #expect(try temporary.store.state(of: run, in: "e") == .running)
    let old = Date(timeIntervalSinceNow: -100)
    try FileManager.default.setAttributes(
      [.modificationDate: old], ofItemAtPath: temporary.folder(run) + "/status.json")
    #expect(try temporary.store.state(of: run, in: "e") == .interrupted)
  }

  @Test("seeds beyond 2^63 keep their digits")
  func largeSeeds() throws {
    let temporary = try TemporaryStore()
    for seed: UInt64 in [.max, 1 << 63, 1 << 53, (1 << 53) + 1, 0] {
      let run = try temporary.complete(seed: seed)
      #expect(try temporary.store.folder(of: run, in: "e").identity()?.seed == seed)
    }
    let index = try RunIndex(temporary.store)
    #expect(index.damaged == [])
    // In the order of the numbers, not of their bits or digits.
    let ordered: [UInt64] = [0, 1 << 53, (1 << 53) + 1, 1 << 63, .max]
    #expect(try index.runs().map(\.seed) == ordered)
    let found = try index.select(["seed"], RunFilter(where: "seed>9e18")).map { $0[0] }
    #expect(found == ["9223372036854775808", "18446744073709551615"])
    #expect(try index.select(["seed"], RunFilter(where: "seed=18446744073709551615")).count == 1)
  }

  @Test("a folder of another configuration is not mixed in")
  func foreignFolder() throws {
    let temporary = try TemporaryStore()
    let run = try temporary.complete(["width": 8])
    var status = try #require(temporary.store.folder(of: run, in: "e").status())
    status.state = .failed
    try temporary.write(JSONValue(encoding: status).text, to: temporary.folder(run) + "/status.json")
    let other = RunFolder.Identity(TemporaryStore.run(["width": 16]))
    try temporary.write(other.json.text, to: temporary.folder(run) + "/config.json")
    #expect(throws: RunStoreError.self) {
      try temporary.store.perform(run, of: "e") { _, _ in RunOutcome(result: [:]) }
    }
  }

  @Test(
    "names that can be folders",
    arguments: [
      ("widths-2.b_c", true), ("8", true), ("", false), (".", false), ("..", false), (".x", false), ("-x", false),
      ("a/b", false), ("a b", false), ("ä", false), ("a\n", false), ("../x", false),
      (String(repeating: "a", count: 101), false),
    ])
  func names(_ name: String, _ isName: Bool) { #expect(RunStore.isName(name) == isName) }

  @Test("hashes do not change from version to version")
  func golden() {
    // A run recorded by an earlier version must be found again: a changed digit here orphans every store.
    let configuration = RunConfiguration(
      verb: "fit", schema: 1, settings: ["width": 8, "zeta": 0.1, "data": ["name": "digits"], "bias": true])
    #expect(configuration.settings.text == #"{"bias":true,"data":{"name":"digits"},"width":8,"zeta":0.1}"#)
    #expect(configuration.hash == "ff6a118f7e3a")
    #expect(RunConfiguration(verb: "fit", schema: 2, settings: configuration.settings).hash != configuration.hash)
    #expect(RunConfiguration(verb: "fitt", schema: 1, settings: configuration.settings).hash != configuration.hash)
    // 8 and 8.0 are one width.
    let written = RunConfiguration(
      verb: "fit", schema: 1,
      settings: [
        "width": JSONValue(8.0), "zeta": 0.1,
        "data": ["name": "digits"], "bias": true,
      ])
    #expect(written == configuration && written.hash == configuration.hash)
  }
}

extension RunFilter {
  init(where conditions: String...) throws {
    self.init()
    self.conditions = try conditions.map { try RunCondition($0) }
  }
}
