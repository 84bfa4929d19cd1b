/// Where the parts of one panel lie, and the map from data to pixels.
struct PanelLayout {
  static let tickSize = 11.5, labelSize = 12.5, rowHeight = 15.0

  var plot: Plot
  var limits: Plot.Limits
  /// The rectangle between the axes.
  var area: Rectangle
  var xTicks: [Tick]
  var yTicks: [Tick]
  /// The width of the widest label of the y axis.
  var yLabelWidth: Double
  var flags: [Flag] = []

  /// The label of a vertical rule, hung to the right (or left) of its upper end, above the panel.
  struct Flag {
    var series: Int
    var x: Double
    var row: Int
    var onLeft: Bool
    var text: String
  }

  /// Lays a panel out inside `outer`.
  ///
  /// - Parameters:
  ///   - right: pixels kept free for labels at the ends of lines.
  ///   - showsY: whether the y axis has labels; in a grid with a common y axis only the first panel has.
  init(_ plot: Plot, in outer: Rectangle, limits: Plot.Limits, right: Double, showsY: Bool) {
    self.plot = plot
    self.limits = limits
    area = outer
    xTicks = []
    yTicks = []
    yLabelWidth = 0
    // Rows for flags depend on the area's width, and the area's height on the rows: settled by a second pass.
    var rows = 0
    for _ in 0..<2 {
      place(outer, top: Double(rows) * Self.rowHeight + (rows > 0 ? 4 : 0), right: right, showsY: showsY)
      flags = placeFlags(outer)
      rows = (flags.map(\.row).max() ?? -1) + 1
    }
  }

  func px(_ x: Double) -> Double { area.x + area.width * Self.fraction(x, limits.x, plot.x.scale) }

  func py(_ y: Double) -> Double { area.bottom - area.height * Self.fraction(y, limits.y, plot.y.scale) }

  /// The share of the axis below `x`; differences are halved first so that no span overflows.
  static func fraction(_ x: Double, _ domain: ClosedRange<Double>, _ scale: Scale) -> Double {
    let low = scale.transform(domain.lowerBound), high = scale.transform(domain.upperBound)
    let share = (scale.transform(x) / 2 - low / 2) / (high / 2 - low / 2)
    // Far outside a fixed range the exact place no longer matters, and viewers choke on huge coordinates.
    return share.isFinite ? min(max(share, -100), 100) : 0.5
  }

  private mutating func place(_ outer: Rectangle, top: Double, right: Double, showsY: Bool) {
    let bottom = plot.x.label.isEmpty ? 24.0 : 44.0
    let height = max(outer.height - top - bottom - 6, 20)
    yTicks = Ticks.place(limits.y, scale: plot.y.scale, limit: max(2, Int(height / 36)), whole: limits.yIsWhole)
    yLabelWidth = yTicks.compactMap(\.label).map { TextMetrics.width($0, size: Self.tickSize) }.max() ?? 0
    let left = showsY ? yLabelWidth + 12 + (plot.y.label.isEmpty ? 0 : 22) : 4
    let width = max(outer.width - left - right, 20)
    area = Rectangle(x: outer.x + left, y: outer.y + top + 6, width: width, height: height)
    // Labels need their own width and a gap; try the densest ticks first.
    for count in stride(from: max(2, Int(width / 56)), through: 2, by: -1) {
      xTicks = Ticks.place(limits.x, scale: plot.x.scale, limit: count, whole: limits.xIsWhole)
      let labelled = xTicks.filter { $0.label != nil }
      let fits = zip(labelled, labelled.dropFirst()).allSatisfy { a, b in
        let widths = [a, b].map { TextMetrics.width($0.label!, size: Self.tickSize) }
        return px(b.value) - px(a.value) > (widths[0] + widths[1]) / 2 + 16
      }
      if fits { break }
    }
  }

  /// Flags of the vertical rules, from right to left, each in the lowest row where it meets no other flag or pole.
  private func placeFlags(_ outer: Rectangle) -> [Flag] {
    var flags: [Flag] = []
    var boxes: [(low: Double, high: Double, row: Int)] = []
    let rules = plot.series.indices.filter { i in
      if case .rule(.vertical, let at, _) = plot.series[i].mark {
        return plot.x.scale.accepts(at) && limits.x.contains(at) && !(plot.series[i].name ?? "").isEmpty
      }
      return false
    }
    func position(_ i: Int) -> Double {
      if case .rule(_, let at, _) = plot.series[i].mark { return px(at) }
      return 0
    }
    for i in rules.sorted(by: { (position($0), $0) > (position($1), $1) }) {
      let x = position(i)
      let text = TextMetrics.truncate(plot.series[i].name!, size: Self.tickSize, limit: outer.width * 0.6)
      let width = TextMetrics.width(text, size: Self.tickSize) + 10
      let onLeft = x + width > outer.right
      let low = onLeft ? x - width : x, high = onLeft ? x : x + width
      func free(_ row: Int) -> Bool {
        // The text may not touch another in its row, its pole may not cross a text below, nor be crossed from below.
        !boxes.contains { box in
          box.row == row && low < box.high && box.low < high || box.row < row && box.low < x - 1 && x + 1 < box.high
        } && !flags.contains { $0.row > row && low < $0.x - 1 && $0.x + 1 < high }
      }
      let row = (0..<max(rules.count, 1)).first(where: free) ?? 0
      flags.append(Flag(series: i, x: x, row: row, onLeft: onLeft, text: text))
      boxes.append((low, high, row))
    }
    return flags
  }
}
