/// A plot as text: braille dots, or one ASCII sign for each series.
///
///     print(TerminalPlot(plot, width: Terminal.width()).text(), terminator: "")
///
/// In ASCII a cell shows the sign of the series drawn last; in UTF-8 it has that series' colour. Where several series
/// would look alike, in UTF-8 without colour, a letter at the last point of each stands in the legend too. Heat maps
/// are cells in 256 colours, or in shades where there is no colour.
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

    let yTicks = plot.y.ticks(limits.y, limit: plot.y.categories == nil ? max(3, rows / 3) : rows,
      whole: limits.yIsWhole).filter { $0.label != nil }
    let labelWidth = yTicks.map { displayWidth(label($0)) }.max() ?? 0
    let columns = max(width - labelWidth - 3, 8)
    var canvas = BrailleCanvas(columns: columns, rows: rows)
    draw(on: &canvas, limits)
    let heat = HeatCells(plot, limits, columns: columns, rows: rows)
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
      lines.append(pad + text + " " + (rowLabels[y] == nil ? vertical : mark) + content(canvas, y, letters, heat))
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
    let text = encoding == .utf8 ? Terminal.printable(tick.label!.unicode) : tick.label!.ascii
    let most = max(width / 4, 6)
    guard displayWidth(text) > most else { return text }
    var cut = text
    while displayWidth(cut) > most - 1 { cut.removeLast() }
    return cut + (encoding == .utf8 ? "…" : ".")
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
      chosen = plot.x.ticks(limits.x, limit: count, whole: limits.xIsWhole)
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

  private func content(_ canvas: BrailleCanvas, _ row: Int, _ letters: [Int: Character], _ heat: HeatCells?)
    -> String {
    var text = ""
    var style: [Int?] = [nil, nil]
    for column in 0..<canvas.columns {
      let hue = canvas.hue(column, row), isEmpty = canvas.isEmpty(column, row)
      let cell = heat?[column, row]
      if usesColor {
        // Over cells everything is black or white; elsewhere a series has its colour. Blanks keep the colour before.
        let background = cell.flatMap { heat?.background($0) }
        let color = cell.flatMap { heat?.foreground($0) } ?? hue.map { Palette.terminal[$0 % Palette.count] }
        let next = isEmpty && cell == nil ? [style[0], background] : [color, background]
        if next != style {
          if next.contains(where: { $0 == nil }), style.contains(where: { $0 != nil }) { text += Self.reset }
          if let color = next[0] { text += Self.foreground(color) }
          if let color = next[1] { text += Self.background(color) }
          style = next
        }
      }
      if let letter = letters[row * canvas.columns + column] {
        text.append(letter)
      } else if isEmpty, let cell {
        text.append(usesColor && cell != .missing ? " " : HeatCells.sign(cell, encoding))
      } else if encoding == .utf8 {
        text.append(canvas[column, row])
      } else {
        text.append(isEmpty ? " " : hue.map { Self.signs[$0 % Self.signs.count] } ?? ".")
      }
    }
    if style == [nil, nil] { return text }
    return (style[1] == nil ? Self.trimmed(text) : text) + Self.reset
  }

  // MARK: Legend

  private var usesLetters: Bool {
    // Over cells lines are black or white, whatever their hue.
    encoding == .utf8 && (!usesColor || !plot.heatMaps.isEmpty) && entries.count > 1
  }

  /// The legend, without the signs at the ends of trajectories, which dots cannot show.
  private var entries: [LegendEntry] {
    LegendEntry.all(in: [plot], Hues([plot])).filter { $0.hue != nil }
  }

  private static func letter(_ hue: Int) -> Character { Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")[hue % 26] }

  /// The letter of each named series in the cell of its last point, or in the nearest free cell to the left of it.
  private func endLetters(_ limits: Plot.Limits, _ columns: Int, _ rows: Int) -> [Int: Character] {
    let hues = Hues([plot])
    var letters: [Int: Character] = [:]
    for (i, series) in plot.series.enumerated() where series.takesHue && series.name != nil {
      guard let hue = hues[series, 0, i], let end = anchor(series) else { continue }
      let y = row(end.y, limits, rows)
      var x = column(end.x, limits, columns)
      guard (0..<rows).contains(y), (0..<columns).contains(x) else { continue }
      while x > 0, letters[y * columns + x] != nil { x -= 1 }
      letters[y * columns + x] = Self.letter(hue)
    }
    return letters
  }

  private func legendLines() -> [String] {
    var items: [(plain: String, shown: String)] = entries.map { entry in
      let sign = sign(of: entry)
      let name = clean(entry.name)
      let color = Self.foreground(Palette.terminal[(entry.hue ?? 0) % Palette.count])
      return (sign + " " + name, (usesColor ? color + sign + Self.reset : sign) + " " + name)
    }
    for series in plot.series {
      guard let name = series.name, !name.isEmpty else { continue }
      let sign: String, place: String
      switch series.mark {
      case .rule(.vertical, let at, _): (sign, place) = (encoding == .utf8 ? "┊" : ":", "\(at)")
      case .rule(.horizontal, let at, _): (sign, place) = (encoding == .utf8 ? "┈┈" : "..", "\(at)")
      case .ray(let tip, _): (sign, place) = (encoding == .utf8 ? "┈▸" : ".>", "\(tip.x), \(tip.y)")
      default: continue
      }
      let text = "\(sign) \(clean(name))" + (name.contains(where: \.isNumber) ? "" : " (\(place))")
      items.append((text, text))
    }
    if let colors = ColorRange([plot]) { items.append(colorBar(colors)) }
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

  /// The colours or shades of a heat map between the values at their ends.
  private func colorBar(_ colors: ColorRange) -> (plain: String, shown: String) {
    let ends = CellNumbers.texts([colors.domain.lowerBound, colors.domain.upperBound]).map(clean)
    let label = clean(colors.label)
    func join(_ bar: String) -> String {
      ends[0] + " " + bar + " " + ends[1] + (label.isEmpty ? "" : " " + label)
    }
    let shades = String(HeatCells.shades(encoding))
    let plain = join(usesColor ? String(repeating: " ", count: 8) : shades)
    guard usesColor else { return (plain, plain) }
    let bar = (0..<8).map { k in
      Self.background(colors.color.map.color((2 * k + 1) * ColorMap.levels / 16).terminal) + " "
    }
    return (plain, join(bar.joined() + Self.reset))
  }

  private func sign(of entry: LegendEntry) -> String {
    if usesLetters { return String(Self.letter(entry.hue ?? 0)) }
    guard encoding == .utf8 else { return String(Self.signs[(entry.hue ?? 0) % Self.signs.count]) }
    return switch entry.kind {
    case .scatter: "•"
    case .area: "▆▆"
    case .interval: "┃"
    default: "━━"
    }
  }

  private func clean(_ text: String) -> String {
    let printable = Terminal.printable(text)
    return encoding == .utf8 ? printable : Terminal.ascii(printable)
  }

  private static let reset = "\u{1B}[0m"

  private static func foreground(_ color: Int) -> String { "\u{1B}[38;5;\(color)m" }

  private static func background(_ color: Int) -> String { "\u{1B}[48;5;\(color)m" }

  private static func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
