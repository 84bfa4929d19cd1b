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
    var xs: [Double] = [], ys: [Double] = []
    for plot in plots {
      for series in plot.series {
        for point in series.mark.points where plot.accepts(point) {
          xs.append(point.x)
          ys.append(point.y)
        }
        switch series.mark {
        case .line(let points, let band?):
          for (i, point) in points.enumerated() where i < band.lower.count && plot.x.scale.accepts(point.x) {
            // A lower end that a logarithmic axis cannot show is drawn down to the edge of the panel.
            ys += [band.lower[i], band.upper[i]].filter(plot.y.scale.accepts)
          }
        case .rule(.vertical, let at, _): xs.append(at)
        case .rule(.horizontal, let at, _): ys.append(at)
        default: break
        }
      }
    }
    let xAxis = plots.first?.x ?? Axis(), yAxis = plots.first?.y ?? Axis()
    let isWhole = { (v: Double) in v == v.rounded() }
    return Limits(x: xAxis.domain(of: xs), y: yAxis.domain(of: ys), xIsWhole: !xs.isEmpty && xs.allSatisfy(isWhole),
      yIsWhole: !ys.isEmpty && ys.allSatisfy(isWhole))
  }

  /// How many points have no place on the axes.
  var omittedCount: Int {
    series.reduce(0) { $0 + $1.mark.points.count { !accepts($0) } }
  }

  /// Why points are missing, in words; `nil` when none are.
  var omissionNote: String? {
    let count = omittedCount
    guard count > 0 else { return nil }
    let reason = x.scale.isLogarithmic || y.scale.isLogarithmic
      ? "not finite, or not positive on a logarithmic axis" : "not finite"
    return "\(count) point\(count == 1 ? "" : "s") not shown (\(reason))"
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
