/// Whether a product takes a matrix as it stands or transposed.
public enum Transpose: Sendable { case no, yes }

extension MutableMatrixView {
  /// C <- alpha op(A) op(B) + beta C.
  ///
  /// - Precondition: the sizes fit; C does not overlap A or B.
  /// - Complexity: 2 m n k operations in one BLAS call on the calling thread.
  public func multiply(
    _ a: MatrixView<Element>, _ transposeA: Transpose = .no, _ b: MatrixView<Element>, _ transposeB: Transpose = .no,
    alpha: Element = 1, beta: Element = 0
  ) {
    let (m, k) = transposeA == .yes ? (a.columns, a.rows) : (a.rows, a.columns)
    let (kb, n) = transposeB == .yes ? (b.columns, b.rows) : (b.rows, b.columns)
    precondition(k == kb && m == rows && n == columns, "sizes do not fit: (\(m) x \(k)) (\(kb) x \(n)) -> \(rows) x \(columns)")
    guard m > 0 && n > 0 else { return }
    guard k > 0 else {
      for i in 0..<rows { Element.scale(columns, beta, row(i)) }
      return
    }
    Element.gemm(
      transposeA == .yes, transposeB == .yes, m, n, k, alpha, a.pointer, a.stride, b.pointer, b.stride, beta, pointer,
      stride)
  }

  /// The lower triangle of C <- alpha A A^T + beta C, or A^T A when transposed; the upper triangle is left alone.
  public func multiplyBySelf(_ a: MatrixView<Element>, _ transpose: Transpose = .no, alpha: Element = 1, beta: Element = 0) {
    let (n, k) = transpose == .yes ? (a.columns, a.rows) : (a.rows, a.columns)
    precondition(n == rows && n == columns, "C must be \(n) x \(n), is \(rows) x \(columns)")
    guard n > 0 else { return }
    Element.syrk(transpose == .yes, n, k, alpha, a.pointer, a.stride, beta, pointer, stride)
  }

  /// A <- A + alpha x y^T, with `x` of `rows` and `y` of `columns` elements.
  public func addOuterProduct(_ x: UnsafePointer<Element>, _ y: UnsafePointer<Element>, alpha: Element = 1) {
    guard rows > 0 && columns > 0 else { return }
    Element.ger(rows, columns, alpha, x, y, pointer, stride)
  }

  /// Copies the lower triangle onto the upper.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func mirrorLowerTriangle() {
    precondition(rows == columns)
    // By tiles, so that neither the rows read nor the columns written fall out of the cache.
    let tile = 32
    for i0 in Swift.stride(from: 0, to: rows, by: tile) {
      for j0 in Swift.stride(from: 0, through: i0, by: tile) {
        for i in i0..<min(i0 + tile, rows) {
          for j in j0..<min(j0 + tile, i) { pointer[j * self.stride + i] = pointer[i * self.stride + j] }
        }
      }
    }
  }
}

extension MatrixView {
  /// y <- alpha op(A) x + beta y. The caller vouches for the lengths of `x` and `y`.
  public func apply(
    _ transpose: Transpose = .no, to x: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>,
    alpha: Element = 1, beta: Element = 0
  ) {
    guard rows > 0 && columns > 0 else {
      Element.scale(transpose == .yes ? columns : rows, beta, y)
      return
    }
    Element.gemv(transpose == .yes, rows, columns, alpha, pointer, stride, x, beta, y)
  }
}

extension Matrix {
  /// op(A) op(B) as a new matrix.
  public static func product(
    _ a: Matrix, _ transposeA: Transpose = .no, _ b: Matrix, _ transposeB: Transpose = .no
  ) -> Matrix {
    var c = Matrix(
      rows: transposeA == .yes ? a.columns : a.rows, columns: transposeB == .yes ? b.rows : b.columns)
    a.withView { a in b.withView { b in c.withMutableView { $0.multiply(a, transposeA, b, transposeB) } } }
    return c
  }

  public static func * (a: Matrix, b: Matrix) -> Matrix { product(a, .no, b) }

  public static func * (a: Matrix, x: [Element]) -> [Element] {
    precondition(a.columns == x.count, "\(a.rows) x \(a.columns) times a vector of \(x.count)")
    var y = [Element](repeating: 0, count: a.rows)
    if a.rows > 0 && a.columns > 0 {
      a.withView { a in x.withUnsafeBufferPointer { x in y.withUnsafeMutableBufferPointer { y in
        a.apply(to: x.baseAddress!, into: y.baseAddress!)
      } } }
    }
    return y
  }
}
