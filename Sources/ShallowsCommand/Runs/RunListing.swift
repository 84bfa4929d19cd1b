import Foundation
import Shallows

/// The runs that pass a filter as rows: what they are, the settings in which they differ, and some figures.
struct RunListing {
  struct Row {
    let values: [JSONValue]
    let settings: [String: JSONValue]
  }

  /// What every row begins with.
  private static let fixed = ["experiment", "hash", "seed", "state"]

  /// The settings that differ among the rows, and the figures.
  private(set) var varying: [String]
  let figures: [String]
  private let selected: [String]
  private let sort: Int?
  var rows: [Row]

  /// - Parameters:
  ///   - columns: the figures wanted; without, those of the headline and of the filter.
  ///   - sort: a figure to order by.
  init(_ index: RunIndex, _ filter: RunFilter, columns: [String]?, sort: String?, store: RunStore) throws {
    if let columns { try index.check(columns, filter) }
    if let sort { try index.check([sort], filter) }
    let configurations = try index.configurations(of: filter.experiments)
    let known = Dictionary(
      configurations.map { ("\($0.experiment)/\($0.hash)", $0) }, uniquingKeysWith: { first, _ in first })
    let general = Set(RunIndex.columns)
    var figures = columns ?? []
    // Figures of the headline are those of results: a run without one shows none, not a setting of the same name.
    var usual: [String] = []
    if columns == nil {
      let experiments = Set(configurations.map(\.experiment)).sorted()
      usual = try headline(of: experiments, verbs: Set(configurations.map(\.verb)), in: store).filter {
        try index.has("result." + $0, filter)
      }
      figures = usual
      for name in filter.conditions.map(\.figure) + (sort.map { [$0] } ?? [])
      where !figures.contains(name) && !general.contains(name) {
        figures.append(name)
      }
    }
    figures = figures.filter { !Self.fixed.contains($0) }
    selected = Self.fixed + figures.map { usual.contains($0) ? "result." + $0 : $0 } + (sort.map { [$0] } ?? [])
    self.sort = sort == nil ? nil : selected.count - 1
    var settings: [String: [String: JSONValue]] = [:]
    rows = try index.select(selected, filter).map { values in
      let key = "\(values[0].cell)/\(values[1].cell)"
      var point = known[key]?.settings ?? [:]
      if let verb = known[key]?.verb { point["verb"] = point["verb"] ?? .string(verb) }
      settings[key] = point
      return Row(values: values, settings: point)
    }
    let shown = Set(
      figures.filter { !usual.contains($0) }.map { $0.hasPrefix("settings.") ? String($0.dropFirst(9)) : $0 })
    let varying = SettingsComparison(settings.values).varying.filter { !shown.contains($0) }
    self.varying = varying
    self.figures = figures.map { usual.contains($0) && varying.contains($0) ? "result." + $0 : $0 }
  }

  /// Orders the rows by the figure, equal ones as they were; rows without it stay last.
  mutating func order(descending: Bool) {
    guard let sort else { return }
    rows = rows.enumerated().sorted { a, b in
      let (x, y) = (a.element.values[sort], b.element.values[sort])
      if (x == .null) != (y == .null) { return y == .null }
      if precedes(x, y) { return !descending }
      if precedes(y, x) { return descending }
      return a.offset < b.offset
    }.map(\.element)
  }

  private var hasSeveralExperiments: Bool { Set(rows.map { $0.values[0] }).count > 1 }

  var titles: [String] { Self.fixed + varying + figures }

  func cells(_ row: Row) -> [JSONValue] {
    let fixed = Self.fixed.count
    return Array(row.values.prefix(fixed)) + varying.map { row.settings[$0] ?? .null }
      + row.values[fixed..<fixed + figures.count]
  }

  func json(_ row: Row) -> JSONValue {
    let values = row.values[Self.fixed.count..<Self.fixed.count + figures.count]
    return [
      "experiment": row.values[0], "hash": row.values[1], "seed": row.values[2], "state": row.values[3],
      "settings": .object(row.settings.filter { varying.contains($0.key) }),
      "figures": .object(Dictionary(zip(figures, values), uniquingKeysWith: { $1 })),
    ]
  }

  /// The rows as a table; one experiment alone is named once, above it.
  func text() -> String {
    guard let first = rows.first else { return "" }
    let skipped = hasSeveralExperiments ? 0 : 1
    var table = TextTable(
      titles.dropFirst(skipped).enumerated().map { i, title in
        .init(title, i + skipped < 2 || i + skipped == 3 ? .left : .decimal)
      })
    for row in rows { table.append(cells(row).dropFirst(skipped).map(Self.shown)) }
    return (skipped == 1 ? first.values[0].cell + "\n" : "") + table.text(width: tableWidth, encoding: .detect())
  }

  /// Fractions to four digits; all else whole.
  static func shown(_ value: JSONValue) -> String {
    if case .number(let x) = value { short(x) } else { value.cell }
  }
}
