/// The dots and cells of each mark.
extension TerminalPlot {
  /// Marks of a plot in dots; heat maps are cells of their own (`HeatCells`).
  func draw(on canvas: inout BrailleCanvas, _ limits: Plot.Limits) {
    let hues = Hues([plot])
    let width = Double(canvas.dotColumns - 1), height = Double(canvas.dotRows - 1)
    let px = { (x: Double) in PanelLayout.fraction(x, limits.x, plot.x.scale) * width }
    let py = { (y: Double) in (1 - PanelLayout.fraction(y, limits.y, plot.y.scale)) * height }
    for series in plot.series {
      switch series.mark {
      case .rule(.vertical, let at, let dashed) where plot.x.scale.accepts(at):
        canvas.line(px(at), 0, px(at), height, hue: nil, every: dashed ? 2 : 1)
      case .rule(.horizontal, let at, let dashed) where plot.y.scale.accepts(at):
        canvas.line(0, py(at), width, py(at), hue: nil, every: dashed ? 2 : 1)
      case .ray(let tip, _) where plot.accepts(tip) && plot.accepts(Point(0, 0)):
        canvas.line(px(0), py(0), px(tip.x), py(tip.y), hue: nil, every: 2)
      default: break
      }
    }
    let histograms = plot.series.count { if case .histogram = $0.mark { true } else { false } }
    for (i, series) in plot.series.enumerated() where series.takesHue {
      let hue = hues[series, 0, i]
      func path(_ points: [Point]) {
        for run in plot.runs(of: points) {
          let dots = points[run].map { (x: px($0.x), y: py($0.y)) }
          for dot in dots { canvas.set(Int(dot.x.rounded()), Int(dot.y.rounded()), hue: hue) }
          if case .scatter = series.mark { continue }
          for (a, b) in zip(dots, dots.dropFirst()) {
            if case .step = series.mark {
              canvas.line(a.x, a.y, b.x, a.y, hue: hue)
              canvas.line(b.x, a.y, b.x, b.y, hue: hue)
            } else {
              canvas.line(a.x, a.y, b.x, b.y, hue: hue)
            }
          }
        }
      }
      switch series.mark {
      case .histogram(let histogram):
        let foot = plot.y.scale.accepts(0) ? min(max(py(0), 0), height) : height
        var last = foot
        for (i, bar) in histogram.heights.enumerated() {
          let ends = [histogram.edges[i], histogram.edges[i + 1]]
          guard ends.allSatisfy(plot.x.scale.accepts) else { continue }
          let top = bar > 0 && plot.y.scale.accepts(bar) ? py(bar) : foot
          if histograms == 1 {
            guard top < foot else { continue }
            for x in Int(px(ends[0]).rounded())...max(Int(px(ends[1]).rounded()), Int(px(ends[0]).rounded())) {
              canvas.line(Double(x), top, Double(x), foot, hue: hue)
            }
          } else {
            if last != top { canvas.line(px(ends[0]), last, px(ends[0]), top, hue: hue) }
            if top < foot { canvas.line(px(ends[0]), top, px(ends[1]), top, hue: hue) }
            if i == histogram.heights.count - 1, top < foot {
              canvas.line(px(ends[1]), top, px(ends[1]), foot, hue: hue)
            }
            last = top
          }
        }
      case .intervals(let points, let band):
        let shift = dodge(series, dots: width)
        for (i, point) in points.enumerated() where plot.accepts(point) && i < band.lower.count {
          let low = band.lower[i], high = band.upper[i]
          guard !low.isNaN, !high.isNaN else { continue }
          let bottom = plot.y.scale.accepts(low) ? py(low) : height, top = plot.y.scale.accepts(high) ? py(high) : 0
          let x = px(point.x) + shift
          canvas.line(x, bottom, x, top, hue: hue)
          canvas.line(x - 1, py(point.y), x + 1, py(point.y), hue: hue)
        }
      case .contour(let map, let level):
        map.contour(at: level, x: plot.x.scale, y: plot.y.scale).forEach(path)
      case .trajectories(let paths): paths.forEach(path)
      default: path(series.mark.points)
      }
    }
  }

