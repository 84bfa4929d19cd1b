import Dynamics
import Foundation
import Testing

@testable import Laboratory

/// Metrics as curves: reading, runs of different lengths, thinning, panels.
@Suite struct CurveTests {
  private func series(_ text: String) -> MetricSeries { MetricSeries(Data(text.utf8)) }

  @Test func readsWhatTheLogWrites() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let log = MetricsLog(path: path)
    let values = [1.5, -2e-300, .infinity, .nan, 0, 1e22, 0.1]
    for (i, x) in values.enumerated() { log.record(i, i == 4 ? [("loss", x)] : [("loss", x), ("step", 0.5)]) }
    log.close()
    let read = MetricSeries(path: path)
    #expect(read.iterations == Array(0..<7))
    let losses = try #require(read.columns["loss"])
    for (a, b) in zip(losses, values) { #expect(a.bitPattern == b.bitPattern || a.isNaN && b.isNaN) }
    #expect(read.values("step", at: [3, 4, 5]) == [0.5, 0.5, 0.5])
    // The general reader sees the same lines.
    #expect(MetricsLog.read(path).compactMap { $0["loss"]?.numericValue }.count == values.count)
  }

  @Test func toleratesATornEndAndIterationsRecordedAgain() {
    let torn = series(
      #"{"iteration":1,"loss":3}"# + "\n" + #"{"iteration":2,"loss":2}"# + "\n" + #"{"iteration":3,"lo"#)
    #expect(torn.iterations == [1, 2])
    let again = series(
      (1...5).map { #"{"iteration":\#($0),"loss":\#($0)}"# + "\n" }.joined()
        + #"{"iteration":3,"loss":30}"# + "\n" + #"{"iteration":4,"loss":40}"# + "\n")
    #expect(again.iterations == [1, 2, 3, 4])
    #expect(again.columns["loss"] == [1, 2, 30, 40])
    #expect(series("[1]\n").iterations.isEmpty)
    #expect(series("").iterations.isEmpty)
  }

  @Test func aRunThatEndedKeepsItsLastValue() throws {
    let store = try RecordedStore()
    try store.sweep("lengths", axes: [], points: [[:]], seeds: 3) { run, context in
      // Ends after 10, 20 and 30 iterations, at the values 11, 22 and 33 throughout.
      for i in 0...(10 * Int(run.seed + 1)) { context.metrics.record(i, [("loss", Double(11 * (run.seed + 1)))]) }
      return RunOutcome(result: [:])
    }
    let experiment = try #require(Report(["lengths"], in: store.store).experiments.first)
    let curves = try #require(MetricCurves.all(experiment, store: experiment.folder) { _ in 1000 }.first)
    let curve = try #require(curves.curves.first)
    #expect(curve.iterations == Array(0...30))
    #expect(curve.median == [Double](repeating: 22, count: 31))
    #expect(curve.upper == [Double](repeating: 27.5, count: 31))
    #expect(curve.endedEarly == 2)
  }

  @Test func thinningKeepsEqualStepsAndTheEnds() {
    let grid = MetricCurves.grid(Set(0...1000), first: 0, last: 999, limit: 100)
    #expect(grid.count <= 102)
    #expect(grid.first == 0 && grid.last == 999)
    #expect(grid.dropLast().allSatisfy { $0 % 16 == 0 })
    // Another length shares these iterations.
    #expect(
      Set(MetricCurves.grid(Set(0...4000), first: 0, last: 4000, limit: 100)).isSubset(
        of: Set(0...4000).filter { $0 % 16 == 0 }))
    #expect(MetricCurves.grid([3, 5, 9], first: 3, last: 9, limit: 100) == [3, 5, 9])
  }

  @Test func logarithmicOnlyWherePositiveOverDecades() {
    #expect(MetricCurves.spansDecades([1, 1e-2]))
    #expect(!MetricCurves.spansDecades([1, 2e-2]))
    #expect(!MetricCurves.spansDecades([1, 1e-9, -1]))
    #expect(MetricCurves.spansDecades([1, 0, 1e-9]))
    #expect(!MetricCurves.spansDecades([.nan, .infinity, 0]))
  }

  @Test func aColourMeansOneValueThroughout() {
    let points: [[String: JSONValue]] = [1, 2, 3, 4].flatMap { width in
      ["tanh", "relu", "gelu"].map { ["width": .integer(width), "activation": .string($0)] }
    }
    let facets = Facets(points, axes: ["activation", "width"])
    #expect(facets.panels.map(\.title) == ["tanh", "relu", "gelu"])
    #expect(facets.panels.allSatisfy { $0.lines.map(\.name) == ["width 1", "width 2", "width 3", "width 4"] })
    #expect(facets.panels[1].lines.map(\.members) == [[1], [4], [7], [10]])
    // Few configurations share one panel; many of one axis are dealt out.
    #expect(Facets(Array(points.prefix(6)), axes: ["activation", "width"]).panels.count == 1)
    let many = Facets(RecordedStore.widths(Array(1...100)), axes: ["width"])
    #expect(many.lineCount == 100)
    #expect(many.shownLines < 100)
    #expect(many.panels.count == Facets.panelLimit)
    #expect(many.panels.allSatisfy { $0.lines.count <= Facets.lineLimit })
    #expect(many.panels.last?.lines.last?.name == "width 100")
    // Two long axes: six of one in each panel of the other.
    let plane = Facets(
      (1...9).flatMap { a in (1...8).map { ["a": .integer(a), "b": JSONValue(Double($0) / 7)] } }, axes: ["a", "b"])
    #expect(plane.panels.count == 9)
    #expect(plane.panels.allSatisfy { $0.lines.count == 6 && $0.lines.allSatisfy { $0.members.count == 1 } })
    #expect(plane.panels[0].lines.first?.name == "b 0.1429")
    // Draws do not cross.
    let draws = Facets(
      (1...20).map { ["a": JSONValue(Double($0) / 3), "b": JSONValue(Double($0) / 7)] }, axes: ["a", "b"])
    #expect(draws.shownLines == 20)
  }

  @Test func twoLongAxesBecomeAHeatMap() throws {
    let store = try RecordedStore()
    let points: [[String: JSONValue]] = (1...7).flatMap { width in
      (1...8).map { ["width": .integer(width), "depth": .integer($0)] }
    }
    try store.sweep("plane", axes: ["width", "depth"], points: points, seeds: 2, body: RecordedStore.falling)
    let experiment = try #require(Report(["plane"], in: store.store).experiments.first)
    let figure = try #require(ReportFigure("loss.final", of: experiment))
    #expect(figure.title == "loss.final against depth and width")
    guard case .heatMap(let map) = figure.panels[0].series[0].mark else { throw RunStoreError("no heat map") }
    // Seeds 0 and 1 start at 1 / width and 2 / width.
    #expect(abs(map[0, 6] - 1.5e-6 / 7) < 1e-18)
    #expect(figure.csv.split(separator: "\n").count == 57)
  }

  @Test func namesBecomeAnAxisOfNames() throws {
    let store = try RecordedStore()
    try store.sweep(
      "methods", axes: ["method"], points: ["pgd", "adam"].map { ["method": .string($0)] }, seeds: 3,
      body: RecordedStore.falling)
    let experiment = try #require(Report(["methods"], in: store.store).experiments.first)
    let figure = try #require(ReportFigure("loss.final", of: experiment))
    #expect(figure.panels[0].x.categories == ["pgd", "adam"])
    #expect(figure.caption.hasPrefix("Mark: median over 3 seeds; bar"))
  }

  @Test func numbersThatGoWithANameAreNoAxisOfAFigure() throws {
    let store = try RecordedStore()
    let points: [[String: JSONValue]] = [
      ["method": "pgd", "iterations": 400], ["method": "adam", "iterations": 100],
    ]
    try store.sweep("listed", axes: ["iterations", "method"], points: points, seeds: 2, body: RecordedStore.falling)
    let experiment = try #require(Report(["listed"], in: store.store).experiments.first)
    #expect(experiment.axes == ["iterations", "method"])
    #expect(experiment.plottedAxes == ["method"])
    let curves = try #require(MetricCurves.all(experiment, store: experiment.folder) { _ in 100 }.first)
    #expect(ReportFigure(curves, of: experiment).panels[0].series.map(\.name) == ["pgd", "adam"])
  }

  @Test func aFigureMeasuredOnlyAtFirstHasNoCurve() throws {
    let store = try RecordedStore()
    try store.sweep("sparse", axes: [], points: [[:]], seeds: 2) { run, context in
      for i in 0...20 {
        context.metrics.record(i, [("loss", 1)] + (i == 0 ? [("start", 2)] : []) + (i % 5 == 0 ? [("rare", 3)] : []))
      }
      return RunOutcome(result: [:])
    }
    let experiment = try #require(Report(["sparse"], in: store.store).experiments.first)
    #expect(MetricCurves.all(experiment, store: experiment.folder) { _ in 100 }.map(\.metric) == ["loss", "rare"])
  }

  @Test func threeHundredRunsAreQuickAndSmall() throws {
    let store = try RecordedStore()
    let points: [[String: JSONValue]] = (1...30).map { ["width": .integer($0), "zeta": JSONValue(Double($0 % 5))] }
    try store.sweep("many", axes: ["width", "zeta"], points: points, seeds: 10) { run, context in
      for i in 0...1000 {
        let x = exp(-Double(i) / Double(50 + run.seed)) + 1e-9
        context.metrics.record(i, [("loss", x), ("distance", 1 - x), ("stationarity", x * x), ("step", 0.1)])
      }
      return RunOutcome(result: ["loss": ["final": JSONValue(Double(run.seed + 1) * 1e-9)]])
    }
    let clock = ContinuousClock()
    var size = 0
    let time = try clock.measure { size = try Report(["many"], in: store.store).html().utf8.count }
    // The bound of the specification; a machine at rest takes a third of it.
    #expect(time < .seconds(5))
    #expect(size < 5_000_000)
  }

  @Test func commandsAreWordsOfAShell() {
    #expect(shellWord("a b") == "'a b'")
    #expect(shellWord("it's") == "'it'\\''s'")
    #expect(shellWord("") == "''")
    #expect(shellWord("--width=8") == "--width=8")
    #expect(shellWord("ünï") == "'ünï'")
  }
}
