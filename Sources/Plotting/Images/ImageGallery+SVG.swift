extension ImageGallery {
  private static let margin = 14.0, gap = 10.0, lineHeight = 16.0
  /// Pictures come as near to this many pixels as whole pixels of theirs allow.
  private static let side = 112.0

  /// The pictures as an SVG document. The same gallery gives the same bytes.
  public func svg(theme: Theme = .automatic) -> String {
    let zoom = pixelSize
    let columns = rows.map(\.tiles.count).max() ?? 0
    let width = rows.flatMap(\.tiles).map { Double($0.width) * zoom }.max() ?? 0
    let captions = rows.flatMap(\.caption).map { TextMetrics.width($0, size: 12.5) }.max() ?? 0
    let heights = rows.map { row in
      max(row.tiles.map { Double($0.height) * zoom }.max() ?? 0, Double(row.caption.count) * Self.lineHeight)
    }
    let gapWidth = Self.gap, bodyHeight = heights.reduce(0) { $0 + $1 + gapWidth } - gapWidth
    let bar = barRange.map { ColorBar($0, height: max(bodyHeight, 60)) }
    let pictures = Double(columns) * (width + Self.gap)
    let total = max(2 * Self.margin + pictures + captions + 8 + (bar?.width ?? 0), 320)

    var body = SVGWriter()
    var y = Self.margin
    drawHeading(&body, total - 2 * Self.margin, &y)
    if !headings.isEmpty {
      y += 12
      for (c, heading) in headings.prefix(columns).enumerated() {
        let text = TextMetrics.truncate(heading, size: 12.5, limit: width)
        body.label(text, Self.margin + Double(c) * (width + Self.gap), y, size: 12.5, classes: "muted")
      }
      y += 8
    }
    let top = y
    for (row, height) in zip(rows, heights) {
      for (c, tile) in row.tiles.enumerated() {
        draw(tile, &body, x: Self.margin + Double(c) * (width + Self.gap), y: y, zoom: zoom)
      }
      let first = y + (height - Double(row.caption.count) * Self.lineHeight) / 2 + 12
      for (i, line) in row.caption.enumerated() {
        body.label(
          line, Self.margin + pictures + 4, first + Double(i) * Self.lineHeight, size: 12.5,
          classes: i == 0 ? "ink" : "muted")
      }
      y += height + Self.gap
    }
    bar?.draw(
      into: &body, x: Self.margin + pictures + captions + 8, top: top, height: max(bodyHeight, 60))
    let all = max(y, bar == nil ? 0 : top + 60 + Self.gap) + 4

    var svg = SVGWriter()
    let n = SVGWriter.number
    svg.begin(
      "svg", "xmlns=\"http://www.w3.org/2000/svg\" width=\"\(n(total))\" height=\"\(n(all))\""
        + " viewBox=\"0 0 \(n(total)) \(n(all))\" class=\"shallows-plot\" role=\"img\"")
    svg.element("title", text: title.isEmpty ? "Pictures" : title)
    svg.element("desc", text: summary)
    svg.begin("style")
    svg.raw(Palette.styleSheet(theme).dropLast().description)
    svg.end()
    svg.rectangle(Rectangle(x: 0, y: 0, width: total, height: all), "class=\"paper\"")
    svg.raw(body.text.dropLast().description)
    svg.end()
    return svg.text
  }

  /// What a reader who cannot see the pictures is told.
  private var summary: String {
    ([subtitle ?? "", headings.joined(separator: ", ")] + rows.map { $0.caption.joined(separator: ", ") })
      .filter { !$0.isEmpty }.joined(separator: ". ")
  }

  /// How large a pixel is drawn: whole, so that all are alike.
  private var pixelSize: Double {
    let largest = rows.flatMap(\.tiles).map { max($0.width, $0.height) }.max() ?? 1
    return max((Self.side / Double(largest)).rounded(), 1)
  }

  /// The common scale of all diverging pictures.
  private var barRange: ColorRange? {
    let maps = rows.flatMap(\.tiles).filter { $0.color == .diverging }.map { tile in
      HeatMap(x: .categories(tile.width), y: .categories(tile.height), values: tile.values, label: label,
        color: .diverging)
    }
    return maps.isEmpty ? nil : ColorRange([Plot(series: maps.map { .heatMap($0) })])
  }

  private func drawHeading(_ svg: inout SVGWriter, _ limit: Double, _ y: inout Double) {
    // Bold type is about 7 % wider than the metrics say.
    for line in TextMetrics.wrap(title, size: 15 * 1.07, limit: limit) {
      y += 15
      svg.label(line, Self.margin, y, size: 15, classes: "ink", attributes: "font-weight=\"600\"")
      y += 4
    }
    for line in TextMetrics.wrap(subtitle ?? "", size: 12.5, limit: limit) {
      y += 13.5
      svg.label(line, Self.margin, y, size: 12.5, classes: "muted")
      y += 3
    }
    y += 6
  }

  /// One path for each colour; pixels of one colour beside each other are drawn as one.
  private func draw(_ tile: Tile, _ svg: inout SVGWriter, x: Double, y: Double, zoom: Double) {
    let fill = coloring(of: tile)
    var paths: [String: String] = [:]
    let n = SVGWriter.number
    for row in 0..<tile.height {
      var column = 0
      while column < tile.width {
        let color = fill(tile.values[row * tile.width + column])
        var end = column + 1
        while end < tile.width, fill(tile.values[row * tile.width + end]) == color { end += 1 }
        if let color {
          let (left, length) = (x + Double(column) * zoom, Double(end - column) * zoom)
          paths[color, default: ""] +=
            "M\(n(left)) \(n(y + Double(row) * zoom))h\(n(length))v\(n(zoom))h\(n(-length))z"
        }
        column = end
      }
    }
    svg.begin("g", "shape-rendering=\"crispEdges\" stroke=\"none\"")
    for (color, path) in paths.sorted(by: { $0.key < $1.key }) { svg.path(path, "fill=\"\(color)\"") }
    svg.end()
    let frame = Rectangle(x: x, y: y, width: Double(tile.width) * zoom, height: Double(tile.height) * zoom)
    svg.rectangle(frame, "fill=\"none\" class=\"axis\"")
  }

  /// The colour of a value; `nil` for one that is not finite.
  private func coloring(of tile: Tile) -> (Double) -> String? {
    switch tile.color {
    case .gray(let range):
      let span = range.upperBound - range.lowerBound
      return { value in
        guard value.isFinite else { return nil }
        let share = span > 0 ? min(max((value - range.lowerBound) / span, 0), 1) : 0
        let level = UInt8((share * 255).rounded())
        return RGB(red: level, green: level, blue: level).hex
      }
    case .diverging:
      guard let colors = barRange else { return { _ in nil } }
      return { value in value.isFinite ? colors.level(value).map { colors.color.map.color($0).hex } : nil }
    }
  }
}
