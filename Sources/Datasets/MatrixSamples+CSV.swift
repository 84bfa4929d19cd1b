extension MatrixSamples {
  /// Reads groups of columns of a CSV file, gzip-compressed or not.
  ///
  /// A group is a list with commas between; each part is a name, a number (1 is the first column, -1 the last), a
  /// range of either (`x1..x10`, `3..-2`, or `1-10` of numbers), or the beginning of names (`x*`). A name that a column
  /// really has comes first, whatever it looks like.
  ///
  /// ```swift
  /// let samples = try MatrixSamples(csv: "measured.csv", inputs: "x1..x10", outputs: "force,torque")
  /// ```
  ///
  /// - Parameters:
  ///   - inputs: the columns of x; by default all whose names begin with x.
  ///   - outputs: the columns of y; by default all whose names begin with y.
  ///   - options: the delimiter, and whether there is a header, where the reader should not find out.
  /// - Throws: ``DatasetError`` for columns that are not there or in both groups, and for cells without a finite
  ///   number.
  /// - Complexity: O(size of the file) time and memory.
  public init(csv path: String, inputs: String? = nil, outputs: String? = nil,
    options: ReadingOptions = ReadingOptions()) throws {
    self = try Self.named(csv: path, inputs: inputs, outputs: outputs, options: options).samples
  }

  /// The same with the names of the columns: the header's, or "column 1" and so on.
  ///
  /// - Throws: as ``init(csv:inputs:outputs:options:)``.
  public static func named(csv path: String, inputs: String? = nil, outputs: String? = nil,
    options: ReadingOptions = ReadingOptions()) throws
    -> (samples: MatrixSamples, inputNames: [String], outputNames: [String]) {
    try named(bytes: Dataset.csvBytes(path), file: path, inputs: inputs, outputs: outputs, options: options)
  }

  /// Reads the bytes of a CSV file; `file` is used in messages.
  init(bytes: [UInt8], file: String, inputs: String?, outputs: String?, options: ReadingOptions) throws {
    self = try Self.named(bytes: bytes, file: file, inputs: inputs, outputs: outputs, options: options).samples
  }

  private static func named(bytes: [UInt8], file: String, inputs: String?, outputs: String?,
    options: ReadingOptions) throws -> (samples: MatrixSamples, inputNames: [String], outputNames: [String]) {
    let layout = try CSVLayout(CSVTable(bytes: bytes, file: file, delimiter: options.delimiter), options)
    let x = try layout.columns(inputs ?? "x*", of: "inputs")
    let y = try layout.columns(outputs ?? "y*", of: "outputs")
    if let both = x.first(where: y.contains) {
      throw DatasetError(.missingColumn, file: file, at: .column(both + 1, name: layout.names[both]),
        found: "a column of both inputs and outputs", accepted: "groups without a common column")
    }
    let samples = MatrixSamples(
      x: try layout.numbers(x, options), y: try layout.numbers(y, options, rule: "outputs must be numbers"))
    return (samples, x.map { layout.names[$0] }, y.map { layout.names[$0] })
  }
}

extension CSVLayout {
  /// The columns of a group, in its order; see ``MatrixSamples/init(csv:inputs:outputs:options:)``.
  func columns(_ group: String, of role: String) throws -> [Int] {
    func fail(_ found: String) -> DatasetError {
      DatasetError(.missingColumn, file: table.file, at: .line(table.lines[0]), found: "\(found) for \(role)",
        accepted: "names, numbers from 1 to \(table.columns), ranges (x1..x10, 1-10) and beginnings (x*) of the "
          + "columns: " + listedNames)
    }
    var columns: [Int] = []
    for part in group.split(separator: ",", omittingEmptySubsequences: false).map({ $0.trimmingSpaces() }) {
      guard let found = try self.columns(part: part), !found.isEmpty else {
        throw fail("no column \"\(excerpt(part))\"")
      }
      columns += found
    }
    guard Set(columns).count == columns.count else { throw fail("a column twice in \"\(excerpt(group))\"") }
    return columns
  }

  private func columns(part: String) throws -> [Int]? {
    if let column = try column(part) { return [column] }
    if part.hasSuffix("*") {
      guard hasHeader else { return nil }
      let beginning = part.dropLast().lowercased()
      return names.indices.filter { names[$0].lowercased().hasPrefix(beginning) }
    }
    for separator in ["..", "-"] {
      guard let place = part.firstRange(of: separator) else { continue }
      let ends = [part[..<place.lowerBound], part[place.upperBound...]].map { $0.trimmingSpaces() }
      guard separator == ".." || ends.allSatisfy({ Int($0) != nil }), let first = try column(ends[0]),
        let last = try column(ends[1]), first <= last
      else { return nil }
      return Array(first...last)
    }
    return nil
  }
}
