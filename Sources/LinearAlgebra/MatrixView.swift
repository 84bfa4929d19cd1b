/// A borrowed row-major matrix: a pointer, a size and the distance between rows.
///
/// Views cost nothing and may point into a larger buffer (one flat parameter vector, a block of samples). They do not
/// own their memory: use one only where its owner is alive and, for a ``MutableMatrixView``, not otherwise accessed.
/// They may cross threads, which is how blocks of samples are shared out.
public struct MatrixView<Element: Scalar>: @unchecked Sendable {
  public let pointer: UnsafePointer<Element>
  public let rows: Int
  public let columns: Int
  /// Elements from one row to the next, at least `columns`.
  public let stride: Int

  @inlinable public init(_ pointer: UnsafePointer<Element>, rows: Int, columns: Int, stride: Int? = nil) {
    self.pointer = pointer
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  @inlinable public subscript(i: Int, j: Int) -> Element {
    assert(i >= 0 && i < rows && j >= 0 && j < columns)
    return pointer[i * stride + j]
  }

  @inlinable public func rows(_ range: Range<Int>) -> MatrixView {
    assert(range.lowerBound >= 0 && range.upperBound <= rows)
    return MatrixView(pointer + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  @inlinable public func columns(_ range: Range<Int>) -> MatrixView {
    assert(range.lowerBound >= 0 && range.upperBound <= columns)
    return MatrixView(pointer + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  @inlinable public func row(_ i: Int) -> UnsafePointer<Element> { pointer + i * stride }
}

/// A borrowed row-major matrix that can be written; see ``MatrixView``.
public struct MutableMatrixView<Element: Scalar>: @unchecked Sendable {
  public let pointer: UnsafeMutablePointer<Element>
  public let rows: Int
  public let columns: Int
  /// Elements from one row to the next, at least `columns`.
  public let stride: Int

  @inlinable public init(_ pointer: UnsafeMutablePointer<Element>, rows: Int, columns: Int, stride: Int? = nil) {
    self.pointer = pointer
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  @inlinable public subscript(i: Int, j: Int) -> Element {
    get {
      assert(i >= 0 && i < rows && j >= 0 && j < columns)
      return pointer[i * stride + j]
    }
    nonmutating set {
      assert(i >= 0 && i < rows && j >= 0 && j < columns)
      pointer[i * stride + j] = newValue
    }
  }

  @inlinable public func rows(_ range: Range<Int>) -> MutableMatrixView {
    assert(range.lowerBound >= 0 && range.upperBound <= rows)
    return MutableMatrixView(pointer + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  @inlinable public func columns(_ range: Range<Int>) -> MutableMatrixView {
    assert(range.lowerBound >= 0 && range.upperBound <= columns)
    return MutableMatrixView(pointer + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  @inlinable public func row(_ i: Int) -> UnsafeMutablePointer<Element> { pointer + i * stride }

  /// The same memory, for reading.
  @inlinable public var readOnly: MatrixView<Element> {
    MatrixView(pointer, rows: rows, columns: columns, stride: stride)
  }

  @inlinable public func fill(_ value: Element) {
    for i in 0..<rows { row(i).update(repeating: value, count: columns) }
  }
}
