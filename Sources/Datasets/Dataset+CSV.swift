import LinearAlgebra

extension Dataset {
  /// Reads a CSV file, gzip-compressed or not: inputs are numbers, the target numbers or text.
  ///
  /// The delimiter (tab, semicolon or comma), the header and the target's kind are found out unless `options` say; see
  /// ``ReadingOptions``. Text in an input column is an error. So is a missing value (an empty cell, NA, N/A, NaN, null
  /// or ?) when the data are for training.
  /// - Complexity: O(size); about 16 bytes for each cell besides the file itself.
  public static func readCSV(_ path: String, _ options: ReadingOptions = ReadingOptions()) throws -> Dataset {
    try readCSV(bytes: csvBytes(path), file: path, options)
  }

  /// Reads the bytes of a CSV file; `file` gives the name and is used in messages.
  public static func readCSV(bytes: [UInt8], file: String, _ options: ReadingOptions = ReadingOptions()) throws
    -> Dataset {
    let table = try CSVTable(bytes: bytes, file: file, delimiter: options.delimiter)
    let layout = try CSVLayout(table, options)
    let targets = try layout.targetColumns(options.target)
    let inputs = (0..<table.columns).filter { !targets.contains($0) }
    return Dataset(name: baseName(file), inputs: try layout.numbers(inputs, options),
      inputNames: inputs.map { layout.names[$0] }, target: try layout.target(targets, options), source: fileName(file))
  }

  static func csvBytes(_ path: String) throws -> [UInt8] {
    let bytes = try readFile(path)
    return bytes.starts(with: [0x1f, 0x8b]) ? try gunzip(bytes, file: path, limit: maximumDatasetBytes) : bytes
  }
}

extension CSVLayout {
  /// The class that stands for a missing label when data are only inspected.
  static let missingClass = "(missing)"

  /// Columns as a matrix.
  func numbers(_ columns: [Int], _ options: ReadingOptions, rule: String = "inputs must be numbers") throws
    -> Matrix<Double> {
    var elements: [Double] = []
    elements.reserveCapacity(rows * columns.count)
    try table.bytes.withUnsafeBufferPointer { source in
      for row in firstRow..<table.rows {
        for column in columns {
          let cell = table.cell(row, column)
          let text = UnsafeBufferPointer(rebasing: source[cell.start..<cell.start + cell.length])
          if let value = decimal(text), value.isFinite {
            elements.append(value)
          } else {
            elements.append(try number(row, column, rule, options))
          }
        }
      }
    }
    return Matrix(rows: rows, columns: columns.count, elements: elements)
  }

  /// The number in a cell; NaN for a missing one if the data are only inspected.
  func number(_ row: Int, _ column: Int, _ rule: String, _ options: ReadingOptions) throws -> Double {
    let cell = table.cell(row, column)
    switch table.content(cell) {
    case .number(let value):
      guard value.isFinite else {
        throw DatasetError(.notFinite, file: table.file, at: place(row, column),
          found: "\"\(excerpt(table.text(cell)))\"", accepted: "a finite number")
      }
      return value
    case .missing:
      guard options.purpose == .inspection else { throw missing(row, column) }
      return .nan
    case .text:
      let text = table.text(cell)
      let isDecimalComma = text.allSatisfy { "0123456789,+-".contains($0) } && text.count { $0 == "," } == 1
      let hint = isDecimalComma ? ", with a point for the decimal comma"
        : row == 0 && options.header != .absent ? " (if this line holds names, say that there is a header)" : ""
      throw DatasetError(.notANumber, file: table.file, at: place(row, column), found: "\"\(excerpt(text))\"",
        accepted: "a number (\(rule))" + hint)
    }
  }

  func target(_ columns: [Int], _ options: ReadingOptions) throws -> Dataset.Target {
    guard let column = columns.first else { return .none }
    let rows = firstRow..<table.rows
    if columns.count > 1 {
      let rule = "several target columns are values"
      let values = try Matrix<Double>(rows: self.rows, columns: columns.count) {
        try number($0 + firstRow, columns[$1], rule, options)
      }
      return .values(values, names: columns.map { names[$0] })
    }
    var (numbers, texts) = (0, 0)
    for row in rows {
      switch table.content(table.cell(row, column)) {
      case .number: numbers += 1
      case .text: texts += 1
      case .missing: if options.purpose == .training { throw missing(row, column) }
      }
    }
    // A few words among numbers are mistakes, many are classes; whoever means them as classes can say so.
    if texts > 0, options.task == .classification || (options.task == .automatic && texts >= numbers) {
      return TargetInference.labels([rows.map { textOrMissing($0, column) }])[0]
    }
    let rule = options.task == .regression ? "a regression target is a number"
      : "most of this target's values are numbers; text classes must be asked for"
    let values = try rows.map { try number($0, column, rule, options) }
    let present = values.filter { !$0.isNaN }
    if options.task == .classification || (options.task == .automatic && TargetInference.areClasses(present)) {
      if present.count == values.count { return TargetInference.labels([values])[0] }
      return TargetInference.labels([values.map { $0.isNaN ? Self.missingClass : TargetInference.numberName($0) }])[0]
    }
    return .values(Matrix(rows: values.count, columns: 1, elements: values), names: [names[column]])
  }

  private func textOrMissing(_ row: Int, _ column: Int) -> String {
    let cell = table.cell(row, column)
    if case .missing = table.content(cell) { return Self.missingClass }
    return table.text(cell)
  }

  private func missing(_ row: Int, _ column: Int) -> DatasetError {
    let text = table.text(table.cell(row, column))
    return DatasetError(.missingValue, file: table.file, at: place(row, column),
      found: text.isEmpty ? "an empty cell" : "\"\(excerpt(text))\"",
      accepted: "a value; remove the line or fill it in before training")
  }
}
