/// The page around one or more panels: title, legend, panels and notes.
struct Figure {
  var title: String
  var subtitle: String?
  var panels: [Plot]
  var sharesY: Bool
  var panelTitles: Bool

  private static let margin = 14.0, titleSize = 15.0, subtitleSize = 12.5

  func svg(width: Double, height: Double, theme: Theme) -> String {
    let width = max(width, 160), height = max(height, 120)
    var svg = SVGWriter()
    let n = SVGWriter.number
    svg.begin("svg", "xmlns=\"http://www.w3.org/2000/svg\" width=\"\(n(width))\" height=\"\(n(height))\""
      + " viewBox=\"0 0 \(n(width)) \(n(height))\" class=\"shallows-plot\" role=\"img\"")
    svg.element("title", text: title.isEmpty ? "Plot" : title)
    svg.element("desc", text: summary)
    svg.begin("style")
    svg.raw(Palette.styleSheet(theme).dropLast().description)
    svg.end()
    svg.rectangle(Rectangle(x: 0, y: 0, width: width, height: height), "class=\"paper\"")

    var y = Self.margin
    drawHeading(&svg, width, &y)
    let notes = panels.compactMap(\.omissionNote)
    let bottom = height - 8 - (notes.isEmpty ? 0 : 14)
    let body = Rectangle(x: Self.margin - 2, y: y, width: width - 2 * Self.margin + 2, height: bottom - y)
    drawPanels(&svg, body)
    if let note = notes.first {
      let text = notes.count == 1 ? note : notes.joined(separator: "; ")
      svg.label(TextMetrics.truncate(text, size: 10.5, limit: width - 2 * Self.margin), Self.margin, height - 8,
        size: 10.5, classes: "muted")
    }
    svg.end()
    return svg.text
  }

  /// What a reader who cannot see the figure is told.
  private var summary: String {
    let names = LegendEntry.all(in: panels, Hues(panels)).map(\.name)
    let axes = panels.first.map { "\($0.y.label) against \($0.x.label)" } ?? ""
    return ([subtitle ?? "", axes] + [names.joined(separator: ", ")]).filter { !$0.isEmpty }.joined(separator: ". ")
  }

  private func drawHeading(_ svg: inout SVGWriter, _ width: Double, _ y: inout Double) {
    let limit = width - 2 * Self.margin
    // Bold type is about 7 % wider than the metrics say.
    for line in TextMetrics.wrap(title, size: Self.titleSize * 1.07, limit: limit) {
      y += Self.titleSize
      svg.label(line, Self.margin, y, size: Self.titleSize, classes: "ink", attributes: "font-weight=\"600\"")
      y += 4
    }
    for line in TextMetrics.wrap(subtitle ?? "", size: Self.subtitleSize, limit: limit) {
      y += Self.subtitleSize + 1
      svg.label(line, Self.margin, y, size: Self.subtitleSize, classes: "muted")
      y += 3
    }
    if y > Self.margin { y += 6 }
  }

  // MARK: Panels

  private func drawPanels(_ svg: inout SVGWriter, _ body: Rectangle) {
    guard !panels.isEmpty else { return }
    let hues = Hues(panels)
    let entries = LegendEntry.all(in: panels, hues)
    if panels.count == 1, !panelTitles {
      let (layout, place) = arrange(panels[0], entries, body)
      if case .above = place { drawLegendRows(&svg, entries, body) }
      let ink = Ink(layout)
      PanelDrawing(layout, hues, index: 0, showsY: true, ink: ink).draw(into: &svg)
      drawLegend(&svg, entries, place)
      return
    }
    var body = body
    if entries.count > 1 {
      let used = drawLegendRows(&svg, entries, body)
      body.y += used
      body.height -= used
    }
    let rowHeight = panelTitles && panels.contains { !$0.title.isEmpty } ? 20.0 : 0
    let shared = sharesY ? Plot.limits(of: panels.map { plot in
      var plot = plot
      plot.y = panels[0].y
      return plot
    }) : nil
    // The first panel also carries the y axis: it gets that much more width, so that all areas are equal.
    let gap = 18.0
    let axisWidth = sharesY ? 60.0 : 0
    let each = (body.width - axisWidth - gap * Double(panels.count - 1)) / Double(panels.count)
    var x = body.x
    for (i, panel) in panels.enumerated() {
      var plot = panel
      if sharesY { plot.y = panels[0].y }
      var limits = plot.limits()
      if let shared {
        limits.y = shared.y
        limits.yIsWhole = shared.yIsWhole
      }
      let showsY = i == 0 || !sharesY
      let width = each + (i == 0 ? axisWidth : 0)
      let outer = Rectangle(x: x, y: body.y + rowHeight, width: width, height: body.height - rowHeight)
      let layout = PanelLayout(plot, in: outer, limits: limits, right: 6, showsY: showsY)
      if rowHeight > 0 {
        let limit = layout.area.width / 1.07
        svg.label(TextMetrics.truncate(plot.title, size: 12.5, limit: limit), layout.area.x, body.y + 12, size: 12.5,
          classes: "ink", attributes: "font-weight=\"600\"")
      }
      PanelDrawing(layout, hues, index: i, showsY: showsY, ink: Ink(layout)).draw(into: &svg)
      x += width + gap
    }
  }

