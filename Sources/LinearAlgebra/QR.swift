/// The thin factorization A = Q R by Householder reflections.
///
/// For m x n and k = min(m, n): Q is m x k with orthonormal columns, R is k x n, zero below its diagonal and with a
/// diagonal that is not negative. For full column rank that makes Q and R unique, so that Q is a function of A and not
/// of the library.
///
/// ```swift
/// let f = try QR(Matrix<Double>([[3, 1], [4, 2]]))
/// f.r[0, 0]       // 5
/// ```
public struct QR<Element: Scalar>: Sendable {
  public let q: Matrix<Element>
  public let r: Matrix<Element>

  /// - Throws: ``LinearAlgebraError``: not finite.
  /// - Complexity: about 4 m n k operations.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ a: Matrix<Element>) throws(LinearAlgebraError) {
    try a.requireFinite()
    let (m, n, k) = (a.rows, a.columns, min(a.rows, a.columns))
    var work = a, r = Matrix<Element>(rows: k, columns: n), q = Matrix<Element>(rows: m, columns: k)
    guard k > 0 else {
      (self.q, self.r) = (q, r)
      return
    }
    // LAPACK sees the row-major A as A^T = L Q', so that R = L^T and Q = Q'^T lie in memory as wanted.
    var tau = [Element](repeating: 0, count: k)
    var info = work.withMutableView { v in
      tau.withUnsafeMutableBufferPointer { Element.gelqf(n, m, v.pointer, v.stride, $0.baseAddress!) }
    }
    if info == lapackNoMemory { throw .outOfMemory(method: "the QR factorization") }
    precondition(info == 0)
    for i in 0..<k {
      for j in i..<n { r[i, j] = work[i, j] }
    }
    for i in 0..<m {
      for j in 0..<k { q[i, j] = work[i, j] }
    }
    info = q.withMutableView { v in
      tau.withUnsafeBufferPointer { Element.orglq(k, m, k, v.pointer, v.stride, $0.baseAddress!) }
    }
    if info == lapackNoMemory { throw .outOfMemory(method: "the orthogonal factor") }
    precondition(info == 0)
    for i in 0..<k where r[i, i] < 0 {
      for j in i..<n { r[i, j] = -r[i, j] }
      for row in 0..<m { q[row, i] = -q[row, i] }
    }
    (self.q, self.r) = (q, r)
  }

  /// The x that minimises |A x - b|, for m >= n and full column rank.
  ///
  /// - Throws: ``LinearAlgebraError/singular(pivot:)`` when |R_ii| <= m eps max |R_jj|; for such matrices
  ///   ``LeastSquares`` finds the shortest of the many solutions.
  /// - Complexity: 2 m n + n^2 operations.
  public func leastSquares(_ b: [Element]) throws(LinearAlgebraError) -> [Element] {
    if b.count != q.rows { throw .sizesDoNotFit("\(b.count) entries on the right, the matrix has \(q.rows) rows") }
    return try leastSquares(Matrix(rows: b.count, columns: 1, elements: b)).elements
  }

  /// The least-squares solutions for several right-hand sides, the columns of B.
  public func leastSquares(_ b: Matrix<Element>) throws(LinearAlgebraError) -> Matrix<Element> {
    let (m, n) = (q.rows, r.columns)
    if b.rows != m { throw .sizesDoNotFit("\(b.rows) rows on the right, the matrix has \(m) rows") }
    if m < n { throw .sizesDoNotFit("\(m) equations do not determine \(n) unknowns") }
    let largest = (0..<n).map { r[$0, $0] }.max() ?? 0
    let bound = Element(m) * Element.ulpOfOne * largest
    if let pivot = (0..<n).first(where: { r[$0, $0] <= bound }) { throw .singular(pivot: pivot) }
    var x = Matrix.product(q, .yes, b)
    guard n > 0 && b.columns > 0 else { return x }
    r.withView { r in
      x.withMutableView { x in
        Element.trsm(
          left: true, lower: false, transpose: false, unit: false, n, x.columns, 1, r.pointer, r.stride, x.pointer,
          x.stride)
      }
    }
    return x
  }
}

extension Matrix {
  /// Orthonormal columns that span what the columns of this matrix span: the Q of ``QR``.
  ///
  /// Of a matrix with independent standard normal entries this is distributed uniformly (by Haar's measure) over the
  /// matrices with orthonormal columns, thanks to the fixed signs.
  /// - Precondition: at least as many rows as columns, else the result has fewer columns.
  public func orthonormalized() throws(LinearAlgebraError) -> Matrix { try QR(self).q }
}
