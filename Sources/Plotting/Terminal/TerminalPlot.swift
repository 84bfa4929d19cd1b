/// A plot as text: braille dots, or one ASCII sign for each series.
///
///     print(TerminalPlot(plot, width: Terminal.width()).text(), terminator: "")
///
/// In ASCII a cell shows the sign of the series drawn last; in UTF-8 it has that series' colour. Where several series
/// would look alike, in UTF-8 without colour, a letter at the last point of each stands in the legend too.
public struct TerminalPlot: Sendable {
  public var plot: Plot
  /// Columns and rows of the whole text, legend and labels included.
  public var width: Int
  public var height: Int
  public var encoding: TerminalEncoding
  public var usesColor: Bool

  private static let signs: [Character] = ["*", "o", "+", "x", "#", "@", "%", "&"]

  public init(_ plot: Plot, width: Int = 72, height: Int = 20, encoding: TerminalEncoding = .utf8,
    usesColor: Bool = false) {
    self.plot = plot
    self.width = max(width, 24)
    self.height = max(height, 8)
    self.encoding = encoding
    self.usesColor = usesColor
  }

  /// The lines of the picture, each ended by a line feed, without trailing spaces.
  public func text() -> String {
    let limits = plot.limits()
    let legend = legendLines()
    let note = plot.omissionNote
    let heading = (plot.title.isEmpty ? 0 : 1) + (plot.y.label.isEmpty ? 0 : 1)
    let below = 2 + (plot.x.label.isEmpty ? 0 : 1) + legend.count + (note == nil ? 0 : 1)
    let rows = max(height - heading - below, 3)

    let yTicks = Ticks.place(limits.y, scale: plot.y.scale, limit: max(3, rows / 3), whole: limits.yIsWhole)
      .filter { $0.label != nil }
    let labelWidth = yTicks.map { displayWidth(label($0)) }.max() ?? 0
    let columns = max(width - labelWidth - 3, 8)
    var canvas = BrailleCanvas(columns: columns, rows: rows)
    draw(on: &canvas, limits)
    let letters = usesLetters ? endLetters(limits, columns, rows) : [:]

    let vertical = encoding == .utf8 ? "│" : "|", mark = encoding == .utf8 ? "┤" : "+"
    var rowLabels: [Int: String] = [:]
    for tick in yTicks {
      let y = row(tick.value, limits, rows)
      if (0..<rows).contains(y), rowLabels[y] == nil { rowLabels[y] = label(tick) }
    }
    var lines: [String] = []
    if !plot.title.isEmpty { lines.append(clean(plot.title)) }
    if !plot.y.label.isEmpty { lines.append(String(repeating: " ", count: labelWidth + 1) + clean(plot.y.label)) }
    for y in 0..<rows {
      let text = rowLabels[y] ?? ""
      let pad = String(repeating: " ", count: labelWidth - displayWidth(text))
      lines.append(pad + text + " " + (rowLabels[y] == nil ? vertical : mark) + content(canvas, y, letters))
    }
    lines += axisLines(limits, columns, labelWidth)
    if !plot.x.label.isEmpty {
      let text = clean(plot.x.label)
      let indent = labelWidth + 2 + max(0, (columns - displayWidth(text)) / 2)
      lines.append(String(repeating: " ", count: indent) + text)
    }
    lines += legend
    if let note { lines.append(note) }
    return lines.map { Self.trimmed($0) + "\n" }.joined()
  }

  // MARK: Axes

  private func label(_ tick: Tick) -> String {
    encoding == .utf8 ? tick.label!.unicode : tick.label!.ascii
  }

  private func row(_ y: Double, _ limits: Plot.Limits, _ rows: Int) -> Int {
    let dot = (1 - PanelLayout.fraction(y, limits.y, plot.y.scale)) * Double(rows * 4 - 1)
    return Int(dot.rounded()) / 4
  }

  private func axisLines(_ limits: Plot.Limits, _ columns: Int, _ labelWidth: Int) -> [String] {
    let utf8 = encoding == .utf8
    var axis = [Character](repeating: utf8 ? "─" : "-", count: columns)
    var labels = [Character](repeating: " ", count: columns + labelWidth + 2)
    var chosen: [Tick] = []
    // The most ticks whose labels stay apart.
    search: for count in stride(from: max(2, columns / 5), through: 2, by: -1) {
      chosen = Ticks.place(limits.x, scale: plot.x.scale, limit: count, whole: limits.xIsWhole)
        .filter { $0.label != nil }
      var end = -1
      for tick in chosen {
        let start = labelStart(tick, limits, columns, labelWidth)
        if start <= end { continue search }
        end = start + displayWidth(label(tick))
      }
      break
    }
    for tick in chosen {
      let x = column(tick.value, limits, columns)
      guard (0..<columns).contains(x) else { continue }
      axis[x] = utf8 ? "┬" : "+"
      let start = labelStart(tick, limits, columns, labelWidth)
      for (i, character) in label(tick).enumerated() where labels.indices.contains(start + i) {
        labels[start + i] = character
      }
    }
    return [String(repeating: " ", count: labelWidth + 1) + (utf8 ? "└" : "+") + String(axis), String(labels)]
  }

  private func labelStart(_ tick: Tick, _ limits: Plot.Limits, _ columns: Int, _ labelWidth: Int) -> Int {
    let width = displayWidth(label(tick)), center = labelWidth + 2 + column(tick.value, limits, columns)
    return min(max(center - width / 2, 0), columns + labelWidth + 2 - width)
  }

