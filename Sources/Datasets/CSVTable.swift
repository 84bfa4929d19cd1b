/// The cells of a CSV file as they stand, each an extent of the file's bytes.
///
/// Quoting is that of RFC 4180: a cell in double quotes may hold delimiters, line ends and doubled quotes. Lines end in
/// LF, CRLF or CR; empty lines are skipped; a byte order mark is skipped; spaces around unquoted cells do not count.
struct CSVTable {
  /// An extent of up to 2^22 bytes from a start below 2^40, in one word, for tables of tens of millions of cells.
  struct Cell {
    private let bits: UInt64

    init(start: Int, length: Int, quoted: Bool, escaped: Bool) {
      bits = UInt64(start) << 24 | UInt64(length) << 2 | (quoted ? 2 : 0) | (escaped ? 1 : 0)
    }

    var start: Int { Int(bits >> 24) }
    var length: Int { Int(bits >> 2 & 0x3f_ffff) }
    var quoted: Bool { bits & 2 != 0 }
    /// Whether quotes within are doubled.
    var escaped: Bool { bits & 1 != 0 }
  }

  static let longestCell = 1 << 20

  let bytes: [UInt8]
  let file: String
  let delimiter: UInt8
  private(set) var columns = 0
  /// Row after row, each of `columns` cells.
  private(set) var cells: [Cell] = []
  /// The line, counted from 1, on which each row starts.
  private(set) var lines: [Int] = []

  var rows: Int { lines.count }

