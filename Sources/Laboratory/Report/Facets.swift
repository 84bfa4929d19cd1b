/// How configurations are laid out in a figure: a line for each, in one panel where they are few, otherwise in several.
///
/// The axis with the most values among those with at most six becomes the lines of every panel, so that a colour means
/// one value throughout; the other axes become the panels. Without such an axis the configurations are dealt out in their
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
  /// How many panels there would be.
  let panelCount: Int

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
      let values = Self.distinct(keys.map { $0[axis] })
      for other in Self.distinct(keys.map({ key in key.filter { $0.key != axis } })) {
        let lines = values.map { value in
          var key = other
          key[axis] = value
          return Line(name: Self.name(value.map { [axis: $0] } ?? [:], [axis]), members: members[key] ?? [])
        }
        all.append(Panel(title: Self.name(other, others), lines: lines))
      }
    } else {
      let count = (keys.count + Self.lineLimit - 1) / Self.lineLimit
      for k in 0..<count {
        let part = keys[(k * keys.count / count)..<((k + 1) * keys.count / count)]
        all.append(Panel(title: "", lines: part.map { Line(name: Self.name($0, axes), members: members[$0]!) }))
      }
    }
    panelCount = all.count
    panels = Self.evenly(all, Self.panelLimit)
  }

  /// The first, the last and others evenly between.
  static func evenly<Item>(_ items: [Item], _ limit: Int) -> [Item] {
    guard items.count > limit else { return items }
    return (0..<limit).map { items[$0 * (items.count - 1) / (limit - 1)] }
  }

  private static func lineAxis(_ keys: [[String: JSONValue]], _ axes: [String]) -> String? {
    var best: (axis: String, count: Int)?
    for axis in axes where axes.count > 1 {
      let count = distinct(keys.map { $0[axis] }).count
      if count > 1, count <= lineLimit, count > best?.count ?? 1 { best = (axis, count) }
    }
    return best?.axis
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
    return "\(short) \(value.cell)"
  }
}
