/// The hues of named series, the same in every panel.
struct Hues {
  private var named: [String: Int] = [:]
  private var unnamed: [[Int?]] = []

  init(_ panels: [Plot]) {
    var next = 0
    for plot in panels {
      unnamed.append(plot.series.map { series in
        if !series.takesHue || series.colorOf != nil { return nil }
        if let name = series.name {
          if named[name] == nil {
            named[name] = next
            next += 1
          }
          return nil
        }
        next += 1
        return next - 1
      })
    }
  }

  /// The hue of a series, counted from zero and not yet wrapped round the palette; `nil` for a grey one.
  subscript(_ series: Series, panel: Int, index: Int) -> Int? {
    if let other = series.colorOf, let hue = named[other] { return hue }
    if !series.takesHue { return nil }
    return series.name.flatMap { named[$0] } ?? unnamed[panel][index] ?? 0
  }
}

/// One line of a legend.
struct LegendEntry {
  var name: String
  /// `nil` for what is the same in every series.
  var hue: Int?
  var kind: Kind

  enum Kind { case line, markedLine, scatter, area, interval, start, end }

  /// The style class of its colour.
  var color: String { hue.map { "hue\($0 % Palette.count)" } ?? "neutral" }

  /// The entries of some panels: each name once, in the order of first appearance, and what the marks on trajectories
  /// mean.
  static func all(in panels: [Plot], _ hues: Hues) -> [LegendEntry] {
    var seen: Set<String> = []
    var entries: [LegendEntry] = []
    var hasTrajectories = false
    for (p, plot) in panels.enumerated() {
      for (i, series) in plot.series.enumerated() where series.takesHue {
        if case .trajectories = series.mark { hasTrajectories = true }
        guard let name = series.name, !name.isEmpty, seen.insert(name).inserted else { continue }
        let kind: Kind = switch series.mark {
        case .scatter: .scatter
        case .histogram: .area
        case .intervals: .interval
        default: PanelDrawing.showsMarkers(series) ? .markedLine : .line
        }
        entries.append(LegendEntry(name: name, hue: hues[series, p, i] ?? 0, kind: kind))
      }
    }
    if hasTrajectories {
      entries += [LegendEntry(name: "start", hue: nil, kind: .start), LegendEntry(name: "end", hue: nil, kind: .end)]
    }
    return entries
  }
}

/// Where the names of the series stand.
enum LegendPlace {
  /// At the ends of the lines: series, left end and baseline of the text.
  case direct([(entry: LegendEntry, x: Double, y: Double)])
  /// In a free corner of the panel.
  case corner(Rectangle)
  /// In rows above the panels.
  case above
  case none
}

enum LegendLayout {
  static let size = 12.0, row = 17.0, key = 26.0

  /// Labels at the ends of lines, when all of them find a place that meets neither data nor one another.
  static func direct(_ entries: [LegendEntry], _ layout: PanelLayout, _ ink: Ink, right: Double) -> LegendPlace? {
    guard !entries.isEmpty, entries.allSatisfy({ $0.kind == .line || $0.kind == .markedLine }) else { return nil }
    var labels: [(entry: LegendEntry, x: Double, y: Double)] = []
    for entry in entries {
      guard let series = layout.plot.series.first(where: { $0.name == entry.name && $0.takesHue }),
        let end = series.mark.points.last(where: layout.plot.accepts) else { return nil }
      let x = layout.px(end.x), y = layout.py(end.y)
      guard layout.area.contains(x, y) else { return nil }
      labels.append((entry, x + 9, y + 4))
    }
    // Neighbours are moved apart, downwards, by a little; a far label would no longer point at its line.
    let order = labels.indices.sorted { (labels[$0].y, $0) < (labels[$1].y, $1) }
    for (a, b) in zip(order, order.dropFirst()) where abs(labels[a].x - labels[b].x) < 60 {
      let gap = labels[b].y - labels[a].y
      if gap < row {
        let shift = row - gap
        guard shift <= 10 else { return nil }
        labels[b].y += shift
      }
    }
    var boxes: [Rectangle] = []
    for label in labels {
      let width = TextMetrics.width(label.entry.name, size: size)
      let box = Rectangle(x: label.x, y: label.y - 11, width: width, height: 14)
      guard box.right <= right, box.y >= layout.area.y - 8, box.bottom <= layout.area.bottom + 4,
        !boxes.contains(where: box.intersects), !ink.meets(box.grown(by: 2)) else { return nil }
      boxes.append(box)
    }
    return .direct(labels)
  }

