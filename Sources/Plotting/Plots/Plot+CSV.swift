/// The data behind a figure.
extension Plot {
  /// One line for each point: `series,mark,x,y,lower,upper`, after a header; quoting as in RFC 4180.
  ///
  /// Numbers are the shortest decimals that read back to the same double; `nan` and `inf` are kept. Absent fields are
  /// empty. On an axis of categories a position is written as its name. By mark:
  ///
  ///     rule            a value only for the coordinate that it fixes
  ///     histogram       x the middle of the bin on the axis, y its height, lower and upper its borders
  ///     heat map        a further column `value`; x and y are the middle of the cell
  ///     contour         as a line, its level as `value`
  ///     trajectories    a further column `path`, counted from 0; so for contours
  public func csv() -> String {
    let extras = CSVColumns([self])
    return extras.header + csvRows(prefix: "", extras)
  }

  func csvRows(prefix: String, _ extras: CSVColumns) -> String {
    var text = ""
    func position(_ value: Double, _ axis: Axis) -> String {
      guard let names = axis.categories, let i = Int(exactly: value), names.indices.contains(i) else {
        return "\(value)"
      }
      return csvField(names[i])
    }
    for series in self.series {
      let name = prefix + csvField(series.name ?? "")
      func row(_ mark: String, x: Double? = nil, y: Double? = nil, ends: (Double, Double)? = nil, value: Double? = nil,
        path: Int? = nil) {
        text += "\(name),\(mark),\(x.map { position($0, self.x) } ?? ""),\(y.map { position($0, self.y) } ?? ""),"
          + (ends.map { "\($0.0),\($0.1)" } ?? ",") + (extras.value ? "," + (value.map { "\($0)" } ?? "") : "")
          + (extras.path ? "," + (path.map { "\($0)" } ?? "") : "") + "\n"
      }
      func rows(_ mark: String, _ points: [Point], _ band: Band? = nil, value: Double? = nil, path: Int? = nil) {
        for (i, p) in points.enumerated() {
          let ends = band.flatMap { i < $0.lower.count ? ($0.lower[i], $0.upper[i]) : nil }
          row(mark, x: p.x, y: p.y, ends: ends, value: value, path: path)
        }
      }
      switch series.mark {
      case .line(let points, let band): rows("line", points, band)
      case .step(let points): rows("step", points)
      case .scatter(let points): rows("scatter", points)
      case .intervals(let points, let band): rows("interval", points, band)
      case .rule(.vertical, let at, _): row("rule", x: at)
      case .rule(.horizontal, let at, _): row("rule", y: at)
      case .ray(let tip, _): rows("ray", [tip])
      case .trajectories(let paths): for (i, path) in paths.enumerated() { rows("trajectory", path, path: i) }
      case .contour(let map, let level):
        for (i, line) in map.contour(at: level, x: self.x.scale, y: self.y.scale).enumerated() {
          rows("contour", line, value: level, path: i)
        }
      case .histogram(let h):
        for (i, height) in h.heights.enumerated() {
          let scale = self.x.scale, low = h.edges[i], high = h.edges[i + 1]
          let middle = scale.accepts(low) && scale.accepts(high)
            ? scale.inverse(scale.transform(low) / 2 + scale.transform(high) / 2) : low / 2 + high / 2
          row("histogram", x: middle, y: height, ends: (low, high))
        }
      case .heatMap(let map):
        let xs = map.x.positions(on: self.x.scale), ys = map.y.positions(on: self.y.scale)
        for (i, value) in map.values.enumerated() {
          row("heat map", x: xs[i % xs.count], y: ys[i / xs.count], value: value)
        }
      }
    }
    return text
  }
}

/// The columns that only some marks need.
struct CSVColumns {
  var value = false
  var path = false

  init(_ plots: [Plot]) {
    for series in plots.flatMap(\.series) {
      switch series.mark {
      case .heatMap: value = true
      case .contour: (value, path) = (true, true)
      case .trajectories: path = true
      default: break
      }
    }
  }

  var header: String { "series,mark,x,y,lower,upper" + (value ? ",value" : "") + (path ? ",path" : "") + "\n" }
}

/// A field quoted where a comma, a quote or a line break would otherwise end it.
func csvField(_ text: String) -> String {
  let special: (Unicode.Scalar) -> Bool = { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
  guard text.unicodeScalars.contains(where: special) else { return text }
  var quoted = "\""
  for scalar in text.unicodeScalars {
    if scalar == "\"" { quoted += "\"\"" } else { quoted.unicodeScalars.append(scalar) }
  }
  return quoted + "\""
}
