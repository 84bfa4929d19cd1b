import ArgumentParser
import Foundation
import Shallows

struct RunsCompareCommand: ParsableCommand {
  /// What intervals and differences are of.
  enum Choice: String, CaseIterable, ExpressibleByArgument {
    case mean, median, iqm

    var statistic: Statistic {
      switch self {
      case .mean: .mean
      case .median: .median
      case .iqm: .interquartileMean
      }
    }
  }

  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare configurations over their seeds.",
    discussion: """
      Each is NAME, NAME/HASH or NAME/HASH/SEED. Completed runs of equal configurations stand together; a line for each \
      says what the seeds give: mean with its standard error, median, interquartile mean (IQM), and a bootstrap interval \
      of 95 % around the chosen statistic. A run that diverged counts as the worst value.

      With --baseline, or where there are just two configurations, the differences from the baseline on equal seeds \
      follow, with their interval and in how many seeds the configuration is better: has the larger value of an \
      accuracy, the smaller one of all else.
      """)

  @Argument(help: ArgumentHelp("What to compare.", valueName: "RUNS")) var names: [String]
  @OptionGroup var store: StoreOptions
  @OptionGroup var filter: RunFilterOptions
  @Option(
    name: .customLong("figure"),
    help: ArgumentHelp("The figure to compare (default: those of the sweep). Repeatable.", valueName: "NAME"))
  var figures: [String] = []
  @Option(help: ArgumentHelp("What intervals and differences are of: mean, median or iqm.", valueName: "S"))
  var statistic = Choice.median
  @Option(
    help: ArgumentHelp("Differences from this one: the first digits of a hash, or setting=value.", valueName: "B"))
  var baseline: String?
  @Option(
    name: .customLong("larger"),
    help: ArgumentHelp("A figure of which larger values are better, besides accuracies. Repeatable.", valueName: "NAME")
  )
  var larger: [String] = []
  @Flag(help: "Print one JSON object instead of text.") var json = false
  @Flag(help: "Print comma-separated values instead of text.") var csv = false

  func validate() throws {
    if json && csv { throw ValidationError("--json and --csv exclude each other.") }
    if names.isEmpty { throw ValidationError("RUNS: name an experiment, or configurations as NAME/HASH.") }
  }

  func run() throws {
    let store = try store.open()
    let index = try self.store.index(store)
    let references = try names.map { try RunReference($0, store: store) }
    for reference in references { _ = try store.paths(reference) }
    let experiments = Set(references.map(\.experiment)).sorted()
    var filter = try filter.filter(index, experiments: experiments)
    filter.states = filter.states.isEmpty ? [.completed] : filter.states.intersection([.completed])
    let before = index.damaged.count
    let runs = try index.runs(filter).filter { run in references.contains { $0.includes(run) } }
    self.store.report(index, after: before)
    try noteOthers(than: runs, filter, references, index)
    guard !runs.isEmpty else { throw CommandError("\(names.joined(separator: " ")): no completed runs to compare") }
    try index.check(figures, filter)

    var figures = figures
    if figures.isEmpty {
      figures = try headline(of: experiments, verbs: Set(runs.map(\.verb)), in: store).filter {
        try index.has($0, filter)
      }
    }
    var comparison = RunComparison(runs, figures: figures)
    if figures.isEmpty {
      // Of what has no headline, the first few numbers.
      figures = Array(
        RunTable(runs).summaries().reduce(into: [String]()) { if !$0.contains($1.figure) { $0.append($1.figure) } }
          .prefix(4))
      comparison = RunComparison(runs, figures: figures)
    }
    let two = comparison.configurations.count == 2 ? comparison.configurations[0] : nil
    let table = ComparisonTable(
      comparison, statistic: statistic.statistic, baseline: try baseline.map(comparison.configuration) ?? two,
      larger: Set(larger))
    guard !table.rows.isEmpty else { throw CommandError("\(figures.joined(separator: ", ")): not a number in any run") }
    if json { return print(try table.json().prettyText, terminator: "") }
    if csv { return print(table.csv(), terminator: "") }
    ComparisonPage(table: table).print()
  }
}

/// A comparison for people.
struct ComparisonPage {
  let table: ComparisonTable

  private var comparison: RunComparison { table.comparison }

  func print() {
    if !comparison.common.isEmpty {
      let text = comparison.common.map { "\($0.name) = \(RunListing.shown($0.value))" }.joined(separator: ", ")
      Swift.print("In common: " + Terminal.printable(text))
    }
    for figure in comparison.figures {
      let rows = table.rows.filter { $0.figure == figure }
      guard !rows.isEmpty else { continue }
      Swift.print("\n\(Terminal.printable(figure)) over seeds")
      Swift.print(summaries(rows).text(width: tableWidth, encoding: .detect()), terminator: "")
      if table.baseline != nil, rows.contains(where: { $0.summary.change != nil }) {
        Swift.print(differences(rows).text(width: tableWidth, encoding: .detect()), terminator: "")
      }
    }
    let statistic = table.statistic.description
    Swift.print(
      "\nIntervals enclose the \(statistic) with a probability of 95 % (bootstrap over seeds"
        + (table.baseline == nil ? ")." : "; of the differences, over pairs of equal seeds)."))
  }

  private func summaries(_ rows: [ComparisonTable.Row]) -> TextTable {
    var text = TextTable(
      [.init("hash")] + comparison.varying.map { .init($0, .decimal) }
        + ["n", "mean", "std. error", "median", "IQM"].map { .init($0, .decimal) }
        + [.init("95 % of \(table.statistic)")])
    for row in rows {
      let (s, interval) = (row.summary.sample, row.summary.interval)
      text.append(
        [row.configuration.hash] + comparison.varying.map { row.configuration.point[$0].map(RunListing.shown) ?? "" }
          + ["\(s.count)"] + [s.mean, s.standardError, s.median, s.interquartileMean].map(Self.shown)
          + [Self.shown(interval)])
    }
    return text
  }

  private func differences(_ rows: [ComparisonTable.Row]) -> TextTable {
    var text = TextTable([
      .init("less \(table.baseline!.hash)"), .init("pairs", .decimal),
      .init("\(table.statistic) of differences", .decimal),
      .init("95 %"), .init("better", .decimal), .init("worse", .decimal), .init("equal", .decimal),
      .init("share better"),
    ])
    for row in rows {
      guard let change = row.summary.change else { continue }
      text.append([
        row.configuration.hash, "\(change.pairs)", Self.shown(change.interval.estimate), Self.shown(change.interval),
        "\(change.better)", "\(change.worse)", "\(change.ties)",
        Self.shown(change.shareBetter.estimate) + " " + Self.shown(change.shareBetter),
      ])
    }
    return text
  }

  private static func shown(_ x: Double) -> String { x.isNaN ? "" : short(x) }
  private static func shown(_ interval: ConfidenceInterval) -> String {
    interval.lower.isNaN ? "" : "[\(short(interval.lower)), \(short(interval.upper))]"
  }
}