  /// How many dots a series of intervals is moved to the right, so that several at one name stand side by side.
  private func dodge(_ series: Series, dots: Double) -> Double {
    let others = plot.series.filter { if case .intervals = $0.mark { true } else { false } }
    guard let names = plot.x.categories?.count, names > 0, let k = others.firstIndex(of: series) else { return 0 }
    let step = dots / Double(names) * 0.45 / Double(others.count)
    return (Double(k) - Double(others.count - 1) / 2) * step
  }

  /// Where the letter of a series stands.
  func anchor(_ series: Series) -> Point? {
    switch series.mark {
    case .histogram(let h):
      guard let i = h.heights.indices.max(by: { (h.heights[$0], $0) < (h.heights[$1], $1) }) else { return nil }
      let t = plot.x.scale.transform(h.edges[i]) / 2 + plot.x.scale.transform(h.edges[i + 1]) / 2
      let point = Point(plot.x.scale.inverse(t), h.heights[i])
      return plot.accepts(point) ? point : nil
    case .contour(let map, let level):
      return map.contour(at: level, x: plot.x.scale, y: plot.y.scale).first?.last
    case .intervals(let points, _):
      guard let end = points.last(where: plot.accepts) else { return nil }
      // On an axis as many dots long as it has names, the dots moved are positions.
      return Point(end.x + dodge(series, dots: Double(plot.x.categories?.count ?? 0)), end.y)
    default: return series.mark.points.last(where: plot.accepts)
    }
  }
}

/// The colour level of each character cell of a terminal plot that a heat map covers.
struct HeatCells {
  enum Cell: Hashable {
    case level(Int)
    case missing
  }

  let colors: ColorRange
  private let columns: Int
  private var cells: [Cell?]

  /// `nil` when the plot has no heat map.
  init?(_ plot: Plot, _ limits: Plot.Limits, columns: Int, rows: Int) {
    guard let colors = ColorRange([plot]) else { return nil }
    self.colors = colors
    self.columns = columns
    cells = [Cell?](repeating: nil, count: columns * rows)
    for map in plot.heatMaps {
      let xs = map.x.intervals(on: plot.x.scale), ys = map.y.intervals(on: plot.y.scale)
      // The cell under the middle of each character.
      func index(_ share: Double, _ cells: [Cells.Interval?], _ domain: ClosedRange<Double>, _ scale: Scale) -> Int? {
        cells.firstIndex { cell in
          guard let cell else { return false }
          return PanelLayout.fraction(cell.low, domain, scale) <= share
            && share < PanelLayout.fraction(cell.high, domain, scale)
        }
      }
      let across = (0..<columns).map { index((Double($0) + 0.5) / Double(columns), xs, limits.x, plot.x.scale) }
      let along = (0..<rows).map { index(1 - (Double($0) + 0.5) / Double(rows), ys, limits.y, plot.y.scale) }
      for (row, j) in along.enumerated() {
        for (column, i) in across.enumerated() {
          guard let i, let j else { continue }
          cells[row * columns + column] = colors.level(map[i, j]).map(Cell.level) ?? .missing
        }
      }
    }
  }

  subscript(column: Int, row: Int) -> Cell? { cells[row * columns + column] }

  /// Signs from low to high, for terminals without colour.
  static func shades(_ encoding: TerminalEncoding) -> [Character] { Array(encoding == .utf8 ? "░▒▓█" : ".:-=+*%@") }

  static func sign(_ cell: Cell, _ encoding: TerminalEncoding) -> Character {
    guard case .level(let level) = cell else { return encoding == .utf8 ? "╱" : "/" }
    let shades = shades(encoding)
    return shades[level * shades.count / ColorMap.levels]
  }

  /// The background of a cell among the 256 colours; `nil` for a missing one.
  func background(_ cell: Cell) -> Int? {
    guard case .level(let level) = cell else { return nil }
    return colors.color.map.color(level).terminal
  }

  /// Black or white, whichever shows on the cell.
  func foreground(_ cell: Cell) -> Int? {
    guard case .level(let level) = cell else { return nil }
    return colors.color.map.isLight(level) ? 16 : 231
  }
}