  /// A box in a corner of the panel that holds no data.
  static func corner(_ entries: [LegendEntry], _ layout: PanelLayout, _ ink: Ink) -> LegendPlace? {
    guard !entries.isEmpty else { return nil }
    let width = (entries.map { TextMetrics.width($0.name, size: size) }.max() ?? 0) + key + 16
    let height = Double(entries.count) * row + 8
    let a = layout.area, inset = 8.0
    guard width < a.width * 0.6, height < a.height * 0.7 else { return nil }
    for (x, y) in [
      (a.right - width - inset, a.y + inset), (a.x + inset, a.y + inset),
      (a.right - width - inset, a.bottom - height - inset), (a.x + inset, a.bottom - height - inset),
    ] {
      let box = Rectangle(x: x, y: y, width: width, height: height)
      if !ink.meets(box.grown(by: 5)) { return .corner(box) }
    }
    return nil
  }

  /// Offsets of the entries of a legend in rows at most `limit` pixels wide, and the number of rows.
  static func rows(_ entries: [LegendEntry], limit: Double) -> (places: [(x: Double, row: Int)], count: Int) {
    var places: [(x: Double, row: Int)] = []
    var x = 0.0, row = 0
    for entry in entries {
      let width = key + min(TextMetrics.width(entry.name, size: size), limit - key) + 18
      if x > 0, x + width - 18 > limit {
        x = 0
        row += 1
      }
      places.append((x, row))
      x += width
    }
    return (places, entries.isEmpty ? 0 : row + 1)
  }
}

/// Sampled positions of everything drawn in a panel, to keep text off the data.
struct Ink {
  private var samples: [(x: Double, y: Double)] = []

  init(_ layout: PanelLayout) {
    let area = layout.area
    for series in layout.plot.series {
      switch series.mark {
      case .rule(.vertical, let at, _) where layout.plot.x.scale.accepts(at):
        add(from: (layout.px(at), area.y), to: (layout.px(at), area.bottom))
      case .rule(.horizontal, let at, _) where layout.plot.y.scale.accepts(at):
        add(from: (area.x, layout.py(at)), to: (area.right, layout.py(at)))
      case .rule, .heatMap: break
      case .ray(_, let isExtended):
        if let ends = layout.ray(series, isExtended) { add(from: ends.from, to: ends.to) }
      case .contour(let map, let level):
        for line in map.contour(at: level, x: layout.plot.x.scale, y: layout.plot.y.scale) {
          let pixels = line.map { (x: layout.px($0.x), y: layout.py($0.y)) }
          for (a, b) in zip(pixels, pixels.dropFirst()) { add(from: a, to: b) }
        }
      case .histogram(let histogram):
        // Bars are solid: samples fill them, so that no text is put inside.
        for bar in layout.bars(histogram) {
          for k in 0...max(Int(bar.width / 5), 1) {
            let x = bar.x + bar.width * Double(k) / Double(max(Int(bar.width / 5), 1))
            add(from: (x, bar.y), to: (x, bar.bottom))
          }
        }
      case .intervals(let points, let band):
        for (i, point) in points.enumerated() where layout.plot.accepts(point) {
          let x = layout.px(point.x) + layout.dodge(series)
          samples.append((x, layout.py(point.y)))
          guard i < band.lower.count, let ends = layout.ends(band.lower[i], band.upper[i]) else { continue }
          add(from: (x, ends.top), to: (x, ends.bottom))
        }
      case .trajectories(let paths):
        for path in paths {
          for run in layout.plot.runs(of: path) {
            let pixels = simplify(path[run].map { (x: layout.px($0.x), y: layout.py($0.y)) })
            samples += pixels
            for (a, b) in zip(pixels, pixels.dropFirst()) { add(from: a, to: b) }
          }
        }
      default:
        let points = series.mark.points
        for run in layout.plot.runs(of: points) {
          let pixels = decimate(points[run].map { (layout.px($0.x), layout.py($0.y)) })
          samples += pixels
          if case .scatter = series.mark { continue }
          for (a, b) in zip(pixels, pixels.dropFirst()) {
            if case .step = series.mark {
              add(from: a, to: (b.x, a.y))
              add(from: (b.x, a.y), to: b)
            } else {
              add(from: a, to: b)
            }
          }
        }
      }
    }
  }

  private mutating func add(from a: (x: Double, y: Double), to b: (x: Double, y: Double)) {
    let steps = min(Int(max(abs(b.x - a.x), abs(b.y - a.y)) / 5) + 1, 1000)
    for i in 0...steps {
      let t = Double(i) / Double(steps)
      samples.append((a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t))
    }
  }

  func count(in box: Rectangle) -> Int { samples.count { box.contains($0.x, $0.y) } }

  func meets(_ box: Rectangle) -> Bool { samples.contains { box.contains($0.x, $0.y) } }
}
