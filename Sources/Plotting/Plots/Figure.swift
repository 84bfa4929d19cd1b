/// The page around one or more panels: title, legend, panels and notes.
struct Figure {
  var title: String
  var subtitle: String?
  var panels: [Plot]
  /// How several panels are set out; `nil` for a single plot that fills the figure.
  var grid: Grid?

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
    drawPanels(&svg, body, width: width)
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

  private func drawPanels(_ svg: inout SVGWriter, _ body: Rectangle, width: Double) {
    guard !panels.isEmpty else { return }
    let hues = Hues(panels)
    let entries = LegendEntry.all(in: panels, hues)
    guard let grid else {
      let colors = ColorRange([panels[0]])
      let bar = colors.map { ColorBar($0, height: body.height - 44) }
      let (layout, place) = arrange(panels[0], entries, body, bar: bar?.width ?? 0)
      if case .above = place { drawLegendRows(&svg, entries, body) }
      PanelDrawing(layout, hues, index: 0, showsY: true, ink: Ink(layout), colors: colors).draw(into: &svg)
      bar?.draw(into: &svg, x: layout.area.right, top: layout.area.y, height: layout.area.height)
      drawLegend(&svg, entries, place)
      return
    }
    var body = body
    if entries.count > 1 {
      let used = drawLegendRows(&svg, entries, body)
      body.y += used
      body.height -= used
    }
    drawGrid(&svg, grid, hues, body, width: width)
  }

  /// The layout of a single panel with the best place for its legend: line ends, a free corner, above.
  ///
  /// - Parameter bar: the width of the colour bar on the right.
  private func arrange(_ plot: Plot, _ entries: [LegendEntry], _ body: Rectangle, bar: Double)
    -> (PanelLayout, LegendPlace) {
    let limits = plot.limits(), margin = bar > 0 ? bar : 14
    let plain = PanelLayout(plot, in: body, limits: limits, right: margin, showsY: true)
    guard !entries.isEmpty else { return (plain, .none) }
    // Cells leave no free place inside the panel.
    if plot.heatMaps.isEmpty {
      let widest = entries.map { TextMetrics.width($0.name, size: LegendLayout.size) }.max() ?? 0
      for right in [14, widest + 14] where right < body.width * 0.35 {
        let layout = PanelLayout(plot, in: body, limits: limits, right: right, showsY: true)
        if let place = LegendLayout.direct(entries, layout, Ink(layout), right: body.right + 4) {
          return (layout, place)
        }
      }
      if let place = LegendLayout.corner(entries, plain, Ink(plain)) { return (plain, place) }
    }
    let used = Double(LegendLayout.rows(entries, limit: body.width).count) * LegendLayout.row + 6
    let lower = Rectangle(x: body.x, y: body.y + used, width: body.width, height: body.height - used)
    return (PanelLayout(plot, in: lower, limits: limits, right: margin, showsY: true), .above)
  }

  // MARK: Legends

  private func drawLegend(_ svg: inout SVGWriter, _ entries: [LegendEntry], _ place: LegendPlace) {
    switch place {
    case .direct(let labels):
      for label in labels {
        svg.label(label.entry.name, label.x, label.y, size: LegendLayout.size,
          classes: "\(label.entry.color) halo", attributes: "fill=\"currentColor\"")
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
    svg.begin("g", "class=\"\(entry.color)\"")
    let hue = entry.hue ?? 0, fill = "fill=\"currentColor\" class=\"ring\""
    switch entry.kind {
    case .line, .markedLine, .interval:
      svg.line(x, y, x + 20, y, "stroke=\"currentColor\" stroke-width=\"2\"" + Marker.dashes(hue))
      if entry.kind != .line { svg.path(Marker.path(hue, x + 10, y, radius: 3.2), fill) }
    case .scatter: svg.path(Marker.path(hue, x + 10, y, radius: 3.2), fill)
    case .area:
      svg.rectangle(Rectangle(x: x + 3, y: y - 5, width: 14, height: 10),
        "fill=\"currentColor\" fill-opacity=\"0.25\" stroke=\"currentColor\" stroke-width=\"1.5\"")
    case .start: svg.path(Marker.path(0, x + 10, y, radius: 3), "class=\"hollow\"")
    case .end: svg.path(Marker.path(0, x + 10, y, radius: 3.2), fill)
    }
    svg.end()
    let text = TextMetrics.truncate(entry.name, size: LegendLayout.size, limit: limit - LegendLayout.key)
    svg.label(text, x + LegendLayout.key, y + 4, size: LegendLayout.size, classes: "ink")
  }
}
