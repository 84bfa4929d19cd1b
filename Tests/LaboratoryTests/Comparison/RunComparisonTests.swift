import Foundation
import Randomness
import Testing

@testable import Laboratory

@Suite("Comparison of recorded runs")
struct RunComparisonTests {
  private func runs(_ temporary: TemporaryStore) throws -> [RecordedRun] {
    for width in [16, 8] {
      for seed in 0..<6 where width == 8 || seed != 5 {
        let loss = Double(seed) + (seed == 2 ? 1 : -0.5) * (width == 8 ? 0 : 1)
        try temporary.complete(
          ["width": .integer(Int64(width)), "method": "pgd"], seed: UInt64(seed),
          result: [
            "loss": seed == 4 && width == 8 ? "nan" : JSONValue(loss), "accuracy": JSONValue(-loss), "kind": "k",
          ])
      }
    }
    return try RunIndex(temporary.store).runs()
  }

  @Test("configurations stand in the order of what varies, with what is common said once")
  func grouping() throws {
    let temporary = try TemporaryStore()
    var all = try runs(temporary)
    // The same runs in a second experiment are the same runs.
    try temporary.complete(["width": 8, "method": "pgd"], seed: 0, experiment: "f", result: ["loss": 99])
    all = try RunIndex(temporary.store).runs()
    let comparison = RunComparison(all, figures: ["loss", "kind"])
    #expect(comparison.varying == ["width"])
    #expect(comparison.common.map(\.name) == ["method", "schema", "verb"])
    #expect(comparison.configurations.map(\.point) == [["width": 8], ["width": 16]])
    #expect(comparison.configurations.map(\.runs) == [6, 5])
    #expect(comparison.configurations[0].experiments == ["e", "f"])
    #expect(comparison.configurations[1].sample("loss") == [-0.5, 0.5, 3, 2.5, 3.5])
    #expect(comparison.configurations[0].sample("kind") == [])
  }

  @Test("differences are paired by seed, and accuracies are better when larger")
  func paired() throws {
    let temporary = try TemporaryStore()
    let comparison = RunComparison(try runs(temporary), figures: ["loss", "accuracy"])
    let baseline = try comparison.configuration("width=8")
    let table = ComparisonTable(comparison, statistic: .median, baseline: baseline)
    #expect(table.rows.map(\.figure) == ["loss", "loss", "accuracy", "accuracy"])
    #expect(table.rows[0].summary.change == nil)
    // Seeds 0 to 4: lower by 1/2 at 0, 1, 3; higher by 1 at 2; against NaN at 4, which is the worst loss.
    let loss = try #require(table.rows[1].summary.change)
    #expect(loss.pairs == 5 && loss.better == 4 && loss.worse == 1 && loss.ties == 0)
    #expect(loss.interval.estimate == -0.5 && loss.shareBetter.estimate == 0.8)
    let accuracy = try #require(table.rows[3].summary.change)
    #expect(accuracy.better == 4 && accuracy.worse == 1 && accuracy.interval.estimate == 0.5)
    #expect(table.rows[0].summary.sample.nonFinite == 1 && table.rows[0].summary.sample.mean == .infinity)
  }

  @Test("intervals are the same every time, and whatever stands beside them")
  func deterministic() throws {
    let temporary = try TemporaryStore()
    let all = try runs(temporary)
    let first = ComparisonTable(RunComparison(all, figures: ["loss"]), statistic: .mean)
    let again = ComparisonTable(RunComparison(all.reversed(), figures: ["loss"]), statistic: .mean)
    #expect(first.csv() == again.csv())
    let alone = ComparisonTable(
      RunComparison(all.filter { $0.settings["width"] == 16 }, figures: ["loss"]), statistic: .mean)
    #expect(alone.rows[0].summary.interval == first.rows[1].summary.interval)
    let interval = alone.rows[0].summary.interval
    #expect(interval.lower < 1.8 && interval.upper > 1.8 && interval.confidence == 0.95)
  }

  @Test("a baseline is one configuration")
  func baseline() throws {
    let temporary = try TemporaryStore()
    let comparison = RunComparison(try runs(temporary), figures: ["loss"])
    let hash = comparison.configurations[1].hash
    #expect(try comparison.configuration(String(hash.prefix(5))).hash == hash)
    for name in ["method=pgd", "width=9", "zzz", ""] {
      let error = #expect(throws: RunStoreError.self) { try comparison.configuration(name) }
      #expect(error?.description.contains("\(hash) width = 16") == true)
    }
  }

  @Test("the columns of the file")
  func csv() throws {
    let temporary = try TemporaryStore()
    let comparison = RunComparison(try runs(temporary), figures: ["loss"])
    let lines = ComparisonTable(comparison, statistic: .median, baseline: comparison.configurations[0]).csv()
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(lines.count == 3 && Set(lines.map(\.count)).count == 1)
    #expect(lines[0].prefix(4) == ["width", "hash", "figure", "count"])
    #expect(lines[2].suffix(3) == ["4", "1", "0"] && lines[1].suffix(3) == ["", "", ""])
  }
}
