/// Heat maps and what is drawn over them.
extension PanelDrawing {
  /// At most this many cells have their values written in.
  private static let mostNumbers = 150

  func drawHeatMap(_ map: HeatMap, _ svg: inout SVGWriter) {
    guard let colors else { return }
    let columns = map.x.intervals(on: plot.x.scale), rows = map.y.intervals(on: plot.y.scale)
    // Whole pixels leave no seams; cells of less than three would become uneven.
    let coarse = area.width >= 3 * Double(columns.count) && area.height >= 3 * Double(rows.count)
    func snap(_ p: Double) -> Double { coarse ? p.rounded() : (p * 10).rounded() / 10 }
    let xs = columns.map { $0.map { (snap(layout.px($0.low)), snap(layout.px($0.high))) } }
    let ys = rows.map { $0.map { (snap(layout.py($0.high)), snap(layout.py($0.low))) } }
    // One path for each colour; cells of one colour in a row are drawn as one.
    var paths = [String](repeating: "", count: ColorMap.levels)
    var missing = "", strokes = ""
    let n = SVGWriter.number
    for (row, y) in ys.enumerated() {
      guard let (top, bottom) = y else { continue }
      var column = 0
      while column < xs.count {
        defer { column += 1 }
        guard let (left, end) = xs[column] else { continue }
        let level = colors.level(map[column, row])
        var right = end
        while level != nil, column + 1 < xs.count, let next = xs[column + 1], next.0 == right,
          colors.level(map[column + 1, row]) == level {
          right = next.1
          column += 1
        }
        let box = "M\(n(left)) \(n(top))h\(n(right - left))v\(n(bottom - top))h\(n(left - right))z"
        if let level {
          paths[level] += box
        } else {
          missing += box
          strokes += "M\(n(left)) \(n(bottom))L\(n(right)) \(n(top))"
        }
      }
    }
    svg.begin("g", "shape-rendering=\"crispEdges\" stroke=\"none\"" + colors.opacity)
    if !missing.isEmpty { svg.path(missing, "class=\"paper\"") }
    for (level, path) in paths.enumerated() where !path.isEmpty {
      svg.path(path, "fill=\"\(colors.color.map.color(level).hex)\"")
    }
    svg.end()
    if !strokes.isEmpty { svg.path(strokes, "fill=\"none\" class=\"axis\"") }
    drawNumbers(map, colors, xs, ys, &svg)
  }

  private func drawNumbers(_ map: HeatMap, _ colors: ColorRange, _ xs: [(Double, Double)?], _ ys: [(Double, Double)?],
    _ svg: inout SVGWriter) {
    guard map.numbers == .automatic, map.values.count <= Self.mostNumbers,
      plot.series.allSatisfy(\.isHeatMap) else { return }
    let size = 10.5
    let texts = CellNumbers.texts(map.values)
    let widest = texts.map { TextMetrics.width($0, size: size) }.max() ?? 0
    let narrowest = xs.compactMap { $0.map { $1 - $0 } }.min() ?? 0
    let lowest = ys.compactMap { $0.map { $1 - $0 } }.min() ?? 0
    guard narrowest >= widest + 6, lowest >= size + 4 else { return }
    for (row, y) in ys.enumerated() {
      for (column, x) in xs.enumerated() {
        guard let x, let y, let level = colors.level(map[column, row]) else { continue }
        svg.label(texts[row * xs.count + column], (x.0 + x.1) / 2, (y.0 + y.1) / 2 + size * 0.36, size: size,
          anchor: .middle, classes: "number",
          attributes: "fill=\"\(colors.color.map.isLight(level) ? "#15171b" : "#ffffff")\"")
      }
    }
  }

  func drawContour(_ map: HeatMap, _ level: Double, _ hue: Int, _ svg: inout SVGWriter) {
    var d = ""
    for line in map.contour(at: level, x: plot.x.scale, y: plot.y.scale) {
      d += Self.polyline(simplify(line.map { (x: layout.px($0.x), y: layout.py($0.y)) }))
    }
    if !d.isEmpty { stroke(d, hue, &svg) }
  }
}

/// The values written into the cells of a heat map.
enum CellNumbers {
  /// All with the decimals that the largest needs, two or three digits in all; very large or small ones as powers.
  static func texts(_ values: [Double]) -> [String] {
    let finite = values.filter(\.isFinite)
    let largest = finite.map(abs).max() ?? 0
    let isWhole = finite.allSatisfy { $0 == $0.rounded() }
    let decimals = isWhole ? 0 : largest < 10 ? 2 : largest < 100 ? 1 : 0
    let spansDecades = finite.contains { $0 != 0 && abs($0) < largest * 1e-4 }
    return values.map { value in
      guard value.isFinite else { return "" }
      if largest >= 0.1, largest < 1e5, !spansDecades { return typographic(fixed(value, decimals)) }
      guard value != 0 else { return "0" }
      var exponent = 0, mantissa = abs(value)
      while mantissa >= 9.5 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
      while mantissa < 0.95 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
      return typographic((value < 0 ? "-" : "") + fixed(mantissa, 0) + "e\(exponent)")
    }
  }
}
