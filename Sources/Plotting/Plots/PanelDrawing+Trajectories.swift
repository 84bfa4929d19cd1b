/// Marks of the plane: trajectories and rays.
extension PanelDrawing {
  /// From this many paths on, lines are thin and translucent.
  private static let fewPaths = 12

  func drawTrajectories(_ paths: [[Point]], _ svg: inout SVGWriter) {
    let total = plot.series.reduce(0) { sum, series in
      if case .trajectories(let paths) = series.mark { return sum + paths.count }
      return sum
    }
    let isThin = total > Self.fewPaths
    let width = isThin ? "1" : "1.75"
    let opacity = isThin ? (total > 60 ? "0.45" : "0.6") : "0.95"
    var heads = "", starts = "", ends = ""
    svg.begin("g", "fill=\"none\" stroke=\"currentColor\" stroke-width=\"\(width)\" stroke-opacity=\"\(opacity)\""
      + " stroke-linejoin=\"round\" stroke-linecap=\"round\"")
    for path in paths {
      let pixels = plot.runs(of: path).map { run in
        simplify(path[run].map { (x: layout.px($0.x), y: layout.py($0.y)) }, tolerance: isThin ? 0.5 : 0.3)
      }
      for run in pixels where run.count > 1 {
        // Each path by itself, so that where many run together it becomes darker.
        svg.raw("<path d=\"\(isThin ? Self.shortPolyline(run) : Self.polyline(run))\"/>")
        heads += Self.head(along: run, at: 0.55, size: isThin ? 5 : 8)
      }
      guard let first = pixels.first?.first, let last = pixels.last?.last else { continue }
      if path.count > 1 { starts += isThin ? Self.dot(first) : Marker.path(0, first.x, first.y, radius: 3) }
      ends += isThin ? Self.dot(last) : Marker.path(0, last.x, last.y, radius: 3.6)
    }
    svg.end()
    if !heads.isEmpty { svg.path(heads, "fill=\"currentColor\" stroke=\"none\"") }
    // Many dots are round ends of lines without length, which are short to write. They have no rings: those of many
    // ends in one place would leave nothing but paper.
    let round = "fill=\"none\" stroke-linecap=\"round\""
    if !starts.isEmpty, isThin {
      svg.path(starts, "stroke=\"currentColor\" stroke-width=\"5.2\" " + round)
      svg.path(starts, "class=\"blank\" stroke-width=\"2.6\" " + round)
    } else if !starts.isEmpty {
      svg.path(starts, "class=\"hollow\"")
    }
    if !ends.isEmpty {
      svg.path(ends, isThin ? "stroke=\"currentColor\" stroke-width=\"5\" " + round
        : "fill=\"currentColor\" class=\"ring\"")
    }
  }

  private static func dot(_ p: (x: Double, y: Double)) -> String {
    "M\(SVGWriter.rounded(p.x, decimals: 1)) \(SVGWriter.rounded(p.y, decimals: 1))h0"
  }

  /// An arrow head at a share of a path's length; none on a path too short to carry one.
  static func head(along path: [(x: Double, y: Double)], at share: Double, size: Double) -> String {
    let lengths = zip(path, path.dropFirst()).map { a, b in length(b.x - a.x, b.y - a.y) }
    let total = lengths.reduce(0, +)
    guard total > 4 * size else { return "" }
    var left = total * share
    for (i, length) in lengths.enumerated() {
      if left <= length, length > 0 {
        let a = path[i], b = path[i + 1], t = left / length
        return head((a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t), (b.x - a.x) / length, (b.y - a.y) / length, size)
      }
      left -= length
    }
    return ""
  }

  /// A triangle with its tip at `tip`, pointing along the unit vector (ux, uy).
  private static func head(_ tip: (x: Double, y: Double), _ ux: Double, _ uy: Double, _ size: Double) -> String {
    let back = (x: tip.x - ux * size, y: tip.y - uy * size), half = size * 0.42
    return polyline([tip, (back.x - uy * half, back.y + ux * half), (back.x + uy * half, back.y - ux * half)]) + "Z"
  }

  static func length(_ dx: Double, _ dy: Double) -> Double { (dx * dx + dy * dy).squareRoot() }

  // MARK: Rays

  func drawRay(_ series: Series, _ isExtended: Bool, _ svg: inout SVGWriter) {
    guard let (from, to) = layout.ray(series, isExtended) else { return }
    let n = SVGWriter.number
    let length = Self.length(to.x - from.x, to.y - from.y)
    let line = "M\(n(from.x)) \(n(from.y))L\(n(to.x)) \(n(to.y))"
    svg.path(line, "fill=\"none\" class=\"casing\" stroke-width=\"4\"")
    svg.path(line, "fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.75\""
      + (isExtended ? " stroke-dasharray=\"6 4\"" : ""))
    if !isExtended {
      svg.path(Self.head(to, (to.x - from.x) / length, (to.y - from.y) / length, 10),
        "fill=\"currentColor\" class=\"ring\"")
    }
  }

  /// The names of the rays, each beyond its tip or beside it, inside the panel and off the other names.
  func drawRayLabels(_ svg: inout SVGWriter) {
    let size = PanelLayout.tickSize
    var taken: [Rectangle] = []
    for (i, series) in plot.series.enumerated() {
      guard case .ray(_, let isExtended) = series.mark, let name = series.name, !name.isEmpty,
        let (from, to) = layout.ray(series, isExtended) else { continue }
      let text = TextMetrics.truncate(name, size: size, limit: area.width * 0.6)
      let width = TextMetrics.width(text, size: size), height = size + 3
      let length = Self.length(to.x - from.x, to.y - from.y)
      let ux = (to.x - from.x) / length, uy = (to.y - from.y) / length
      let beyond = abs(ux) * width / 2 + abs(uy) * height / 2 + 6
      let beside = abs(uy) * width / 2 + abs(ux) * height / 2 + 7
      let back = isExtended ? beyond + 4 : 0
      let centers: [(x: Double, y: Double)] = (isExtended ? [] : [(to.x + ux * beyond, to.y + uy * beyond)]) + [
        (to.x - ux * back - uy * beside, to.y - uy * back + ux * beside),
        (to.x - ux * back + uy * beside, to.y - uy * back - ux * beside),
      ]
      let boxes = centers.map { center in
        Rectangle(x: min(max(center.x - width / 2, area.x + 3), area.right - width - 3),
          y: min(max(center.y - height / 2, area.y + 2), area.bottom - height - 2), width: width, height: height)
      }
      let best = boxes.enumerated().min { a, b in
        func cost(_ box: Rectangle) -> Int { taken.count(where: box.intersects) * 1000 + ink.count(in: box) }
        return (cost(a.element), a.offset) < (cost(b.element), b.offset)
      }!.element
      taken.append(best)
      svg.label(text, best.x, best.y + height - 4, size: size, classes: "\(color(series, i)) halo",
        attributes: "fill=\"currentColor\"")
    }
  }
}
