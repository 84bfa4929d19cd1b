/// The factorization P A = L U of a square matrix with partial pivoting.
///
/// A singular matrix factors too; only `solve` and `inverse` refuse it.
///
/// ```swift
/// let f = try LU(Matrix<Double>([[0, 2], [3, 4]]))
/// f.determinant          // -6
/// try f.solve([2, 7])    // [1, 1]
/// ```
public struct LU<Element: Scalar>: Sendable {
  /// LAPACK's factors of A^T (a row-major matrix is its transpose to LAPACK), in its storage.
  private var factors: Matrix<Element>
  private var pivots: [Int32]
  /// The first pivot (counted from 0) that is exactly zero, if any.
  public let vanishingPivot: Int?
  /// The largest absolute row sum of A, which is the 1-norm of A^T.
  private let norm: Element

  /// - Throws: ``LinearAlgebraError``: not square, not finite.
  /// - Complexity: 2/3 n^3 operations.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ a: Matrix<Element>) throws(LinearAlgebraError) {
    try a.requireSquare()
    try a.requireFinite()
    let n = a.rows
    var factors = a, pivots = [Int32](repeating: 0, count: n)
    var info = 0
    if n > 0 {
      info = factors.withMutableView { v in
        pivots.withUnsafeMutableBufferPointer { Element.getrf(n, n, v.pointer, v.stride, $0.baseAddress!) }
      }
    }
    precondition(info >= 0)
    norm = (0..<n).map { i in a.row(i).reduce(0) { $0 + $1.magnitude } }.max() ?? 0
    (self.factors, self.pivots, vanishingPivot) = (factors, pivots, info > 0 ? info - 1 : nil)
  }

  private var order: Int { factors.rows }

  private func requireRegular() throws(LinearAlgebraError) {
    if let vanishingPivot { throw .singular(pivot: vanishingPivot) }
  }

  /// A^-1 b.
  /// - Throws: ``LinearAlgebraError/singular(pivot:)`` when a pivot is exactly zero, or the sizes do not fit.
  /// - Complexity: 2 n^2 operations.
  public func solve(_ b: [Element]) throws(LinearAlgebraError) -> [Element] {
    if b.count != order { throw .sizesDoNotFit("\(b.count) entries on the right, the matrix has order \(order)") }
    try requireRegular()
    var x = b
    solve(&x, columns: 1)
    return x
  }

  /// A^-1 B for several right-hand sides, the columns of B.
  public func solve(_ b: Matrix<Element>) throws(LinearAlgebraError) -> Matrix<Element> {
    if b.rows != order { throw .sizesDoNotFit("\(b.rows) rows on the right, the matrix has order \(order)") }
    try requireRegular()
    var columns = b.transposed().elements
    solve(&columns, columns: b.columns)
    return Matrix(rows: b.columns, columns: order, elements: columns).transposed()
  }

  /// Right-hand sides lie one after the other.
  private func solve(_ x: inout [Element], columns: Int) {
    guard order > 0 && columns > 0 else { return }
    let info = factors.withView { f in
      pivots.withUnsafeBufferPointer { p in
        x.withUnsafeMutableBufferPointer {
          Element.getrs(
            transpose: true, order, columns, f.pointer, f.stride, p.baseAddress!, $0.baseAddress!, order)
        }
      }
    }
    precondition(info == 0)
  }

  /// A^-1. To solve equations, ``solve(_:)-([Element])`` is quicker and more accurate.
  /// - Complexity: 4/3 n^3 operations after the factorization.
  public func inverse() throws(LinearAlgebraError) -> Matrix<Element> {
    try requireRegular()
    guard order > 0 else { return factors }
    var inverse = factors
    let info = inverse.withMutableView { v in
      pivots.withUnsafeBufferPointer { Element.getri(order, v.pointer, v.stride, $0.baseAddress!) }
    }
    if info == lapackNoMemory { throw .outOfMemory(method: "the inverse") }
    precondition(info == 0)
    return inverse
  }

  /// det A, which over- or underflows early; see ``logDeterminant``.
  public var determinant: Element {
    (0..<order).reduce(permutationSign) { $0 * factors[$1, $1] }
  }

  /// log |det A| and the sign of det A: -1, 0 or 1.
  public var logDeterminant: (logarithm: Element, sign: Element) {
    var logarithm: Element = 0, sign = permutationSign
    for i in 0..<order {
      let pivot = factors[i, i]
      if pivot == 0 { return (-.infinity, 0) }
      logarithm += Element.log(pivot.magnitude)
      if pivot < 0 { sign = -sign }
    }
    return (logarithm, sign)
  }

  private var permutationSign: Element {
    (0..<order).count { pivots[$0] != Int32($0 + 1) } % 2 == 0 ? 1 : -1
  }

  /// An estimate of 1 / (|A| |A^-1|) in the maximum norm, between 0 and 1; below eps a solution has no correct digit.
  ///
  /// Seldom too large by more than a factor of 3 (LAPACK `gecon`).
  /// - Complexity: O(n^2).
  public var reciprocalCondition: Element {
    guard order > 0 else { return 1 }
    guard vanishingPivot == nil else { return 0 }
    var result: Element = 0
    let info = factors.withView { Element.gecon(order, $0.pointer, $0.stride, norm1: norm, &result) }
    precondition(info == 0, "the condition estimate had no memory")
    return result
  }
}
