extension Figure {
  /// How the panels of a grid are set out and what they have in common.
  struct Grid {
    var columns: Int?
    var sharesX: Bool
    var sharesY: Bool
    var sharesColor: Bool
  }

  private static let gap = 18.0
  /// What the label of the x axis takes below the numbers.
  private static let labelHeight = 20.0
  private static let leastWidth = 200.0

  /// Panels in a row of a figure of this width.
  func columns(width: Double) -> Int {
    let n = max(panels.count, 1)
    if let columns = grid?.columns { return min(max(columns, 1), n) }
    let fitting = min(n, max(1, Int(width / Self.leastWidth)))
    let rows = (n + fitting - 1) / fitting
    return (n + rows - 1) / rows
  }

  func rows(width: Double) -> Int {
    let columns = columns(width: width)
    return max(1, (panels.count + columns - 1) / columns)
  }

  /// Draws all panels of a grid into `body`.
  func drawGrid(_ svg: inout SVGWriter, _ grid: Grid, _ hues: Hues, _ body: Rectangle, width: Double) {
    let columns = columns(width: width), rows = rows(width: width)
    var body = body
    let shared = grid.sharesColor ? ColorRange(panels) : nil
    let bar = shared.map { ColorBar($0, height: body.height) }
    body.width -= bar?.width ?? 0

    // All panels on the axes of the first, over the limits of all, as far as they are shared.
    let plots = panels.map { panel in
      var plot = panel
      if grid.sharesX { plot.x = panels[0].x }
      if grid.sharesY { plot.y = panels[0].y }
      return plot
    }
    let common = Plot.limits(of: plots)
    let titleHeight = panels.contains { !$0.title.isEmpty } ? 20.0 : 0
    // The first column also carries the y axis: it gets that much more width, so that all areas are equal.
    let axisWidth = grid.sharesY ? 60.0 : 0
    let each = (body.width - axisWidth - Self.gap * Double(columns - 1)) / Double(columns)
    let xLabel = grid.sharesX && !plots[0].x.label.isEmpty ? Self.labelHeight : 0
    let rowHeight = (body.height - xLabel - 8 * Double(rows - 1)) / Double(rows)

    var top = body.bottom, bottom = body.y
    for (i, plot) in plots.enumerated() {
      let row = i / columns, column = i % columns
      var limits = plot.limits()
      if grid.sharesX { (limits.x, limits.xIsWhole) = (common.x, common.xIsWhole) }
      if grid.sharesY { (limits.y, limits.yIsWhole) = (common.y, common.yIsWhole) }
      let showsY = column == 0 || !grid.sharesY
      let isLowest = i + columns >= panels.count
      let outer = Rectangle(x: body.x + (column == 0 ? 0 : axisWidth + (each + Self.gap) * Double(column)),
        y: body.y + (rowHeight + 8) * Double(row) + titleHeight, width: each + (column == 0 ? axisWidth : 0),
        height: rowHeight - titleHeight + (isLowest ? xLabel : 0))
      let colors = shared ?? ColorRange([plot])
      let ownBar = shared == nil ? colors.map { ColorBar($0, height: outer.height) } : nil
      let layout = PanelLayout(plot, in: outer, limits: limits, right: 6 + (ownBar?.width ?? 0), showsY: showsY,
        showsXLabel: isLowest || !grid.sharesX)
      if titleHeight > 0 {
        let text = TextMetrics.truncate(plot.title, size: 12.5, limit: layout.area.width / 1.07)
        svg.label(text, layout.area.x, outer.y - 8, size: 12.5, classes: "ink", attributes: "font-weight=\"600\"")
      }
      PanelDrawing(layout, hues, index: i, showsY: showsY, ink: Ink(layout), colors: colors).draw(into: &svg)
      ownBar?.draw(into: &svg, x: layout.area.right, top: layout.area.y, height: layout.area.height)
      top = min(top, layout.area.y)
      bottom = max(bottom, layout.area.bottom)
    }
    bar?.draw(into: &svg, x: body.right, top: top, height: bottom - top)
  }
}
