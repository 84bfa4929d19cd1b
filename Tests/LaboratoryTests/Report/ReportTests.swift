import Dynamics
import Foundation
import Testing

@testable import Laboratory

/// The page about a sweep: its structure and what it says.
@Suite struct ReportTests {
  private func page(_ store: borrowing RecordedStore, _ names: [String], times: Bool = false) throws -> String {
    var report = try Report(names, in: store.store)
    report.showsTimes = times
    return try report.html()
  }

  @Test func saysWhatWasRunAndWhatCameOut() throws {
    let store = try RecordedStore()
    try store.sweep(
      "widths", axes: ["width"], points: RecordedStore.widths([2, 4, 8]), seeds: 3, body: RecordedStore.falling)
    let html = try page(store, ["widths"])
    #expect(html.contains("<h2 id=\"experiment-1-title\">widths</h2>"))
    #expect(html.contains("9 completed"))
    #expect(html.contains("<dt>width</dt><dd>2, 4, 8</dd>"))
    #expect(html.contains("<tr><th scope=\"row\">method</th><td>pgd</td></tr>"))
    // Width 4: losses 0.25e-6, 0.5e-6, 0.75e-6.
    #expect(html.contains("<td>4</td><td class=\"n\">3</td><td class=\"n first\">5e−07</td>"))
    #expect(html.contains("for seed in {0..2}; do shallows fit &#39;data file.csv&#39; --width 8 --seed $seed; done"))
    #expect(html.contains("with changes not committed"))
    #expect(html.contains("<code>0123456789ab</code>"))
    // One figure of the results and one of the curves, each drawn for wide and for narrow screens.
    #expect(html.matches(of: #/<figure /#).count == 2)
    #expect(html.matches(of: #/class="shallows-plot"/#).count == 4)
    #expect(html.contains("loss along the iterations"))
    #expect(!html.contains("seconds along the iterations"))
  }

  @Test func everyElementIsClosed() throws {
    let store = try RecordedStore()
    try store.sweep(
      "widths", axes: ["width"], points: RecordedStore.widths([2, 4]), seeds: 2, body: RecordedStore.falling)
    try store.sweep("single", axes: [], points: [[:]], seeds: 1, body: RecordedStore.falling)
    let html = try page(store, ["widths", "single"], times: true)
    let void: Set<Substring> = ["meta", "link"]
    var open: [Substring] = []
    for tag in html.matches(of: #/<(/?)([a-zA-Z0-9]+)([^<>]*?)(/?)>/#) {
      if void.contains(tag.2) || tag.4 == "/" { continue }
      if tag.1.isEmpty {
        open.append(tag.2)
      } else {
        try #require(open.last == tag.2, "\(tag.0) closes \(open.last ?? "nothing")")
        open.removeLast()
      }
    }
    #expect(open.isEmpty)
    #expect(!html.contains("{{"))
  }

