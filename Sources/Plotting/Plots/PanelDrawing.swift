/// Draws one panel into an SVG.
struct PanelDrawing {
  var layout: PanelLayout
  var hues: Hues
  var index: Int
  var showsY: Bool
  var ink: Ink
  /// The colours of the heat maps.
  var colors: ColorRange?
  /// Where markers of several lines coincide, the earlier ones are larger and show round the later ones.
  private let crowds: [[Int]: Int]

  var plot: Plot { layout.plot }
  var area: Rectangle { layout.area }

  init(_ layout: PanelLayout, _ hues: Hues, index: Int, showsY: Bool, ink: Ink, colors: ColorRange? = nil) {
    self.layout = layout
    self.hues = hues
    self.index = index
    self.showsY = showsY
    self.ink = ink
    self.colors = colors
    crowds = Self.crowds(layout)
  }

  /// A point's pixel, coarse enough that markers which would hide each other share one.
  private static func cell(_ x: Double, _ y: Double) -> [Int] { [Int((x / 3).rounded()), Int((y / 3).rounded())] }

  /// How many lines with markers pass through each cell.
  private static func crowds(_ layout: PanelLayout) -> [[Int]: Int] {
    let plot = layout.plot
    var crowds: [[Int]: Int] = [:]
    for series in plot.series {
      guard case .line(let points, _) = series.mark, showsMarkers(series) else { continue }
      for cell in Set(points.filter(plot.accepts).map({ cell(layout.px($0.x), layout.py($0.y)) })) {
        crowds[cell, default: 0] += 1
      }
    }
    return crowds
  }

  func draw(into svg: inout SVGWriter) {
    drawGrid(&svg)
    // A nested viewport clips without an identifier, which could clash when figures share a page. It is a little larger
    // than the panel, so that markers on the edge stay whole.
    let c = area.grown(by: 5), n = SVGWriter.number
    let box = "\(n(c.x)) \(n(c.y)) \(n(c.width)) \(n(c.height))"
    svg.begin("svg", "x=\"\(n(c.x))\" y=\"\(n(c.y))\" width=\"\(n(c.width))\" height=\"\(n(c.height))\""
      + " viewBox=\"\(box)\" overflow=\"hidden\"")
    for map in plot.heatMaps { drawHeatMap(map, &svg) }
    for (i, series) in plot.series.enumerated() where series.isRule { drawRule(series, i, &svg) }
    for (i, series) in plot.series.enumerated() {
      guard case .ray(_, let isExtended) = series.mark else { continue }
      group(series, i, &svg) { svg in drawRay(series, isExtended, &svg) }
    }
    for (i, series) in plot.series.enumerated() { drawBand(series, i, &svg) }
    for (i, series) in plot.series.enumerated() { drawSeries(series, i, &svg) }
    svg.end()
    drawAxes(&svg)
    drawRuleLabels(&svg)
    drawRayLabels(&svg)
    if !plot.series.contains(where: showsData) {
      svg.label("no data", area.x + area.width / 2, area.y + area.height / 2, size: 12.5, anchor: .middle,
        classes: "muted halo")
    }
  }

  private func showsData(_ series: Series) -> Bool {
    switch series.mark {
    case .heatMap(let map):
      map.x.intervals(on: plot.x.scale).contains { $0 != nil }
        && map.y.intervals(on: plot.y.scale).contains { $0 != nil }
    case .histogram(let histogram): histogram.heights.contains { $0 > 0 }
    default: series.mark.points.contains(where: plot.accepts)
    }
  }

  // MARK: Data

  private func drawBand(_ series: Series, _ i: Int, _ svg: inout SVGWriter) {
    guard case .line(let points, let band?) = series.mark else { return }
    // An end that the axis cannot show (zero on a logarithmic one) is drawn at the edge.
    let edge = { (y: Double, other: Double) in plot.y.scale.accepts(y) ? layout.py(y) : other }
    for run in plot.runs(of: points) where run.count > 1 {
      let upper = run.map { (layout.px(points[$0].x), edge(band.upper[$0], area.y)) }
      let lower = run.map { (layout.px(points[$0].x), edge(band.lower[$0], area.bottom)) }
      let outline = decimate(upper) + decimate(lower).reversed()
      svg.path(Self.polyline(outline) + "Z",
        "class=\"\(color(series, i))\" fill=\"currentColor\" fill-opacity=\"0.16\" stroke=\"none\"")
    }
  }