  init(bytes: [UInt8], file: String, delimiter chosen: Character? = nil) throws {
    guard !bytes.isEmpty else {
      throw DatasetError(.empty, file: file, at: .byte(0), found: "an empty file", accepted: "lines of numbers")
    }
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      throw DatasetError(.encoding, file: file, at: .byte(0), found: "text in UTF-16", accepted: "text in UTF-8")
    }
    let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    if let nul = bytes.firstIndex(of: 0) {
      throw DatasetError(.encoding, file: file, at: .byte(nul), found: "a zero byte", accepted: "text in UTF-8")
    }
    if let chosen {
      guard let byte = chosen.asciiValue, byte != 0x22, byte != 0x0a, byte != 0x0d else {
        throw DatasetError(.badHeader, file: file, found: "the delimiter \"\(excerpt(String(chosen)))\"",
          accepted: "one ASCII character other than a quote or a line end")
      }
      delimiter = byte
    } else {
      delimiter = CSVDelimiter.detect(bytes[start...])
    }
    self.bytes = bytes
    self.file = file
    try parse(from: start)
    guard rows > 0 else {
      throw DatasetError(.empty, file: file, at: .line(1), found: "only empty lines", accepted: "lines of numbers")
    }
  }

  func cell(_ row: Int, _ column: Int) -> Cell { cells[row * columns + column] }

  /// The text of a cell, with doubled quotes made single.
  func text(_ cell: Cell) -> String {
    let raw = bytes[cell.start..<cell.start + cell.length]
    guard cell.escaped else { return String(decoding: raw, as: UTF8.self) }
    var result: [UInt8] = []
    var skip = false
    for byte in raw {
      if byte == 0x22 && !skip {
        skip = true
        continue
      }
      skip = false
      result.append(byte)
    }
    return String(decoding: result, as: UTF8.self)
  }

  private mutating func parse(from start: Int) throws {
    var cells: [Cell] = []
    var lines: [Int] = []
    var columns = 0
    try bytes.withUnsafeBufferPointer { source in
      let end = source.count
      var (at, line) = (start, 1)
      while at < end {
        let (first, recordLine) = (cells.count, line)
        var more = true
        while more {
          let cell = try nextCell(source, &at, &line, column: cells.count - first + 1)
          cells.append(cell)
          more = at < end && source[at] == delimiter
          if more {
            at += 1
          } else if at < end {
            at += source[at] == 0x0d && at + 1 < end && source[at + 1] == 0x0a ? 2 : 1
            line += 1
          }
        }
        let count = cells.count - first
        if count == 1, cells[first].length == 0, !cells[first].quoted {
          cells.removeLast()
          continue
        }
        if lines.isEmpty { columns = count }
        guard count == columns else {
          throw DatasetError(.raggedRow, file: file, at: .line(recordLine), found: counted(count, "cell"),
            accepted: "\(columns), as on line \(lines[0])")
        }
        lines.append(recordLine)
      }
    }
    (self.cells, self.lines, self.columns) = (cells, lines, columns)
  }

  /// Reads one cell and stops at the delimiter or line end after it, or at the end of the file.
  private func nextCell(_ source: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ line: inout Int, column: Int) throws
    -> Cell {
    let end = source.count
    let start = at
    func isEnd(_ byte: UInt8) -> Bool { byte == delimiter || byte == 0x0a || byte == 0x0d }
    func tooLong() -> DatasetError {
      DatasetError(.tooLarge, file: file, at: .cell(line: line, column: column, name: nil),
        found: "a cell of more than \(Self.longestCell) bytes", accepted: "shorter cells")
    }
    guard at < end, source[at] == 0x22 else {
      while at < end, !isEnd(source[at]) { at += 1 }
      var (low, high) = (start, at)
      while low < high, source[low] == 0x20 || source[low] == 0x09 { low += 1 }
      while low < high, source[high - 1] == 0x20 || source[high - 1] == 0x09 { high -= 1 }
      guard high - low <= Self.longestCell else { throw tooLong() }
      return Cell(start: low, length: high - low, quoted: false, escaped: false)
    }
    let opened = line
    var escaped = false
    at += 1
    while true {
      guard at < end else {
        throw DatasetError(.quoting, file: file, at: .cell(line: opened, column: column, name: nil),
          found: "a quote that is never closed", accepted: "a closing quote")
      }
      if source[at] == 0x22 {
        guard at + 1 < end, source[at + 1] == 0x22 else { break }
        escaped = true
        at += 1
      } else if source[at] == 0x0a || (source[at] == 0x0d && !(at + 1 < end && source[at + 1] == 0x0a)) {
        line += 1
      }
      at += 1
    }
    let length = at - start - 1
    at += 1
    while at < end, source[at] == 0x20 { at += 1 }
    guard at == end || isEnd(source[at]) else {
      throw DatasetError(.quoting, file: file, at: .cell(line: line, column: column, name: nil),
        found: "\"\(excerpt(String(decoding: source[at..<min(at + 20, end)], as: UTF8.self)))\" after a closing quote",
        accepted: "a delimiter or the end of the line (a quote within quotes is written twice)")
    }
    guard length <= Self.longestCell else { throw tooLong() }
    return Cell(start: start + 1, length: length, quoted: true, escaped: escaped)
  }
}

/// Finding out which character separates the cells.
enum CSVDelimiter {
  /// The candidate of tab, semicolon and comma that occurs in the first line and has the same number in most of the
  /// first 50 lines, quoted text left out; of equally good ones the first of these three, because decimal commas
  /// make commas look regular where semicolons separate. A comma if none occurs.
  static func detect(_ bytes: ArraySlice<UInt8>) -> UInt8 {
    let candidates: [UInt8] = [0x09, 0x3b, 0x2c]
    var counts: [[Int]] = []
    var current = [0, 0, 0]
    var (inQuotes, isBlank) = (false, true)
    for byte in bytes.prefix(1 << 16) {
      if byte == 0x22 { inQuotes.toggle() }
      if byte == 0x0a || byte == 0x0d, !inQuotes {
        if !isBlank { counts.append(current) }
        (current, isBlank) = ([0, 0, 0], true)
        if counts.count == 50 { break }
      } else {
        isBlank = false
        if !inQuotes, let k = candidates.firstIndex(of: byte) { current[k] += 1 }
      }
    }
    if counts.isEmpty { counts.append(current) }
    var best: (delimiter: UInt8, agreeing: Int) = (0x2c, 0)
    for (k, candidate) in candidates.enumerated() where counts[0][k] > 0 {
      let agreeing = counts.count { $0[k] == counts[0][k] }
      if agreeing > best.agreeing { best = (candidate, agreeing) }
    }
    return best.delimiter
  }
}