  private func column(_ x: Double, _ limits: Plot.Limits, _ columns: Int) -> Int {
    Int((PanelLayout.fraction(x, limits.x, plot.x.scale) * Double(columns * 2 - 1)).rounded()) / 2
  }

  // MARK: Data

  private func draw(on canvas: inout BrailleCanvas, _ limits: Plot.Limits) {
    let hues = Hues([plot])
    let width = Double(canvas.dotColumns - 1), height = Double(canvas.dotRows - 1)
    let px = { (x: Double) in PanelLayout.fraction(x, limits.x, plot.x.scale) * width }
    let py = { (y: Double) in (1 - PanelLayout.fraction(y, limits.y, plot.y.scale)) * height }
    for series in plot.series {
      switch series.mark {
      case .rule(.vertical, let at, let dashed) where plot.x.scale.accepts(at):
        canvas.line(px(at), 0, px(at), height, hue: nil, every: dashed ? 2 : 1)
      case .rule(.horizontal, let at, let dashed) where plot.y.scale.accepts(at):
        canvas.line(0, py(at), width, py(at), hue: nil, every: dashed ? 2 : 1)
      default: break
      }
    }
    for (i, series) in plot.series.enumerated() where !series.isRule {
      let hue = hues[series, 0, i]
      for run in plot.runs(of: series.mark.points) {
        let dots = series.mark.points[run].map { (x: px($0.x), y: py($0.y)) }
        for dot in dots { canvas.set(Int(dot.x.rounded()), Int(dot.y.rounded()), hue: hue) }
        if case .scatter = series.mark { continue }
        for (a, b) in zip(dots, dots.dropFirst()) {
          if case .step = series.mark {
            canvas.line(a.x, a.y, b.x, a.y, hue: hue)
            canvas.line(b.x, a.y, b.x, b.y, hue: hue)
          } else {
            canvas.line(a.x, a.y, b.x, b.y, hue: hue)
          }
        }
      }
    }
  }

  private func content(_ canvas: BrailleCanvas, _ row: Int, _ letters: [Int: Character]) -> String {
    var text = ""
    var color: Int?
    for column in 0..<canvas.columns {
      let hue = canvas.hue(column, row)
      if usesColor, !canvas.isEmpty(column, row), hue != color {
        text += hue.map { Self.escape($0) } ?? Self.reset
        color = hue
      }
      if let letter = letters[row * canvas.columns + column] {
        text.append(letter)
      } else if encoding == .utf8 {
        text.append(canvas[column, row])
      } else {
        text.append(canvas.isEmpty(column, row) ? " " : hue.map { Self.signs[$0 % Self.signs.count] } ?? ".")
      }
    }
    return color == nil ? text : Self.trimmed(text) + Self.reset
  }

  // MARK: Legend

  private var usesLetters: Bool {
    encoding == .utf8 && !usesColor && LegendEntry.all(in: [plot], Hues([plot])).count > 1
  }

  private static func letter(_ hue: Int) -> Character { Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")[hue % 26] }

  /// The letter of each named series in the cell of its last point, or in the nearest free cell to the left of it.
  private func endLetters(_ limits: Plot.Limits, _ columns: Int, _ rows: Int) -> [Int: Character] {
    let hues = Hues([plot])
    var letters: [Int: Character] = [:]
    for (i, series) in plot.series.enumerated() where !series.isRule && series.name != nil {
      guard let hue = hues[series, 0, i], let end = series.mark.points.last(where: plot.accepts) else { continue }
      let y = row(end.y, limits, rows)
      var x = column(end.x, limits, columns)
      guard (0..<rows).contains(y), (0..<columns).contains(x) else { continue }
      while x > 0, letters[y * columns + x] != nil { x -= 1 }
      letters[y * columns + x] = Self.letter(hue)
    }
    return letters
  }

  private func legendLines() -> [String] {
    var items: [(plain: String, shown: String)] = LegendEntry.all(in: [plot], Hues([plot])).map { entry in
      let sign = sign(of: entry)
      let name = clean(entry.name)
      return (sign + " " + name, (usesColor ? Self.escape(entry.hue) + sign + Self.reset : sign) + " " + name)
    }
    for series in plot.series {
      guard case .rule(let orientation, let at, _) = series.mark, let name = series.name, !name.isEmpty else {
        continue
      }
      let isVertical = orientation == .vertical
      let sign = encoding == .utf8 ? (isVertical ? "┊" : "┈┈") : (isVertical ? ":" : "..")
      let text = "\(sign) \(clean(name))" + (name.contains(where: \.isNumber) ? "" : " (\(at))")
      items.append((text, text))
    }
    var lines: [String] = []
    var line = "", used = 0
    for item in items {
      let size = displayWidth(item.plain)
      if used > 0, used + 3 + size > width {
        lines.append(line)
        line = ""
        used = 0
      }
      line += (used > 0 ? "   " : "") + item.shown
      used += (used > 0 ? 3 : 0) + size
    }
    return used > 0 ? lines + [line] : lines
  }

  private func sign(of entry: LegendEntry) -> String {
    if usesLetters { return String(Self.letter(entry.hue)) }
    guard encoding == .utf8 else { return String(Self.signs[entry.hue % Self.signs.count]) }
    return entry.isScatter ? "•" : "━━"
  }

  private func clean(_ text: String) -> String {
    let printable = Terminal.printable(text)
    return encoding == .utf8 ? printable : Terminal.ascii(printable)
  }

  private static let reset = "\u{1B}[0m"

  private static func escape(_ hue: Int) -> String {
    "\u{1B}[38;5;\(Palette.terminal[hue % Palette.count])m"
  }

  private static func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
