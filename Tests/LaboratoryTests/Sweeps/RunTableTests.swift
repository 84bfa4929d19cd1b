import Foundation
import Testing

@testable import Laboratory

@Suite("Tables of runs")
struct RunTableTests {
  @Test("what varies, the seed, every figure; no prose, nothing twice")
  func columns() throws {
    let temporary = try TemporaryStore()
    for (width, seed) in [(8, 1), (8, 2), (16, 1)] {
      try temporary.complete(
        ["width": .integer(Int64(width)), "method": "pgd"], seed: UInt64(seed),
        result: [
          "loss": JSONValue(1 / Double(width * seed)), "width": .integer(Int64(width)), "seed": .integer(Int64(seed)),
          "termination": ["message": "it ended", "kind": "converged, or \"so\""],
        ])
    }
    let table = RunTable(try RunIndex(temporary.store).runs())
    #expect(table.axes == ["width"] && table.figures == ["loss", "termination.kind"])
    #expect(table.points.map(\.rows.count).sorted() == [1, 2])
    let lines = Set(table.csv().split(separator: "\n"))
    #expect(
      lines == [
        "width,seed,loss,termination.kind", "8,1,0.125,\"converged, or \"\"so\"\"\"",
        "8,2,0.0625,\"converged, or \"\"so\"\"\"", "16,1,0.0625,\"converged, or \"\"so\"\"\"",
      ])
  }

  @Test("figures that contradict a setting or the seed keep a name of their own")
  func clashes() throws {
    let temporary = try TemporaryStore()
    for width in [8, 16] {
      try temporary.complete(["width": .integer(Int64(width))], result: ["width": 7, "seed": 99])
    }
    let csv = RunTable(try RunIndex(temporary.store).runs()).csv()
    #expect(csv.hasPrefix("width,seed,result.seed,result.width\n") && csv.contains("8,1,99,7\n"))
  }

  @Test("runs that are not complete have a state and no figures")
  func incomplete() throws {
    struct Trouble: Error {}
    let temporary = try TemporaryStore()
    try temporary.complete(seed: 1)
    _ = try temporary.store.perform(TemporaryStore.run(seed: 2), of: "e") { _, _ in throw Trouble() }
    #expect(RunTable(try RunIndex(temporary.store).runs()).csv() == "state,seed,loss\ncompleted,1,0.5\nfailed,2,\n")
  }

  @Test("statistics over seeds")
  func summary() {
    let table = RunTable(
      axes: ["a"],
      rows: [1.0, 2, 6, .infinity].enumerated().map { i, x in
        .init(point: ["a": x == .infinity ? 2 : 1], seed: UInt64(i), figures: ["loss": JSONValue(x), "kind": "k"])
      })
    #expect(table.summaries().map(\.figure) == ["loss", "loss"], "words have no statistics")
    #expect(table.summaries()[0].sample == SampleSummary([1, 2, 6]))
    #expect(table.summaryCSV().hasPrefix("a,figure,count,mean,"))
    #expect(table.summaryCSV().contains("2,loss,1,inf,nan,inf,"))
  }

  @Test(
    "cells with commas, quotes and line ends are quoted",
    arguments: [
      ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"a\"", "\"say \"\"a\"\"\""), ("a\nb", "\"a\nb\""), ("", ""),
      ("a\r\nb", "\"a\r\nb\""),
    ])
  func cells(_ text: String, _ cell: String) { #expect(csvCell(text) == cell) }
}
