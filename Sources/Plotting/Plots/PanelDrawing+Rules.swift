/// Reference lines and their labels.
extension PanelDrawing {
  func color(_ series: Series, _ i: Int) -> String {
    hues[series, index, i].map { "hue\($0 % Palette.count)" } ?? "neutral"
  }

  func drawRule(_ series: Series, _ i: Int, _ svg: inout SVGWriter) {
    guard case .rule(let orientation, let at, let dashed) = series.mark else { return }
    let style = "class=\"\(color(series, i))\" stroke=\"currentColor\" stroke-width=\"1.25\""
      + (dashed ? " stroke-dasharray=\"5 4\"" : "")
    switch orientation {
    case .vertical where plot.x.scale.accepts(at):
      svg.line(layout.px(at), area.y - 10, layout.px(at), area.bottom, style)
    case .horizontal where plot.y.scale.accepts(at):
      svg.line(area.x, layout.py(at), area.right, layout.py(at), style)
    default: break
    }
  }

  func drawRuleLabels(_ svg: inout SVGWriter) {
    let size = PanelLayout.tickSize
    for flag in layout.flags {
      let series = plot.series[flag.series]
      let y = area.y - 8 - Double(flag.row) * PanelLayout.rowHeight
      let tint = color(series, flag.series)
      svg.line(flag.x, y - 9, flag.x, area.y, "class=\"\(tint)\" stroke=\"currentColor\" stroke-width=\"1.25\"")
      svg.label(flag.text, flag.x + (flag.onLeft ? -5 : 5), y, size: size, anchor: flag.onLeft ? .end : .start,
        classes: tint, attributes: "fill=\"currentColor\"")
    }
    for (i, series) in plot.series.enumerated() {
      guard case .rule(.horizontal, let at, _) = series.mark, let name = series.name, !name.isEmpty,
        plot.y.scale.accepts(at), layout.limits.y.contains(at) else { continue }
      let text = TextMetrics.truncate(name, size: size, limit: area.width - 16)
      let width = TextMetrics.width(text, size: size), y = layout.py(at)
      // Of the four places beside the rule, the one with the least data under it.
      let places: [(x: Double, y: Double)] = [
        (area.right - width - 6, y - 5), (area.x + 8, y - 5), (area.right - width - 6, y + 13), (area.x + 8, y + 13),
      ]
      let best = places.enumerated().min { a, b in
        (cost(a.element, width), a.offset) < (cost(b.element, width), b.offset)
      }!.element
      svg.label(text, best.x, best.y, size: size, classes: "\(color(series, i)) halo",
        attributes: "fill=\"currentColor\"")
    }
  }

  private func cost(_ place: (x: Double, y: Double), _ width: Double) -> Int {
    let box = Rectangle(x: place.x - 2, y: place.y - 10, width: width + 4, height: 12)
    let outside = box.y < area.y || box.bottom > area.bottom ? 1000 : 0
    return ink.count(in: box) + outside
  }
}
