/// A table of aligned columns under a rule.
///
///     var table = TextTable([
///       .init("name"), .init("verdict"), .init("measured", .decimal), .init("statement", wraps: true),
///     ])
///     table.append(["width", "✓ holds", "8", "m >= 2n / rank(X)"])
///     print(table.text(width: 80), terminator: "")
///
/// The column that wraps takes what the others leave of the width; without one the table may be wider than asked.
public struct TextTable: Hashable, Sendable {
  public enum Alignment: Hashable, Sendable {
    case left, right
    /// Decimal points below one another; cells that are not numbers stand at the left.
    case decimal
  }

  public struct Column: Hashable, Sendable {
    public var title: String
    public var alignment: Alignment
    public var wraps: Bool

    public init(_ title: String, _ alignment: Alignment = .left, wraps: Bool = false) {
      self.title = title
      self.alignment = alignment
      self.wraps = wraps
    }
  }

  public var columns: [Column]
  public private(set) var rows: [[String]] = []

  public init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row; missing cells are empty.
  ///
  /// - Precondition: no more cells than columns.
  public mutating func append(_ cells: [String]) {
    precondition(cells.count <= columns.count, "a row has more cells than the table has columns")
    rows.append(cells + [String](repeating: "", count: columns.count - cells.count))
  }

  private static let gap = 2, narrowest = 16

  /// The lines of the table, each ended by a line feed, without trailing spaces.
  ///
  /// - Parameter width: columns of the terminal; the wrapping column keeps at least 16 of them.
  public func text(width: Int = 80, encoding: TerminalEncoding = .utf8) -> String {
    guard !columns.isEmpty else { return "" }
    func clean(_ cell: String) -> String {
      let printable = Terminal.printable(cell)
      return encoding == .utf8 ? printable : Terminal.ascii(printable)
    }
    let titles = columns.map { clean($0.title) }
    var cells = rows.map { $0.map(clean) }
    for (c, column) in columns.enumerated() where column.alignment == .decimal {
      let aligned = Self.alignedAtPoint(cells.map { $0[c] })
      for r in cells.indices { cells[r][c] = aligned[r] }
    }
    var widths = columns.indices.map { c in ([titles[c]] + cells.map { $0[c] }).map { displayWidth($0) }.max() ?? 0 }
    if let wide = columns.firstIndex(where: \.wraps) {
      let others = widths.enumerated().reduce(0) { $0 + ($1.offset == wide ? 0 : $1.element) }
      let left = width - others - Self.gap * (columns.count - 1)
      widths[wide] = min(widths[wide], max(left, Self.narrowest))
    }
    var lines = [Self.join(columns.indices.map { Self.pad(titles[$0], widths[$0], columns[$0].alignment == .right) })]
    let dash = encoding == .utf8 ? "─" : "-"
    lines.append(Self.join(widths.map { String(repeating: dash, count: $0) }))
    for row in cells {
      let pieces = columns.indices.map { c in columns[c].wraps ? Self.wrap(row[c], widths[c]) : [row[c]] }
      for i in 0..<(pieces.map(\.count).max() ?? 1) {
        lines.append(Self.join(columns.indices.map { c in
          Self.pad(i < pieces[c].count ? pieces[c][i] : "", widths[c], columns[c].alignment == .right)
        }))
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  // MARK: Pieces

  private static func join(_ cells: [String]) -> String {
    var line = cells.joined(separator: String(repeating: " ", count: gap))
    while line.last == " " { line.removeLast() }
    return line
  }

  private static func pad(_ cell: String, _ width: Int, _ atRight: Bool) -> String {
    let fill = String(repeating: " ", count: max(0, width - displayWidth(cell)))
    return atRight ? fill + cell : cell + fill
  }

  /// Numbers shifted so that their points, or ends of their whole parts, meet.
  private static func alignedAtPoint(_ cells: [String]) -> [String] {
    func whole(_ cell: String) -> Int? {
      guard Double(cell.replacing("−", with: "-")) != nil else { return nil }
      return cell.prefix { $0 != "." && $0 != "e" && $0 != "E" }.count
    }
    let most = cells.compactMap(whole).max() ?? 0
    return cells.map { cell in
      whole(cell).map { String(repeating: " ", count: most - $0) + cell } ?? cell
    }
  }

  /// Lines of at most `width` cells, broken at spaces, or inside a word that is longer than a line.
  static func wrap(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = "", used = 0
    func flush() {
      lines.append(line)
      line = ""
      used = 0
    }
    for word in text.split(separator: " ") {
      let size = displayWidth(String(word))
      if used > 0, used + 1 + size > width { flush() }
      if used > 0 {
        line += " "
        used += 1
      }
      for character in word {
        let cells = displayWidth(character)
        if used > 0, used + cells > width { flush() }
        line.append(character)
        used += cells
      }
    }
    if used > 0 || lines.isEmpty { flush() }
    return lines
  }
}
