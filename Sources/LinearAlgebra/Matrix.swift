/// A dense matrix in row-major order, a value type.
///
/// Row i is sample i wherever a matrix holds data. `elements[i * columns + j]` is entry (i, j).
///
/// ```swift
/// let a = Matrix<Double>([[1, 2], [3, 4]])
/// let b = a * a.transposed()      // 5 11 / 11 25
/// ```
public struct Matrix<Element: Scalar>: Equatable, Codable, Sendable {
  public private(set) var rows: Int
  public private(set) var columns: Int
  /// The entries, row after row. Whoever writes to it keeps its count at `rows * columns`.
  public var elements: [Element]

  public init(rows: Int, columns: Int, repeating value: Element = 0) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative size")
    self.rows = rows
    self.columns = columns
    elements = Array(repeating: value, count: rows * columns)
  }

  /// - Precondition: `elements.count == rows * columns`.
  public init(rows: Int, columns: Int, elements: [Element]) {
    precondition(elements.count == rows * columns, "\(elements.count) elements do not fill \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// Fills entry (i, j) with `entry(i, j)`, row after row.
  @inlinable public init(rows: Int, columns: Int, entry: (Int, Int) throws -> Element) rethrows {
    self.init(rows: rows, columns: columns)
    for i in 0..<rows {
      for j in 0..<columns { elements[i * columns + j] = try entry(i, j) }
    }
  }

  /// - Precondition: all rows have the same length.
  public init(_ rows: [[Element]]) {
    precondition(rows.allSatisfy { $0.count == rows[0].count }, "the rows differ in length")
    self.init(rows: rows.count, columns: rows.first?.count ?? 0, elements: rows.flatMap { $0 })
  }

  public static func identity(_ n: Int) -> Matrix {
    Matrix(rows: n, columns: n) { $0 == $1 ? 1 : 0 }
  }

  @inlinable public subscript(i: Int, j: Int) -> Element {
    get { elements[i * columns + j] }
    set { elements[i * columns + j] = newValue }
  }

  public func row(_ i: Int) -> ArraySlice<Element> { elements[i * columns..<(i + 1) * columns] }

  public func column(_ j: Int) -> [Element] { (0..<rows).map { self[$0, j] } }

  /// The given rows in the given order.
  public func selectingRows(_ indices: some Sequence<Int>) -> Matrix {
    let chosen = Array(indices)
    var result: [Element] = []
    result.reserveCapacity(chosen.count * columns)
    for i in chosen { result.append(contentsOf: row(i)) }
    return Matrix(rows: chosen.count, columns: columns, elements: result)
  }

  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func transposed() -> Matrix {
    var result = Matrix(rows: columns, columns: rows)
    withView { a in result.withMutableView { $0.copyTransposed(a) } }
    return result
  }

  @inlinable public func map<Other: Scalar>(_ transform: (Element) throws -> Other) rethrows -> Matrix<Other> {
    Matrix<Other>(rows: rows, columns: columns, elements: try elements.map(transform))
  }

  /// Lends the matrix as a view; the view must not outlive the closure.
  @inlinable public func withView<R>(_ body: (MatrixView<Element>) throws -> R) rethrows -> R {
    try elements.withUnsafeBufferPointer {
      try body(MatrixView($0.baseAddress ?? emptyPointer(), rows: rows, columns: columns))
    }
  }

  /// Lends the matrix as a view that writes; the view must not outlive the closure.
  @inlinable public mutating func withMutableView<R>(_ body: (MutableMatrixView<Element>) throws -> R) rethrows -> R {
    let (rows, columns) = (rows, columns)
    return try elements.withUnsafeMutableBufferPointer {
      try body(MutableMatrixView($0.baseAddress ?? emptyMutablePointer(), rows: rows, columns: columns))
    }
  }
}

/// A well-aligned address that is never read: the base of an empty view.
@usableFromInline func emptyPointer<T>() -> UnsafePointer<T> { UnsafePointer(bitPattern: 64)! }
@usableFromInline func emptyMutablePointer<T>() -> UnsafeMutablePointer<T> { UnsafeMutablePointer(bitPattern: 64)! }