  private func drawSeries(_ series: Series, _ i: Int, _ svg: inout SVGWriter) {
    switch series.mark {
    case .line, .step, .scatter: drawPoints(series, i, &svg)
    case .rule, .ray, .heatMap: break
    case .contour(let map, let level):
      group(series, i, &svg) { svg in drawContour(map, level, hues[series, index, i] ?? 0, &svg) }
    case .histogram(let histogram): group(series, i, &svg) { svg in drawHistogram(histogram, &svg) }
    case .trajectories(let paths): group(series, i, &svg) { svg in drawTrajectories(paths, &svg) }
    case .intervals(let points, let band):
      group(series, i, &svg) { svg in drawIntervals(series, points, band, hues[series, index, i] ?? 0, &svg) }
    }
  }

  /// A group in the colour of the series, with its name for the pointer.
  private func group(_ series: Series, _ i: Int, _ svg: inout SVGWriter, _ draw: (inout SVGWriter) -> Void) {
    svg.begin("g", "class=\"\(color(series, i))\"")
    if let name = series.name { svg.element("title", text: name) }
    draw(&svg)
    svg.end()
  }

  private func drawPoints(_ series: Series, _ i: Int, _ svg: inout SVGWriter) {
    let points = series.mark.points
    let hue = hues[series, index, i] ?? 0
    svg.begin("g", "class=\"\(color(series, i))\"")
    if let name = series.name { svg.element("title", text: name) }
    var lonely: [(x: Double, y: Double)] = []
    var marked: [(x: Double, y: Double)] = []
    // In a narrow panel the markers of one line would run together.
    let markers = Self.showsMarkers(series) && area.width >= 12 * Double(points.count)
    for run in plot.runs(of: points) {
      let pixels = points[run].map { (x: layout.px($0.x), y: layout.py($0.y)) }
      switch series.mark {
      case .scatter:
        marked += pixels
        continue
      case .step:
        if pixels.count > 1 {
          var d = Self.polyline([pixels[0]])
          for (_, b) in zip(pixels, pixels.dropFirst()) { d += "H\(SVGWriter.number(b.x))V\(SVGWriter.number(b.y))" }
          stroke(d, hue, &svg)
        }
      default:
        if pixels.count > 1 { stroke(Self.polyline(decimate(pixels)), hue, &svg) }
        if markers { marked += pixels }
      }
      if pixels.count == 1, !markers { lonely += pixels }
    }
    for p in marked + lonely {
      let above = lineCount(above: i, at: Self.cell(p.x, p.y))
      svg.path(Marker.path(hue, p.x, p.y, radius: 3.2 + 2 * Double(above)), "fill=\"currentColor\" class=\"ring\"")
    }
    svg.end()
  }

  /// How many of the lines drawn after series `i` put a marker into the same cell, at most three.
  private func lineCount(above i: Int, at cell: [Int]) -> Int {
    guard crowds[cell, default: 0] > 1, case .line = plot.series[i].mark else { return 0 }
    let count = plot.series[(i + 1)...].count { later in
      guard case .line(let points, _) = later.mark, Self.showsMarkers(later) else { return false }
      return points.contains { plot.accepts($0) && Self.cell(layout.px($0.x), layout.py($0.y)) == cell }
    }
    return min(count, 3)
  }

  /// Short lines show their points.
  static func showsMarkers(_ series: Series) -> Bool {
    switch series.mark {
    case .scatter: true
    case .line(let points, _): series.isMarked ?? (points.count <= 30)
    default: false
    }
  }

  func stroke(_ d: String, _ hue: Int, _ svg: inout SVGWriter) {
    // Over cells a line needs an edge, whatever the colours under it.
    if !plot.heatMaps.isEmpty {
      svg.path(d, "fill=\"none\" class=\"casing\" stroke-width=\"4.5\" stroke-linejoin=\"round\"")
    }
    svg.path(d, "fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" stroke-linejoin=\"round\""
      + " stroke-linecap=\"round\"" + Marker.dashes(hue))
  }

  static func polyline(_ points: [(x: Double, y: Double)]) -> String {
    var d = ""
    for (i, p) in points.enumerated() {
      d += (i == 0 ? "M" : "L") + SVGWriter.number(p.x) + " " + SVGWriter.number(p.y)
    }
    return d
  }

  /// The same to a tenth of a pixel and in steps from point to point, for figures of very many paths.
  static func shortPolyline(_ points: [(x: Double, y: Double)]) -> String {
    var d = ""
    var last = (x: 0.0, y: 0.0)
    for (i, p) in points.enumerated() {
      // Steps between rounded places do not add up their roundings.
      let here = (x: (p.x * 10).rounded() / 10, y: (p.y * 10).rounded() / 10)
      let dx = SVGWriter.rounded(here.x - last.x, decimals: 1), dy = SVGWriter.rounded(here.y - last.y, decimals: 1)
      d += (i == 0 ? "M" : i == 1 ? "l" : dx.hasPrefix("-") ? "" : " ") + dx + (dy.hasPrefix("-") ? "" : " ") + dy
      last = here
    }
    return d
  }
}
