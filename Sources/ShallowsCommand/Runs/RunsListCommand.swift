import ArgumentParser
import Foundation
import Shallows

struct RunsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List experiments, or the runs of some.",
    discussion: """
      Without an experiment or a condition: a line for each experiment. Otherwise a line for each run: its configuration, \
      seed and state, the settings in which the listed runs differ, and the figures that people look at first.
      """)

  @Argument(help: ArgumentHelp("Experiments; all of them if none is named.", valueName: "EXPERIMENT"))
  var experiments: [String] = []
  @OptionGroup var store: StoreOptions
  @OptionGroup var filter: RunFilterOptions
  @Option(help: ArgumentHelp("The figures to show, separated by commas, instead of the usual ones.", valueName: "A,B"))
  var columns: String?
  @Option(help: ArgumentHelp("Order by this figure, smallest first; runs without it come last.", valueName: "FIGURE"))
  var sort: String?
  @Flag(help: "With --sort, largest first.") var reverse = false
  @Option(help: ArgumentHelp("Show only the first N runs.", valueName: "N")) var limit: Int?
  @Flag(help: "Print a JSON object for each line (JSON Lines) instead of a table.") var json = false
  @Flag(help: "Print comma-separated values instead of a table.") var csv = false

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit \(limit): at least 1 is needed.") }
    if json && csv { throw ValidationError("--json and --csv exclude each other.") }
    if reverse && sort == nil { throw ValidationError("--reverse goes with --sort FIGURE.") }
  }

  func run() throws {
    let store = try store.open()
    let index = try self.store.index(store)
    let isNarrow =
      !experiments.isEmpty || !filter.conditions.isEmpty || !filter.states.isEmpty
      || !filter.seeds.isEmpty || columns != nil || sort != nil || limit != nil
    if isNarrow { try listRuns(index, store) } else { try listExperiments(index, store) }
  }

  // MARK: Experiments

  private func listExperiments(_ index: RunIndex, _ store: RunStore) throws {
    let overviews = try index.experiments()
    let states = [RunStatus.State.completed, .failed, .interrupted, .running]
    if json {
      for overview in overviews {
        let counts = states.map { ($0.rawValue, JSONValue.integer(Int64(overview.states[$0] ?? 0))) }
        let object: JSONValue = [
          "experiment": .string(overview.name), "runs": .integer(Int64(overview.runs)),
          "states": .object(Dictionary(uniqueKeysWithValues: counts)),
          "verbs": .array(overview.verbs.sorted().map { .string($0) }), "lastStarted": .string(overview.lastStarted),
        ]
        print(object.text)
      }
      return
    }
    let titles = ["experiment", "verb", "runs"] + states.map(\.rawValue) + ["last started"]
    let rows = overviews.map { overview in
      [overview.name, overview.verbs.sorted().joined(separator: " "), "\(overview.runs)"]
        + states.map { state in overview.states[state].map(String.init) ?? (csv ? "0" : "") } + [overview.lastStarted]
    }
    if csv { return print(csvText([titles] + rows), terminator: "") }
    if rows.isEmpty { return note("\(store.path): no runs yet") }
    var table = TextTable(titles.enumerated().map { .init($1, (2...6).contains($0) ? .decimal : .left) })
    for row in rows { table.append(row) }
    print(table.text(width: tableWidth, encoding: .detect()), terminator: "")
  }

  // MARK: Runs

  private func listRuns(_ index: RunIndex, _ store: RunStore) throws {
    let experiments = try experiments.map { name in
      let reference = try RunReference(name, store: store)
      guard reference.hash.isEmpty else {
        throw CommandError(
          "\(name): the name of an experiment is needed; --where hash=\(reference.hash)... narrows the list")
      }
      try store.check(experiment: reference.experiment)
      return reference.experiment
    }
    let filter = try filter.filter(index, experiments: experiments)
    var listing = try RunListing(
      index, filter, columns: columns?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) },
      sort: sort, store: store)
    let total = listing.rows.count
    if sort != nil { listing.order(descending: reverse) }
    if let limit { listing.rows = Array(listing.rows.prefix(limit)) }
    if json {
      for row in listing.rows { print(listing.json(row).text) }
    } else if csv {
      print(csvText([listing.titles] + listing.rows.map { listing.cells($0).map(\.cell) }), terminator: "")
    } else {
      print(listing.text(), terminator: "")
      let shown = listing.rows.count
      note(
        total == 0
          ? "No such runs." : shown < total ? "\(shown) of \(total) runs" : total == 1 ? "1 run" : "\(total) runs")
    }
  }
}

/// Lines of comma-separated values.
func csvText(_ rows: [[String]]) -> String {
  rows.map { $0.map(csvCell).joined(separator: ",") + "\n" }.joined()
}
