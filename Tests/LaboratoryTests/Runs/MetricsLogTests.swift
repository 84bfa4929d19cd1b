import Foundation
import Testing

@testable import Laboratory

@Suite("Metrics along a run")
struct MetricsLogTests {
  private func withFile(_ body: (String) throws -> Void) throws {
    let temporary = try TemporaryStore()
    try body(temporary.path + "/metrics.jsonl")
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test("one object a line")
  func lines() throws {
    try withFile { path throws in
      let log = MetricsLog(path: path)
      log.record(0, [("loss", 0.5), ("step", .infinity)])
      log.record(1, [("loss", .nan)])
      log.close()
      #expect(try text(path) == "{\"iteration\":0,\"loss\":0.5,\"step\":\"inf\"}\n{\"iteration\":1,\"loss\":\"nan\"}\n")
      #expect(MetricsLog.read(path).count == 2 && log.failure == nil)
      #expect(MetricsLog.read(path + ".none") == [])
    }
  }

  @Test(
    "a torn last line is dropped, on reading and on going on",
    arguments: [
      "{\"iteration\":1,\"lo", "{\"iteration\":1,\"loss\":0.25}", "\0\0\0", "{",
    ])
  func torn(_ rest: String) throws {
    try withFile { path throws in
      try Data(("{\"iteration\":0,\"loss\":1}\n" + rest).utf8).write(to: URL(fileURLWithPath: path))
      #expect(MetricsLog.read(path) == [["iteration": 0, "loss": 1]])
      let log = MetricsLog(path: path)
      log.record(1, [("loss", 0.25)])
      #expect(try text(path) == "{\"iteration\":0,\"loss\":1}\n{\"iteration\":1,\"loss\":0.25}\n")
    }
  }

  @Test("what was recorded after the checkpoint is replaced")
  func resumed() throws {
    try withFile { path throws in
      func record(_ iterations: ClosedRange<Int>) {
        let log = MetricsLog(path: path)
        for i in iterations { log.record(i, [("loss", 1 / Double(i + 1))]) }
        log.close()
      }
      record(0...5)
      let undisturbed = try text(path)
      // Killed at 9, its checkpoint at 3.
      record(0...9)
      record(4...5)
      #expect(try text(path) == undisturbed)
      record(0...0)
      #expect(MetricsLog.read(path).count == 1)
    }
  }

  /// A run of two stages whose first goes on from its own checkpoint, and whose second from a later one.
  @Test("lines between the checkpoints of two stages stay; at the first other figures the rest goes")
  func stages() throws {
    try withFile { path throws in
      func record(_ ranges: [ClosedRange<Int>], seconds: Double, scale: Double = 1) {
        let log = MetricsLog(path: path)
        for i in ranges.joined() { log.record(i, [("loss", scale / Double(i + 3)), ("seconds", seconds)]) }
      }
      record([0...20], seconds: 1)
      let undisturbed = try text(path)
      record([4...10, 10...10, 15...20], seconds: 2)
      #expect(try text(path) == undisturbed)
      record([7...8], seconds: 3, scale: 2)
      #expect(MetricsLog.read(path).compactMap { $0["seconds"]?.integerValue } == [1, 1, 1, 1, 1, 1, 1, 3, 3])
    }
  }

  @Test("ever fewer iterations are recorded")
  func thinning() {
    #expect((0..<1000).allSatisfy(MetricsLog.records))
    for octave in 1...10 {
      let range = (500 << octave)..<(1000 << octave)
      #expect(range.filter(MetricsLog.records) == range.filter { $0 % (1 << octave) == 0 })
    }
    #expect((0...1_000_000).count(where: MetricsLog.records) < 6_100)
  }

  @Test("a file that cannot be written to is told of")
  func failure() {
    let log = MetricsLog(path: "/no/such/folder/metrics.jsonl")
    log.record(0, [("loss", 1)])
    #expect(log.failure?.path == "/no/such/folder/metrics.jsonl")
  }
}
