import Foundation

/// Runs as a table: one row each, what varies first, then the figures of the results.
///
/// The rows and their digits depend on what was run alone: not on the order in which it was, on interruptions or on the
/// clock.
public struct RunTable: Sendable, Hashable {
  public struct Row: Sendable, Hashable {
    public let point: [String: JSONValue]
    public let seed: UInt64
    public let figures: [String: JSONValue]
  }

  /// The parameters that vary.
  public let axes: [String]
  /// The names of the figures: those of any row, in alphabetical order.
  public let figures: [String]
  public let rows: [Row]

  public init(axes: [String], rows: [Row]) {
    self.axes = axes
    self.rows = rows
    // A result that repeats the seed or the value of an axis says nothing new.
    figures = Set(rows.flatMap(\.figures.keys)).filter { figure in
      if figure == "seed" {
        return rows.contains { $0.figures[figure] != nil && $0.figures[figure] != JSONValue(seed: $0.seed) }
      }
      return !axes.contains(figure)
        || rows.contains { $0.figures[figure] != nil && $0.figures[figure] != $0.point[figure] }
    }.sorted()
  }

  /// The completed runs of a plan, in its order.
  public init(_ plan: SweepPlan, in store: RunStore) throws {
    let rows = try plan.runs.compactMap { run -> Row? in
      let folder = store.folder(of: run, in: plan.name)
      guard folder.status()?.state == .completed, let result = try folder.result() else { return nil }
      return Row(point: run.point, seed: run.seed, figures: Self.figures(of: result))
    }
    self.init(axes: plan.axes, rows: rows)
  }

  /// The scalars of a result by their paths, without the prose that goes with them.
  static func figures(of result: JSONValue) -> [String: JSONValue] {
    let prose: Set<Substring> = ["statement", "source", "message", "hint"]
    return result.scalars.filter { !prose.contains($0.key.split(separator: ".").last ?? "") }
  }

  /// The rows of equal points together, in the order of their first.
  public var points: [(point: [String: JSONValue], rows: [Row])] {
    var order: [[String: JSONValue]] = []
    var groups: [[String: JSONValue]: [Row]] = [:]
    for row in rows {
      if groups[row.point] == nil { order.append(row.point) }
      groups[row.point, default: []].append(row)
    }
    return order.map { ($0, groups[$0]!) }
  }

  /// Comma-separated values: a line of names, then a line for each run.
  public func csv() -> String {
    var text = (axes + ["seed"] + figureTitles).map(csvCell).joined(separator: ",") + "\n"
    for row in rows {
      let cells = axes.map { row.point[$0]?.cell ?? "" } + ["\(row.seed)"] + figures.map { row.figures[$0]?.cell ?? "" }
      text += cells.map(csvCell).joined(separator: ",") + "\n"
    }
    return text
  }
}

/// A cell of comma-separated values, in quotation marks where it needs them (RFC 4180).
public func csvCell(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else { return text }
  return "\"" + text.replacing("\"", with: "\"\"") + "\""
}
