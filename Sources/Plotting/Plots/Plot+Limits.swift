/// What the data of a plot span.
extension Plot {
  /// Whether both coordinates have a place on their axes.
  func accepts(_ point: Point) -> Bool { x.scale.accepts(point.x) && y.scale.accepts(point.y) }

  /// The ends of the two axes, and whether all data along them are whole numbers.
  struct Limits: Hashable {
    var x: ClosedRange<Double>
    var y: ClosedRange<Double>
    var xIsWhole: Bool
    var yIsWhole: Bool
  }

  func limits() -> Limits {
    Plot.limits(of: [self])
  }

  /// Limits that hold the data of several plots, on the axes of the first one.
  static func limits(of plots: [Plot]) -> Limits {
    var x = Extent(plots.first?.x ?? Axis()), y = Extent(plots.first?.y ?? Axis())
    for plot in plots {
      for series in plot.series {
        for point in series.mark.points where plot.accepts(point) {
          x.add(point.x)
          y.add(point.y)
        }
        switch series.mark {
        case .line(let points, let band?), .intervals(let points, let band):
          for (i, point) in points.enumerated() where i < band.lower.count && plot.x.scale.accepts(point.x) {
            // A lower end that a logarithmic axis cannot show is drawn down to the edge of the panel.
            for end in [band.lower[i], band.upper[i]] where plot.y.scale.accepts(end) { y.add(end) }
          }
        case .rule(.vertical, let at, _): x.add(at)
        case .rule(.horizontal, let at, _): y.add(at)
        case .heatMap(let map):
          x.add(map.x.intervals(on: plot.x.scale))
          y.add(map.y.intervals(on: plot.y.scale))
        case .histogram(let histogram):
          for edge in histogram.edges { x.add(edge) }
          x.isWhole = false
          let heights = histogram.heights.filter { $0 > 0 && plot.y.scale.accepts($0) }
          for height in heights { y.add(height) }
          // The foot: zero, or on a logarithmic axis half the lowest bar, so that this bar is seen.
          if let least = heights.min() { y.add(foot: plot.y.scale.isLogarithmic ? least / 2 : 0) }
        default: break
        }
      }
    }
    return Limits(x: x.domain, y: y.domain, xIsWhole: x.isWhole && !x.values.isEmpty,
      yIsWhole: y.isWhole && !y.values.isEmpty)
  }

  /// What the marks need of one axis.
  private struct Extent {
    var axis: Axis
    var values: [Double] = []
    var isWhole = true
    var flush: ClosedRange<Double>?

    init(_ axis: Axis) { self.axis = axis }

    var domain: ClosedRange<Double> { axis.domain(of: values, flush: flush) }

    mutating func add(_ value: Double) {
      values.append(value)
      if value != value.rounded() { isWhole = false }
    }

    mutating func add(foot: Double) {
      values.append(foot)
      let high = flush?.upperBound ?? -.infinity
      flush = min(flush?.lowerBound ?? foot, foot)...max(high, foot)
    }

    mutating func add(_ cells: [Cells.Interval?]) {
      for cell in cells.compactMap({ $0 }) {
        values += [cell.low, cell.high]
        if cell.center != cell.center.rounded() { isWhole = false }
        flush = min(flush?.lowerBound ?? cell.low, cell.low)...max(flush?.upperBound ?? cell.high, cell.high)
      }
    }
  }

  /// How many points have no place on the axes.
  var omittedCount: Int {
    series.reduce(0) { sum, series in
      switch series.mark {
      case .histogram(let histogram): sum + histogram.omitted
      case .heatMap(let map): sum + map.omitted
      // The origin of a ray has no place on a logarithmic axis: it counts as one point.
      case .ray(let tip, _): sum + (accepts(tip) && accepts(Point(0, 0)) ? 0 : 1)
      default: sum + series.mark.points.count { !accepts($0) }
      }
    }
  }

  /// What is missing from the figure and why, in words; `nil` when nothing is.
  var omissionNote: String? {
    var notes: [String] = []
    let reason = x.scale.isLogarithmic || y.scale.isLogarithmic
      ? "not finite, or not positive on a logarithmic axis" : "not finite"
    func plural(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
    let points = omittedCount
    if points > 0 { notes.append("\(plural(points, "point")) not shown (\(reason))") }
    var cells = 0, unplaced = 0
    for map in heatMaps {
      let missing = map.missingCount(x: x.scale, y: y.scale)
      cells += missing.values
      unplaced += missing.unplaced
    }
    if cells > 0 {
      let isLogarithmic = heatMaps.contains { $0.color.scale.isLogarithmic }
      notes.append("\(plural(cells, "cell")) struck through (no value"
        + (isLogarithmic ? ", or not positive on a logarithmic colour scale)" : ")"))
    }
    if unplaced > 0 { notes.append("\(plural(unplaced, "cell")) not shown (\(reason))") }
    let outside = series.reduce(0) { sum, series in
      if case .histogram(let histogram) = series.mark { return sum + histogram.outside }
      return sum
    }
    if outside > 0 { notes.append("\(plural(outside, "value")) beyond the bins") }
    return notes.isEmpty ? nil : notes.joined(separator: "; ")
  }

  /// Consecutive drawable points, as index ranges; the points between them leave gaps.
  func runs(of points: [Point]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start: Int?
    for i in 0...points.count {
      let drawable = i < points.count && accepts(points[i])
      if drawable, start == nil { start = i }
      if !drawable, let first = start {
        runs.append(first..<i)
        start = nil
      }
    }
    return runs
  }
}
