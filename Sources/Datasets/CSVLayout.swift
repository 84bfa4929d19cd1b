/// Which line of a CSV table holds names, and which column the target.
struct CSVLayout {
  let table: CSVTable
  /// The first row of data: 1 under a header, else 0.
  let firstRow: Int
  /// The header's names, or "column 1" and so on.
  let names: [String]
  let hasHeader: Bool

  var rows: Int { table.rows - firstRow }

  init(_ table: CSVTable, _ options: ReadingOptions) throws {
    self.table = table
    switch options.header {
    case .present: hasHeader = true
    case .absent: hasHeader = false
    case .automatic: hasHeader = Self.looksLikeHeader(table)
    }
    firstRow = hasHeader ? 1 : 0
    let hasHeader = hasHeader
    names = (0..<table.columns).map { j in
      let text = hasHeader ? table.text(table.cell(0, j)) : ""
      return text.isEmpty ? "column \(j + 1)" : text
    }
    guard table.rows > firstRow else {
      throw DatasetError(.headerOnly, file: table.file, at: .line(table.lines[0]),
        found: "names and no lines after them", accepted: "at least one line of data")
    }
  }

  /// The rule of ``ReadingOptions/Header/automatic``.
  private static func looksLikeHeader(_ table: CSVTable) -> Bool {
    var candidate = false
    for j in 0..<table.columns {
      switch table.content(table.cell(0, j)) {
      case .number: return false
      case .missing: continue
      case .text:
        let below = 1..<min(table.rows, 1001)
        let numbers = below.count { if case .number = table.content(table.cell($0, j)) { true } else { false } }
        if 2 * numbers > below.count { candidate = true }
      }
    }
    return candidate || table.rows == 1
  }

  func place(_ row: Int, _ column: Int) -> DatasetError.Place {
    .cell(line: table.lines[row], column: column + 1, name: hasHeader ? names[column] : nil)
  }

  /// The target's columns: the ones that were asked for; else one called target, label, class or y; else the last.
  func targetColumns(_ target: String?) throws -> [Int] {
    guard let target else {
      let preferred = ["target", "label", "class", "y"].lazy.compactMap { name in
        hasHeader ? names.firstIndex { $0.lowercased() == name } : nil
      }.first
      guard table.columns > 1 else {
        throw DatasetError(.missingTarget, file: table.file, at: .line(table.lines[0]), found: "one column",
          accepted: "at least one input and a target, or the target \"none\"")
      }
      return [preferred ?? table.columns - 1]
    }
    if let column = try column(target), table.columns > 1 { return [column] }
    if target.lowercased() == "none" { return [] }
    let parts = target.split(separator: ",").map { $0.trimmingSpaces() }
    let columns = try parts.map { part in
      guard let column = try column(part) else {
        throw DatasetError(.missingTarget, file: table.file, found: "no column \"\(excerpt(part))\"",
          accepted: "a number from 1 to \(table.columns) (-1 is the last column) or one of the names: \(listedNames)")
      }
      return column
    }
    guard !columns.isEmpty, Set(columns).count == columns.count, columns.count < table.columns else {
      throw DatasetError(.missingTarget, file: table.file, found: "the target \"\(excerpt(target))\"",
        accepted: "different columns, with at least one left as input")
    }
    return columns
  }

  /// The first names, for messages.
  var listedNames: String { hasHeader ? Dataset.listed(names) : "no names, as the file has no header" }

  /// The column of that name, or else of that number.
  func column(_ target: String) throws -> Int? {
    let matches = hasHeader ? names.indices.filter { names[$0] == target } : []
    guard matches.count <= 1 else {
      throw DatasetError(.missingTarget, file: table.file, at: .line(table.lines[0]),
        found: "the name \"\(excerpt(target))\" in columns "
          + matches.prefix(20).map { String($0 + 1) }.joined(separator: " and "),
        accepted: "a name that occurs once, or the column's number")
    }
    if let match = matches.first { return match }
    guard let number = Int(target), number != 0, abs(number) <= table.columns else { return nil }
    return number > 0 ? number - 1 : table.columns + number
  }
}

extension Substring {
  func trimmingSpaces() -> String {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