  @Test func tellsGuaranteesOverRuns() throws {
    let store = try RecordedStore()
    try store.sweep(
      "widths", axes: ["width"], points: RecordedStore.widths([2, 4, 8]), seeds: 3, body: RecordedStore.falling)
    let tally = GuaranteeTally(try #require(Report(["widths"], in: store.store).experiments.first))
    #expect(tally.runs == 9)
    let width = try #require(tally.checks.first)
    #expect((width.holds, width.fails, width.vacuous) == (6, 3, 0))
    #expect(width.measured == 2...8)
    #expect(width.bound == 4...4)
    #expect(width.statements.count == 1)
    #expect(tally.checks[1].statements.map(\.count) == [3, 3, 3])
    let html = try page(store, ["widths"])
    #expect(html.contains("<td class=\"n good\">6</td><td class=\"n bad\">3</td>"))
    #expect(html.contains("2 … 8"))
    #expect(html.contains("<td class=\"bad\">3 ✗</td>"))
  }

  @Test func aSingleRunHasItsGuaranteeWhole() throws {
    let store = try RecordedStore()
    let plan = try store.sweep(
      "widths", axes: ["width"], points: RecordedStore.widths([2, 8]), seeds: 2, body: RecordedStore.falling)
    let run = plan.runs[0]
    let html = try page(store, ["widths/\(run.path)"])
    #expect(html.contains("<td class=\"bad\">fails</td>"))
    #expect(html.contains("shallows fit &#39;data file.csv&#39; --width 2 --seed 0"))
    #expect(try Report(["widths/\(run.path)"], in: store.store).runCount == 1)
    #expect(try Report(["widths/\(run.configuration.hash.prefix(8))"], in: store.store).runCount == 2)
    #expect(try Report([store.store.path + "/widths/", "widths/\(run.path)"], in: store.store).runCount == 4)
  }

  @Test func namesThatNoRunHasAreRefused() throws {
    let store = try RecordedStore()
    try store.sweep("widths", axes: [], points: [[:]], seeds: 1, body: RecordedStore.falling)
    for name in ["width", "widths/ffffffffffff", "widths/a/b/c", "", "widths/../widths"] {
      #expect(throws: RunStoreError.self, "\(name)") { try Report([name], in: store.store) }
    }
    let error = #expect(throws: RunStoreError.self) { try Report(["width"], in: store.store) }
    #expect(error?.description.contains("did you mean widths?") == true)
  }

  @Test func failuresAndWhatIsLeftAreShownAndEscaped() throws {
    let store = try RecordedStore()
    let evil = "<script>alert('x')</script> \"q\" & ünï\u{0}\u{202e}"
    try store.sweep("bad", axes: ["name"], points: [["name": "<b>\"x\"</b>"], ["name": "plain"]], seeds: 3) {
      run, context in
      if run.seed == 1 { throw RunStoreError(evil) }
      if run.seed == 2 { throw RunInterruption() }
      return RunOutcome(result: ["loss": ["final": 1]])
    }
    var report = try Report(["bad"], in: store.store)
    report.title = evil
    let html = try report.html()
    #expect(!html.contains("<script"))
    #expect(!html.contains("<b>"))
    #expect(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &quot;q&quot; &amp; ünï\u{fffd}\u{fffd}"))
    #expect(html.contains("2 completed</span>"))
    #expect(html.contains("2 failed"))
    #expect(html.contains("2 interrupted"))
    #expect(html.contains("Failed runs"))
  }

  @Test func asksForNothingAndRunsNothing() throws {
    let store = try RecordedStore()
    try store.sweep(
      "widths", axes: ["width"], points: RecordedStore.widths([2, 4]), seeds: 2, body: RecordedStore.falling)
    let html = try page(store, ["widths"])
    let addresses = html.matches(of: #/https?:[^\s"'<)]*/#).map { String($0.0) }
    #expect(Set(addresses) == ["http://www.w3.org/2000/svg"])
    #expect(html.contains("default-src 'none'"))
    for forbidden in ["<script", "<img", "<iframe", "url(", "@import", "src="] { #expect(!html.contains(forbidden)) }
  }

  @Test func equalRunsGiveEqualPages() throws {
    let a = try RecordedStore()
    let b = try RecordedStore()
    let points = RecordedStore.widths([2, 4])
    try a.sweep("widths", axes: ["width"], points: points, seeds: 3, body: RecordedStore.falling)
    try b.sweep("widths", axes: ["width"], points: points, seeds: 3) { run, context in
      Thread.sleep(forTimeInterval: 0.002)
      return try RecordedStore.falling(run, context)
    }
    let first = try page(a, ["widths"]).replacing(a.store.path, with: "")
    #expect(try first == page(b, ["widths"]).replacing(b.store.path, with: ""))
    #expect(try page(a, ["widths"], times: true).contains("Time spent"))
    #expect(!first.contains("Time spent"))
  }

  @Test func theDataOfAFigureStandBesideIt() throws {
    let store = try RecordedStore()
    try store.sweep(
      "widths", axes: ["width"], points: RecordedStore.widths([2, 4]), seeds: 3, body: RecordedStore.falling)
    let html = try page(store, ["widths"])
    let link = try #require(html.firstMatch(of: #/download="widths-loss\.csv" href="data:text/csv;base64,([^"]+)"/#))
    let lines = String(decoding: try #require(Data(base64Encoded: String(link.1))), as: UTF8.self).split(
      separator: "\n")
    #expect(lines[0] == "width,configuration,iteration,median,lowerQuartile,upperQuartile,seeds")
    #expect(lines.count == 1 + 2 * 61)
    // Width 2 starts at 0.5, 1 and 1.5.
    #expect(lines[1].hasSuffix(",0,1.0,0.75,1.25,3"))
  }
}