  /// The layout of a single panel with the best place for its legend: line ends, a free corner, above.
  private func arrange(_ plot: Plot, _ entries: [LegendEntry], _ body: Rectangle) -> (PanelLayout, LegendPlace) {
    let limits = plot.limits()
    let plain = PanelLayout(plot, in: body, limits: limits, right: 14, showsY: true)
    guard !entries.isEmpty else { return (plain, .none) }
    let widest = entries.map { TextMetrics.width($0.name, size: LegendLayout.size) }.max() ?? 0
    for right in [14, widest + 14] where right < body.width * 0.35 {
      let layout = PanelLayout(plot, in: body, limits: limits, right: right, showsY: true)
      if let place = LegendLayout.direct(entries, layout, Ink(layout), right: body.right + 4) {
        return (layout, place)
      }
    }
    if let place = LegendLayout.corner(entries, plain, Ink(plain)) { return (plain, place) }
    let used = Double(LegendLayout.rows(entries, limit: body.width).count) * LegendLayout.row + 6
    let lower = Rectangle(x: body.x, y: body.y + used, width: body.width, height: body.height - used)
    return (PanelLayout(plot, in: lower, limits: limits, right: 14, showsY: true), .above)
  }

  // MARK: Legends

  private func drawLegend(_ svg: inout SVGWriter, _ entries: [LegendEntry], _ place: LegendPlace) {
    switch place {
    case .direct(let labels):
      for label in labels {
        svg.label(label.entry.name, label.x, label.y, size: LegendLayout.size,
          classes: "hue\(label.entry.hue % Palette.count) halo", attributes: "fill=\"currentColor\"")
      }
    case .corner(let box):
      svg.rectangle(box, "rx=\"3\" class=\"box\"")
      for (i, entry) in entries.enumerated() {
        drawEntry(&svg, entry, box.x + 8, box.y + 4 + (Double(i) + 0.5) * LegendLayout.row, box.width)
      }
    case .above, .none: break
    }
  }

  @discardableResult
  private func drawLegendRows(_ svg: inout SVGWriter, _ entries: [LegendEntry], _ body: Rectangle) -> Double {
    let (places, count) = LegendLayout.rows(entries, limit: body.width)
    for (entry, place) in zip(entries, places) {
      let y = body.y + (Double(place.row) + 0.5) * LegendLayout.row
      drawEntry(&svg, entry, body.x + 2 + place.x, y, body.width)
    }
    return Double(count) * LegendLayout.row + 6
  }

  private func drawEntry(_ svg: inout SVGWriter, _ entry: LegendEntry, _ x: Double, _ y: Double, _ limit: Double) {
    svg.begin("g", "class=\"hue\(entry.hue % Palette.count)\"")
    if !entry.isScatter {
      svg.line(x, y, x + 20, y, "stroke=\"currentColor\" stroke-width=\"2\"" + Marker.dashes(entry.hue))
    }
    if entry.isMarked {
      svg.path(Marker.path(entry.hue, x + 10, y, radius: 3.2), "fill=\"currentColor\" class=\"ring\"")
    }
    svg.end()
    let text = TextMetrics.truncate(entry.name, size: LegendLayout.size, limit: limit - LegendLayout.key)
    svg.label(text, x + LegendLayout.key, y + 4, size: LegendLayout.size, classes: "ink")
  }
}
