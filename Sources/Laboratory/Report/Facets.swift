import Foundation

/// How configurations are laid out in a figure: a line for each, in one panel where they are few, otherwise in several.
///
/// The axis with the most values among those with at most six becomes the lines of every panel, so that a colour means
/// one value throughout; the other axes become the panels. Of an axis with more values six are shown, evenly chosen.
/// Configurations that do not cross, such as draws at random or the values of a single axis, are dealt out in their
/// order, equally many to a panel.
struct Facets: Sendable {
  /// Lines of a panel: as many as there are colours.
  static let lineLimit = 6
  /// Panels of a figure; of more, some are shown, evenly chosen.
  static let panelLimit = 12

  struct Line: Sendable, Hashable {
    let name: String
    /// Places in the list that was laid out; none where the panel lacks this line.
    var members: [Int]
  }
  struct Panel: Sendable, Hashable {
    let title: String
    var lines: [Line]
  }

  private(set) var panels: [Panel] = []
  /// How many lines there would be, were all shown.
  let lineCount: Int
  var shownLines: Int { panels.reduce(0) { $0 + $1.lines.count { !$0.members.isEmpty } } }

  /// Lays out points; those that agree on `axes` are one line.
  init(_ points: [[String: JSONValue]], axes: [String]) {
    var keys: [[String: JSONValue]] = []
    var members: [[String: JSONValue]: [Int]] = [:]
    for (i, point) in points.enumerated() {
      let key = point.filter { axes.contains($0.key) }
      if members[key] == nil { keys.append(key) }
      members[key, default: []].append(i)
    }
    var all: [Panel] = []
    if keys.count <= Self.lineLimit {
      all = [Panel(title: "", lines: keys.map { Line(name: Self.name($0, axes), members: members[$0]!) })]
    } else if let axis = Self.lineAxis(keys, axes) {
      let others = axes.filter { $0 != axis }
      let values = Self.evenly(Self.distinct(keys.map { $0[axis] }), Self.lineLimit)
      for other in Self.distinct(keys.map({ key in key.filter { $0.key != axis } })) {
        let lines = values.map { value in
          var key = other
          key[axis] = value
          return Line(name: Self.name(value.map { [axis: $0] } ?? [:], [axis]), members: members[key] ?? [])
        }
        if lines.contains(where: { !$0.members.isEmpty }) {
          all.append(Panel(title: Self.name(other, others), lines: lines))
        }
      }
    } else {
      let count = (keys.count + Self.lineLimit - 1) / Self.lineLimit
      for k in 0..<count {
        let part = keys[(k * keys.count / count)..<((k + 1) * keys.count / count)]
        all.append(Panel(title: "", lines: part.map { Line(name: Self.name($0, axes), members: members[$0]!) }))
      }
    }
    lineCount = keys.count
    panels = Self.evenly(all, Self.panelLimit)
  }

  /// The first, the last and others evenly between.
  static func evenly<Item>(_ items: [Item], _ limit: Int) -> [Item] {
    guard items.count > limit else { return items }
    return (0..<limit).map { items[$0 * (items.count - 1) / (limit - 1)] }
  }

  /// The axis whose values are the lines: the longest of those that fit, or else the shortest; `nil` where panels would
  /// have fewer than two lines on average.
  private static func lineAxis(_ keys: [[String: JSONValue]], _ axes: [String]) -> String? {
    guard axes.count > 1 else { return nil }
    func count(_ axis: String) -> Int { Set(keys.map { $0[axis] }).count }
    let crossing = axes.filter { axis in
      count(axis) > 1 && Set(keys.map { key in key.filter { $0.key != axis } }).count * 2 <= keys.count
    }
    let fitting = crossing.filter { count($0) <= lineLimit }
    return fitting.max { count($0) < count($1) } ?? crossing.min { count($0) < count($1) }
  }

  private static func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
    var seen: Set<Value> = []
    return values.filter { seen.insert($0).inserted }
  }

  /// What a point is called: `width 8, tanh`.
  static func name(_ point: [String: JSONValue], _ axes: [String]) -> String {
    axes.compactMap { axis in point[axis].map { name($0, of: axis) } }.joined(separator: ", ")
  }

  /// A word says what it is; a number, or yes or no, needs the axis before it.
  static func name(_ value: JSONValue, of axis: String) -> String {
    let short = axis.split(separator: ".").last.map(String.init) ?? axis
    if case .string(let text) = value, value.numericValue == nil { return text }
    if case .number(let x) = value { return "\(short) \(String(format: "%.4g", x))" }
    return "\(short) \(value.cell)"
  }
}
