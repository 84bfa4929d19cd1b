/// The key of a heat map: its colours from bottom to top, with ticks and what they measure.
struct ColorBar {
  var range: ColorRange
  var ticks: [Tick]
  private let tickWidth: Double

  private static let thickness = 13.0

  init(_ range: ColorRange, height: Double) {
    self.range = range
    ticks = Ticks.place(range.domain, scale: range.color.scale, limit: min(max(2, Int(height / 34)), 11))
    tickWidth = ticks.compactMap(\.label).map { TextMetrics.width($0, size: PanelLayout.tickSize) }.max() ?? 0
  }

  /// The pixels it takes, with the gap to the panel on its left.
  var width: Double { 14 + Self.thickness + 8 + tickWidth + (range.label.isEmpty ? 0 : 22) }

  /// Draws the bar right of `x`, from `top` over `height` pixels.
  func draw(into svg: inout SVGWriter, x: Double, top: Double, height: Double) {
    let left = x + 14, n = SVGWriter.number
    let arrow = min(9, height / 8)
    let y0 = top + (range.exceedsAbove ? arrow : 0), y1 = top + height - (range.exceedsBelow ? arrow : 0)
    let count = ColorMap.levels
    svg.begin("g", "shape-rendering=\"crispEdges\"" + range.opacity)
    // From the top, each down to the foot: the next covers the rest, and no seams show.
    for level in (0..<count).reversed() {
      let y = y1 - (y1 - y0) * Double(level + 1) / Double(count)
      svg.rectangle(Rectangle(x: left, y: y, width: Self.thickness, height: y1 - y),
        "fill=\"\(range.color.map.color(level).hex)\"")
    }
    svg.end()
    let middle = left + Self.thickness / 2, right = left + Self.thickness
    if range.exceedsAbove {
      svg.path("M\(n(left)) \(n(y0))L\(n(middle)) \(n(top))L\(n(right)) \(n(y0))Z",
        "fill=\"\(range.color.map.color(count - 1).hex)\"" + range.opacity)
    }
    if range.exceedsBelow {
      svg.path("M\(n(left)) \(n(y1))L\(n(middle)) \(n(top + height))L\(n(right)) \(n(y1))Z",
        "fill=\"\(range.color.map.color(0).hex)\"" + range.opacity)
    }
    svg.rectangle(Rectangle(x: left, y: y0, width: Self.thickness, height: y1 - y0), "fill=\"none\" class=\"axis\"")
    for tick in ticks {
      let y = y1 - (y1 - y0) * PanelLayout.fraction(tick.value, range.domain, range.color.scale)
      svg.line(right, y, right + (tick.label == nil ? 2.5 : 4), y, "class=\"axis\"")
      if let label = tick.label {
        svg.label(label, right + 8, y + 4, size: PanelLayout.tickSize, anchor: .start, classes: "muted")
      }
    }
    if !range.label.isEmpty {
      let size = PanelLayout.labelSize
      let text = TextMetrics.truncate(range.label, size: size, limit: height + 24)
      let x = right + 8 + tickWidth + 17, y = top + height / 2
      svg.label(text, x, y, size: size, anchor: .middle, classes: "ink",
        attributes: "transform=\"rotate(-90 \(n(x)) \(n(y)))\"")
    }
  }
}
