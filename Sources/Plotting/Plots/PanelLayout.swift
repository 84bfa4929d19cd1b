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
  /// Whether the names of an axis of categories are too long to stand side by side.
  var xIsSlanted = false
  /// From the axis down to the baseline of its label.
  var xLabelOffset = 37.0
  var showsXLabel: Bool

  /// Names longer than this are cut.
  private static let longestName = 120.0
  static let slant = 32.0

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
  ///   - showsXLabel: whether the label of the x axis stands below it.
  init(_ plot: Plot, in outer: Rectangle, limits: Plot.Limits, right: Double, showsY: Bool, showsXLabel: Bool = true) {
    self.showsXLabel = showsXLabel && !plot.x.label.isEmpty
    self.plot = plot
    self.limits = limits
    area = outer
    xTicks = []
    yTicks = []
    yLabelWidth = 0
    // Rows for flags depend on the area's width, and the area's height on the rows: settled by a second pass.
    var rows = 0
    for _ in 0..<2 {
      self.limits = limits
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
    let numbers = placeNames(width: outer.width - right - 60)
    xLabelOffset = numbers + 13
    let height = max(outer.height - top - numbers - (showsXLabel ? 20 : 0) - 6, 20)
    placeY(height, limit: outer.width * 0.35)
    let left = showsY ? yLabelWidth + 12 + (plot.y.label.isEmpty ? 0 : 22) : 4
    let width = max(outer.width - left - right, 20)
    area = Rectangle(x: outer.x + left, y: outer.y + top + 6, width: width, height: height)
    if plot.aspect == .equal, plot.x.scale == .linear, plot.y.scale == .linear {
      equalise()
      placeY(area.height, limit: outer.width * 0.35)
    }
    // Labels need their own width and a gap; try the densest ticks first.
    for count in stride(from: max(2, Int(area.width / (xIsSlanted ? 14 : 56))), through: 2, by: -1) {
      if plot.x.categories != nil {
        xTicks = plot.x.ticks(limits.x, limit: Int(area.width / 14), whole: true)
        break
      }
      xTicks = plot.x.ticks(limits.x, limit: count, whole: limits.xIsWhole)
      let labelled = xTicks.filter { $0.label != nil }
      let fits = zip(labelled, labelled.dropFirst()).allSatisfy { a, b in
        let widths = [a, b].map { TextMetrics.width($0.label!, size: Self.tickSize) }
        return px(b.value) - px(a.value) > (widths[0] + widths[1]) / 2 + 16
      }
      if fits { break }
    }
    cutNames()
  }

  private mutating func placeY(_ height: Double, limit: Double) {
    let spacing = plot.y.categories == nil ? 36.0 : 14
    yTicks = plot.y.ticks(limits.y, limit: max(2, Int(height / spacing)), whole: limits.yIsWhole)
    if plot.y.categories != nil {
      for i in yTicks.indices {
        guard let text = yTicks[i].label?.text else { continue }
        yTicks[i].label?.text = TextMetrics.truncate(text, size: Self.tickSize, limit: limit)
      }
    }
    yLabelWidth = yTicks.compactMap(\.label).map { TextMetrics.width($0, size: Self.tickSize) }.max() ?? 0
  }

  /// The height of the numbers or names under the x axis; names that do not fit side by side are slanted.
  private mutating func placeNames(width: Double) -> Double {
    guard let names = plot.x.categories, !names.isEmpty else { return 24 }
    let widest = names.map { TextMetrics.width($0, size: Self.tickSize) }.max() ?? 0
    xIsSlanted = widest + 8 > width / Double(names.count)
    // The sine of the slant is 0.53.
    return xIsSlanted ? min(widest, Self.longestName) * 0.53 + 20 : 24
  }

  private mutating func cutNames() {
    guard plot.x.categories != nil else { return }
    for i in xTicks.indices {
      guard let text = xTicks[i].label?.text else { continue }
      // A slanted name may not run out of the figure on the left; the cosine of the slant is 0.85.
      let room = xIsSlanted ? min(Self.longestName, (px(xTicks[i].value) - 4) / 0.85) : .infinity
      xTicks[i].label?.text = TextMetrics.truncate(text, size: Self.tickSize, limit: room)
    }
  }

  /// Gives both axes the same pixels for a unit: by widening the limits of the longer axis where they follow the data,
  /// else by shrinking the panel.
  private mutating func equalise() {
    func span(_ range: ClosedRange<Double>) -> Double { range.upperBound - range.lowerBound }
    func widened(_ range: ClosedRange<Double>, to length: Double) -> ClosedRange<Double> {
      let pad = (length - span(range)) / 2
      return (range.lowerBound - pad)...(range.upperBound + pad)
    }
    guard span(limits.x) > 0, span(limits.y) > 0, span(limits.x) < 1e200, span(limits.y) < 1e200 else { return }
    let isCovered = !plot.heatMaps.isEmpty
    let units = (area.width / span(limits.x), area.height / span(limits.y)), unit = min(units.0, units.1)
    if units.0 > units.1 {
      if plot.x.range == nil, !isCovered {
        limits.x = widened(limits.x, to: area.width / unit)
      } else {
        let width = unit * span(limits.x)
        area.x += (area.width - width) / 2
        area.width = width
      }
    } else if plot.y.range == nil, !isCovered {
      limits.y = widened(limits.y, to: area.height / unit)
    } else {
      let height = unit * span(limits.y)
      area.y += (area.height - height) / 2
      area.height = height
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
