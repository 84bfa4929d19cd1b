import Dynamics
import Foundation
import Testing

@testable import Laboratory

/// The store with many runs. Limits are several times what a quiet machine with a disk needs, for one that is shared;
/// SHALLOWS_RUNS=10000 measures more runs than the usual 1,000, with the same limits a run.
@Suite("Store with many runs", .serialized)
struct RunStoreScaleTests {
  static let count = ProcessInfo.processInfo.environment["SHALLOWS_RUNS"].flatMap { Int($0) } ?? 1000

  /// A result of some 4 kB, as `fit` gives: figures, and eight checks with their statements.
  static func result(_ i: Int) -> JSONValue {
    let checks = (0..<8).map { k -> JSONValue in
      [
        "name": .string("check-\(k)"), "measured": JSONValue(Double(i * k) / 7), "bound": 3.5, "verdict": "holds",
        "statement": .string(String(repeating: "the smallest singular value of the features is positive; ", count: 6)),
        "source": "Theorem 3.2",
      ]
    }
    return [
      "loss": ["initial": 0.75, "final": JSONValue(pow(10, -Double(i % 16)) / 3)],
      "iterations": .integer(Int64(i % 997)),
      "trainAccuracy": JSONValue(Double(i % 101) / 100), "guarantee": .array(checks),
      "termination": ["kind": "converged", "message": "the loss is below the goal"], "seed": .integer(Int64(i % 20)),
    ]
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let began = clock.now
    try body()
    return (clock.now - began) / .seconds(1)
  }

  @Test func recordingListingIndexing() throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    let n = Self.count
    var each: [Double] = []
    for i in 0..<n {
      let run = TemporaryStore.run(
        ["width": .integer(Int64(i / 20)), "method": "pgd", "data": ["name": "digits", "digest": "0123456789abcdef"]],
        seed: UInt64(i % 20))
      let result = Self.result(i)
      each.append(try seconds { _ = try store.perform(run, of: "e\(i % 3)") { _, _ in RunOutcome(result: result) } })
    }
    let built = try seconds { _ = try RunIndex(store) }
    var listed = 0
    let filtered = try seconds {
      listed = try RunIndex(store).select(["width", "seed", "loss.final"], RunFilter(where: "loss.final<1e-10")).count
    }
    var indexed = 0
    let rebuilt = try seconds { indexed = try RunIndex.rebuild(store).select([]).count }
    let middle = SampleSummary(each).median
    print(
      "\(n) runs: store \(middle * 1e3) ms a run (median; \(SampleSummary(each).upperQuartile * 1e3) ms upper quartile), "
        + "index \(built) s, filter \(filtered) s, rebuild \(rebuilt) s")
    #expect(indexed == n)
    #expect(listed == (0..<n).count { pow(10, -Double($0 % 16)) / 3 < 1e-10 })
    // Wanted of 10,000 on a quiet machine: 5 ms a run, 1 s to filter, 30 s to rebuild.
    #expect(middle < 0.05)
    #expect(filtered < max(1, Double(n) * 3e-4))
    #expect(rebuilt < max(3, Double(n) * 3e-3))
  }
}
