/// The thin singular value decomposition A = U diag(s) V^T of an m x n matrix.
///
/// With k = min(m, n): U is m x k, V^T is k x n, both with orthonormal columns and rows.
///
/// ```swift
/// let d = try SVD(Matrix<Double>([[3, 0], [4, 0], [0, 0]]))
/// d.singularValues      // [5, 0]
/// d.rank()              // 1
/// ```
///
/// Computed by LAPACK's divide and conquer (`gesdd`). Each s_i is accurate to about max(m, n) eps s_max.
public struct SVD<Element: Scalar>: Sendable {
  /// s, descending, not negative.
  public let singularValues: [Element]
  /// U: column i is the i-th left singular vector.
  public let u: Matrix<Element>
  /// V^T: row i is the i-th right singular vector.
  public let vTransposed: Matrix<Element>

  /// - Throws: ``LinearAlgebraError``: not finite, not converged.
  /// - Complexity: about 6 m n k + 20 k^3 operations.
  public init(_ a: Matrix<Element>) throws(LinearAlgebraError) {
    try a.requireFinite()
    let k = min(a.rows, a.columns)
    var u = Matrix<Element>(rows: a.rows, columns: k), vt = Matrix<Element>(rows: k, columns: a.columns)
    var s = [Element](repeating: 0, count: k)
    if k > 0 {
      var work = a
      // The row-major A is the column-major A^T = V diag(s) U^T, so that LAPACK's U is our V and each result already
      // lies in memory as the row-major matrix that is wanted.
      let info = work.withMutableView { w in
        u.withMutableView { u in vt.withMutableView { vt in s.withUnsafeMutableBufferPointer {
          Element.gesdd(
            vectors: true, w.columns, w.rows, w.pointer, w.stride, $0.baseAddress!, vt.pointer, vt.stride, u.pointer,
            u.stride)
        } } }
      }
      try requireConvergence(info, "The singular value iteration")
    }
    (singularValues, self.u, vTransposed) = (s, u, vt)
  }

  /// The singular values alone, descending.
  /// - Complexity: about 4 m n k operations.
  public static func values(_ a: Matrix<Element>) throws(LinearAlgebraError) -> [Element] {
    try a.requireFinite()
    let k = min(a.rows, a.columns)
    var s = [Element](repeating: 0, count: k)
    guard k > 0 else { return s }
    var work = a
    let info = work.withMutableView { w in
      s.withUnsafeMutableBufferPointer {
        Element.gesdd(
          vectors: false, w.columns, w.rows, w.pointer, w.stride, $0.baseAddress!, emptyMutablePointer(), w.columns,
          emptyMutablePointer(), k)
      }
    }
    try requireConvergence(info, "The singular value iteration")
    return s
  }

  /// The singular values that exceed `tolerance`, by default max(m, n) eps s_max; see ``numericalRank(_:tolerance:)``.
  public func rank(tolerance: Element? = nil) -> Int {
    let bound = tolerance ?? rankTolerance(u.rows, vTransposed.columns, singularValues.first ?? 0)
    return singularValues.count { $0 > bound }
  }

  /// A^+ b = V diag(1/s) U^T b over the singular values above the tolerance: the shortest x that minimises |A x - b|.
  public func pseudoInverse(times b: [Element], tolerance: Element? = nil) -> [Element] {
    let x = pseudoInverse(times: Matrix(rows: b.count, columns: 1, elements: b), tolerance: tolerance)
    return x.elements
  }

  /// A^+ B for several right-hand sides, the columns of the m x p matrix B.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func pseudoInverse(times b: Matrix<Element>, tolerance: Element? = nil) -> Matrix<Element> {
    precondition(b.rows == u.rows, "\(b.rows) right-hand rows for a matrix of \(u.rows) rows")
    let kept = rank(tolerance: tolerance)
    var coordinates = Matrix.product(u, .yes, b)
    for i in 0..<coordinates.rows {
      for j in 0..<coordinates.columns {
        coordinates[i, j] = i < kept ? coordinates[i, j] / singularValues[i] : 0
      }
    }
    return Matrix.product(vTransposed, .yes, coordinates)
  }

  /// A^+, n x m.
  public func pseudoInverse(tolerance: Element? = nil) -> Matrix<Element> {
    pseudoInverse(times: .identity(u.rows), tolerance: tolerance)
  }

  /// s_max / s_min, infinite when s_min is 0; 1 for an empty matrix.
  public var conditionNumber: Element {
    guard let most = singularValues.first, let least = singularValues.last else { return 1 }
    return least > 0 ? most / least : .infinity
  }
}

/// max(m, n) eps s_max: what rounding errors of the decomposition itself can make of a singular value that is 0.
@inlinable public func rankTolerance<Element: Scalar>(_ m: Int, _ n: Int, _ largest: Element) -> Element {
  Element(max(m, n)) * Element.ulpOfOne * largest
}

/// The number of singular values of `a` above `tolerance`, by default max(m, n) eps s_max.
///
/// That default tells zero from rounding errors of the decomposition. Where the entries themselves carry errors of
/// size delta, pass max(m, n) delta or more.
/// - Complexity: about 4 m n min(m, n) operations.
public func numericalRank<Element: Scalar>(
  _ a: Matrix<Element>, tolerance: Element? = nil
) throws(LinearAlgebraError) -> Int {
  let s = try SVD.values(a)
  let bound = tolerance ?? rankTolerance(a.rows, a.columns, s.first ?? 0)
  return s.count { $0 > bound }
}
