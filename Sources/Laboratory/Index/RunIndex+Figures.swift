import Foundation
import GRDB

extension RunIndex {
  /// The names of the columns that every run has.
  public static let columns = ["experiment", "hash", "path", "verb", "seed", "state", "started"]

  /// The names of all figures and settings of the runs that pass a filter, in alphabetical order.
  ///
  /// - Complexity: reads every figure of every run.
  public func figureNames(_ filter: RunFilter = RunFilter()) throws -> [String] {
    try queue.read { db in
      try SQLRequest<String>(
        """
        SELECT DISTINCT key FROM (
          SELECT figure.key FROM runs, json_each(result) AS figure WHERE \(filter.sql)
          UNION ALL SELECT figure.key FROM runs, json_each(settings) AS figure WHERE \(filter.sql))
        ORDER BY key
        """
      ).fetchAll(db)
    }
  }

  /// Whether any run that passes a filter has a figure.
  public func has(_ figure: String, _ filter: RunFilter = RunFilter()) throws -> Bool {
    guard !Self.columns.contains(figure) else { return true }
    return try queue.read { db in
      try SQLRequest<Int>(
        "SELECT 1 FROM runs WHERE \(FigureSource(figure).text) IS NOT NULL AND (\(filter.sql)) LIMIT 1"
      ).fetchOne(db) != nil
    }
  }

  /// Makes sure that some run has each figure.
  ///
  /// - Throws: ``RunStoreError`` with names like the one that none has.
  public func check(_ figures: [String], _ filter: RunFilter = RunFilter()) throws {
    for figure in figures where try !has(figure, filter) {
      let names = try figureNames(filter)
      if names.isEmpty { throw RunStoreError("\(figure): no run has this figure, for there is no run") }
      let near = nearNames(to: figure, among: names + Self.columns)
      let listed = near.isEmpty ? names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", ..." : "") : ""
      throw RunStoreError(
        "\(figure): no run has this figure or setting; "
          + (near.isEmpty ? "there are \(listed)" : "did you mean \(near.joined(separator: ", "))?"))
    }
  }

  /// A configuration of an experiment: the verb and the settings by their paths.
  public struct Configuration: Sendable, Hashable {
    public let experiment: String
    public let hash: String
    public let verb: String
    public let settings: [String: JSONValue]
  }

  /// The configurations of some experiments, or of all; those of damaged runs alone are missing.
  public func configurations(of experiments: [String] = []) throws -> [Configuration] {
    var filter = RunFilter()
    filter.experiments = experiments
    let rows = try queue.read { db in
      try SQLRequest<Row>(
        """
        SELECT experiment, substr(path, 1, 12) AS hash, min(verb), min(settings) FROM runs WHERE \(filter.sql)
        GROUP BY experiment, hash ORDER BY experiment, hash
        """
      ).fetchAll(db)
    }
    return try rows.map { row in
      let settings = try JSONValue(json: (row[3] as String).data(using: .utf8) ?? .init())
      return Configuration(experiment: row[0], hash: row[1], verb: row[2], settings: settings.objectValue ?? [:])
    }
  }
}

/// An experiment in a line: its runs by state, what it runs, and when it was last begun.
public struct ExperimentOverview: Sendable, Hashable {
  public let name: String
  public internal(set) var states: [RunStatus.State: Int] = [:]
  public internal(set) var verbs: Set<String> = []
  /// In UTC, as ``Timestamp`` writes it; empty without runs.
  public internal(set) var lastStarted = ""

  public var runs: Int { states.values.reduce(0, +) }
}

extension RunIndex {
  /// Every experiment of the store, those without runs included.
  public func experiments() throws -> [ExperimentOverview] {
    var overviews: [String: ExperimentOverview] = [:]
    for name in store.experiments() where SweepPlan.hasRecord(of: name, in: store) {
      overviews[name] = ExperimentOverview(name: name)
    }
    for row in try select(["experiment", "state", "verb", "started"]) {
      let name = row[0].cell
      var overview = overviews[name] ?? ExperimentOverview(name: name)
      overview.states[RunStatus.State(rawValue: row[1].cell) ?? .interrupted, default: 0] += 1
      overview.verbs.insert(row[2].cell)
      overview.lastStarted = max(overview.lastStarted, row[3].cell)
      overviews[name] = overview
    }
    return overviews.values.sorted { $0.name < $1.name }
  }
}
