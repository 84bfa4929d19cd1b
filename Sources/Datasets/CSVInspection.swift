/// What the columns of a CSV file hold, before anything in them is called an error.
///
/// ```swift
/// for column in try CSVInspection(path: "data.csv").columns where column.missing > 0 {
///   print(column.name, column.missing, "missing, first on line", column.firstMissingLine!)
/// }
/// ```
public struct CSVInspection: Codable, Equatable, Sendable {
  public struct Column: Codable, Equatable, Sendable {
    public let name: String
    public var numbers = 0
    public var missing = 0
    public var texts = 0
    /// The number of different cells, nil if there are more than ``CSVInspection/mostDistinct``.
    public var distinct: Int?
    /// Smallest and largest number; nil without numbers.
    public var minimum: Double?
    public var maximum: Double?
    public var firstMissingLine: Int?
    public var firstTextLine: Int?
    public var firstText: String?
  }

  /// Up to so many different cells of a column are counted.
  public static let mostDistinct = 1000

  public let file: String
  public let rows: Int
  public let hasHeader: Bool
  public let delimiter: String
  public let columns: [Column]
  /// The columns that would be the target, as indices.
  public let target: [Int]

  /// - Throws: ``DatasetError`` for files without a regular layout: ragged lines, open quotes, no lines of data.
  public init(path: String, options: ReadingOptions = ReadingOptions()) throws {
    try self.init(bytes: Dataset.csvBytes(path), file: path, options: options)
  }

  /// Inspects the bytes of a CSV file; `file` is only used in messages.
  public init(bytes: [UInt8], file: String, options: ReadingOptions = ReadingOptions()) throws {
    let table = try CSVTable(bytes: bytes, file: file, delimiter: options.delimiter)
    let layout = try CSVLayout(table, options)
    self.file = file
    rows = layout.rows
    hasHeader = layout.hasHeader
    delimiter = String(UnicodeScalar(table.delimiter))
    columns = layout.names.enumerated().map { Self.column($1, $0, layout) }
    target = table.columns == 1 && options.target == nil ? [] : try layout.targetColumns(options.target)
  }

  private static func column(_ name: String, _ j: Int, _ layout: CSVLayout) -> Column {
    var result = Column(name: name)
    var seen: Set<String>? = []
    for row in layout.firstRow..<layout.table.rows {
      let (cell, line) = (layout.table.cell(row, j), layout.table.lines[row])
      switch layout.table.content(cell) {
      case .number(let value):
        result.numbers += 1
        result.minimum = min(result.minimum ?? value, value)
        result.maximum = max(result.maximum ?? value, value)
      case .missing:
        result.missing += 1
        if result.firstMissingLine == nil { result.firstMissingLine = line }
      case .text:
        result.texts += 1
        if result.firstTextLine == nil {
          result.firstTextLine = line
          result.firstText = excerpt(layout.table.text(cell))
        }
      }
      seen?.insert(layout.table.text(cell))
      if let count = seen?.count, count > mostDistinct { seen = nil }
    }
    result.distinct = seen?.count
    return result
  }
}
