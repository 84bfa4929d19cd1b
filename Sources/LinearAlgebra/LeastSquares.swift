/// The shortest x among those that minimise |A x - b|, for any shape and rank of A.
///
///     x = A^+ b
///
/// Singular values up to the tolerance, by default max(m, n) eps s_max, count as zero. Keeping the decomposition lets
/// several right-hand sides share its cost.
///
/// ```swift
/// let fit = try LeastSquares(Matrix<Double>([[1, 1], [1, 1]]))
/// fit.solve([1, 3]).x      // [1, 1]: 2 is the best common value, shared evenly
/// fit.rank                 // 1
/// ```
public struct LeastSquares<Element: Scalar>: Sendable {
  public let svd: SVD<Element>
  /// Singular values that count.
  public let rank: Int
  private let matrix: Matrix<Element>
  private let tolerance: Element

  /// - Throws: ``LinearAlgebraError``: not finite, not converged.
  /// - Complexity: about 6 m n k + 20 k^3 operations, k = min(m, n).
  public init(_ a: Matrix<Element>, tolerance: Element? = nil) throws(LinearAlgebraError) {
    svd = try SVD(a)
    self.tolerance = tolerance ?? rankTolerance(a.rows, a.columns, svd.singularValues.first ?? 0)
    rank = svd.rank(tolerance: self.tolerance)
    matrix = a
  }

  /// The shortest minimiser and the norm |A x - b| that is left.
  /// - Complexity: 4 m n operations.
  public func solve(_ b: [Element]) -> (x: [Element], residual: Element) {
    precondition(b.count == matrix.rows, "\(b.count) entries on the right, the matrix has \(matrix.rows) rows")
    let x = svd.pseudoInverse(times: b, tolerance: tolerance)
    let rest = zip(matrix * x, b).map { $0 - $1 }
    return (x, rest.withUnsafeBufferPointer { $0.isEmpty ? 0 : Element.norm2($0.count, $0.baseAddress!) })
  }

  /// The shortest minimisers for several right-hand sides, the columns of B.
  public func solve(_ b: Matrix<Element>) -> Matrix<Element> { svd.pseudoInverse(times: b, tolerance: tolerance) }
}
