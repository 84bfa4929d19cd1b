/// Grid lines, axes and their labels.
extension PanelDrawing {
  func drawGrid(_ svg: inout SVGWriter) {
    for tick in layout.yTicks where tick.label != nil {
      let y = layout.py(tick.value)
      svg.line(area.x, y, area.right, y, "class=\"grid\"")
    }
    // In the plane neither direction is the more important one.
    if plot.aspect == .equal {
      for tick in layout.xTicks where tick.label != nil {
        let x = layout.px(tick.value)
        svg.line(x, area.y, x, area.bottom, "class=\"grid\"")
      }
    }
  }

  func drawAxes(_ svg: inout SVGWriter) {
    let size = PanelLayout.tickSize
    svg.line(area.x, area.bottom, area.right, area.bottom, "class=\"axis\"")
    svg.line(area.x, area.y, area.x, area.bottom, "class=\"axis\"")
    for tick in layout.xTicks {
      let x = layout.px(tick.value)
      svg.line(x, area.bottom, x, area.bottom + (tick.label == nil ? 2.5 : 5), "class=\"axis\"")
      guard let label = tick.label else { continue }
      if layout.xIsSlanted {
        let n = SVGWriter.number, y = area.bottom + 14
        svg.label(label.text, x + 3, y, size: size, anchor: .end, classes: "muted",
          attributes: "transform=\"rotate(\(n(-PanelLayout.slant)) \(n(x + 3)) \(n(y)))\"")
      } else {
        svg.label(label, x, area.bottom + 18, size: size, anchor: .middle, classes: "muted")
      }
    }
    for tick in layout.yTicks {
      let y = layout.py(tick.value)
      svg.line(area.x - (tick.label == nil ? 2.5 : 5), y, area.x, y, "class=\"axis\"")
      if let label = tick.label, showsY {
        svg.label(label, area.x - 8, y + 4, size: size, anchor: .end, classes: "muted")
      }
    }
    let labelSize = PanelLayout.labelSize
    if layout.showsXLabel {
      let text = TextMetrics.truncate(plot.x.label, size: labelSize, limit: area.width + 60)
      svg.label(text, area.x + area.width / 2, area.bottom + layout.xLabelOffset, size: labelSize, anchor: .middle,
        classes: "ink")
    }
    if showsY, !plot.y.label.isEmpty {
      let x = area.x - layout.yLabelWidth - 20, y = area.y + area.height / 2
      let text = TextMetrics.truncate(plot.y.label, size: labelSize, limit: area.height + 30)
      svg.label(text, x, y, size: labelSize, anchor: .middle, classes: "ink",
        attributes: "transform=\"rotate(-90 \(SVGWriter.number(x)) \(SVGWriter.number(y)))\"")
    }
  }
}
