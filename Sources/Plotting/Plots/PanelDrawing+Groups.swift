/// Marks that compare groups: histograms and points with intervals.
extension PanelDrawing {
  func drawHistogram(_ histogram: Histogram, _ svg: inout SVGWriter) {
    let bars = layout.bars(histogram), n = SVGWriter.number
    guard !bars.isEmpty else { return }
    let count = plot.series.count { if case .histogram = $0.mark { true } else { false } }
    // Neighbours share their outline; an empty bin or a step of less than half a pixel apart begins a new one.
    var d = ""
    var previous: Rectangle?
    for bar in bars {
      if let last = previous, abs(last.right - bar.x) < 0.01 {
        d += "V\(n(bar.y))H\(n(bar.right))"
      } else {
        if let last = previous { d += "V\(n(last.bottom))" }
        d += "M\(n(bar.x)) \(n(bar.bottom))V\(n(bar.y))H\(n(bar.right))"
      }
      previous = bar
    }
    d += "V\(n(bars[bars.count - 1].bottom))"
    svg.path(d, "fill=\"currentColor\" fill-opacity=\"\(count > 1 ? "0.15" : "0.5")\" stroke=\"none\"")
    if count == 1 {
      for bar in bars where bar.width >= 5 {
        svg.line(bar.right, bar.y, bar.right, bar.bottom, "class=\"paperline\"")
      }
    }
    svg.path(d, "fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.75\" stroke-linejoin=\"round\"")
  }

  func drawIntervals(_ series: Series, _ points: [Point], _ band: Band, _ hue: Int, _ svg: inout SVGWriter) {
    let shift = layout.dodge(series), n = SVGWriter.number
    var lines = ""
    for (i, point) in points.enumerated() where plot.accepts(point) && i < band.lower.count {
      guard let ends = layout.ends(band.lower[i], band.upper[i]) else { continue }
      let x = layout.px(point.x) + shift
      lines += "M\(n(x)) \(n(ends.top))V\(n(ends.bottom))"
      // No cap where the interval goes on beyond what the axis shows.
      if plot.y.scale.accepts(band.upper[i]) { lines += "M\(n(x - 4)) \(n(ends.top))h8" }
      if plot.y.scale.accepts(band.lower[i]) { lines += "M\(n(x - 4)) \(n(ends.bottom))h8" }
    }
    if !lines.isEmpty { svg.path(lines, "fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.75\"") }
    for point in points where plot.accepts(point) {
      svg.path(Marker.path(hue, layout.px(point.x) + shift, layout.py(point.y), radius: 3.8),
        "fill=\"currentColor\" class=\"ring\"")
    }
  }
}
