/// Places of single marks, for those who draw them and those who keep text off them.
extension PanelLayout {
  /// The bars of a histogram that have a height.
  func bars(_ histogram: Histogram) -> [Rectangle] {
    let foot = plot.y.scale.accepts(0) ? min(max(py(0), area.y), area.bottom) : area.bottom
    return histogram.heights.indices.compactMap { i in
      let low = histogram.edges[i], high = histogram.edges[i + 1], height = histogram.heights[i]
      guard height > 0, plot.y.scale.accepts(height), plot.x.scale.accepts(low), plot.x.scale.accepts(high) else {
        return nil
      }
      let x = px(low), y = min(py(height), foot)
      return Rectangle(x: x, y: y, width: px(high) - x, height: foot - y)
    }
  }

  /// Where an interval begins and ends; an end that the axis cannot show (zero on a logarithmic one) is the panel's
  /// edge. `nil` when either end is NaN.
  func ends(_ lower: Double, _ upper: Double) -> (top: Double, bottom: Double)? {
    guard !lower.isNaN, !upper.isNaN else { return nil }
    let edge = { (y: Double, other: Double) in plot.y.scale.accepts(y) ? py(y) : other }
    return (edge(upper, area.y), edge(lower, area.bottom))
  }

  /// How far a series of intervals is moved to the right, so that several stand side by side at one position.
  func dodge(_ series: Series) -> Double {
    let others = plot.series.filter { if case .intervals = $0.mark { true } else { false } }
    guard others.count > 1, let k = others.firstIndex(of: series) else { return 0 }
    let names = max(plot.x.categories?.count ?? 40, 1)
    let step = min(area.width / Double(names) * 0.7 / Double(others.count), 16)
    // Between numbers the true position matters more than a little overlap.
    return (Double(k) - Double(others.count - 1) / 2) * (plot.x.categories == nil ? min(step, 5) : step)
  }

  /// The two ends of a ray in pixels; `nil` when its origin or tip has no place or they coincide.
  func ray(_ series: Series, _ isExtended: Bool) -> (from: (x: Double, y: Double), to: (x: Double, y: Double))? {
    guard case .ray(let tip, _) = series.mark, plot.accepts(tip), plot.accepts(Point(0, 0)) else { return nil }
    let from = (x: px(0), y: py(0)), to = (x: px(tip.x), y: py(tip.y))
    let dx = to.x - from.x, dy = to.y - from.y
    guard abs(dx) + abs(dy) > 0.01 else { return nil }
    guard isExtended, area.contains(from.x, from.y) else { return (from, to) }
    let across = dx > 0 ? (area.right - from.x) / dx : dx < 0 ? (area.x - from.x) / dx : .infinity
    let along = dy > 0 ? (area.bottom - from.y) / dy : dy < 0 ? (area.y - from.y) / dy : .infinity
    let reach = min(across, along)
    return (from, (from.x + dx * reach, from.y + dy * reach))
  }
}
