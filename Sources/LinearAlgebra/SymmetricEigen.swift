/// The spectral decomposition A = V diag(values) V^T of a symmetric matrix.
///
/// ```swift
/// let e = try SymmetricEigen(Matrix<Double>([[2, 1], [1, 2]]))
/// e.values                // [1, 3]
/// e.vectors.column(1)     // a unit vector along (1, 1)
/// ```
///
/// Computed by LAPACK's divide and conquer (`syevd`). The values are accurate to about n eps |A|_2, small ones
/// therefore only absolutely, not relatively. The sign of a vector, and the basis of a multiple value's space, are
/// arbitrary.
public struct SymmetricEigen<Element: Scalar>: Sendable {
  /// The eigenvalues in ascending order.
  public let values: [Element]
  /// Column j is the unit eigenvector of `values[j]`; the columns are orthogonal.
  public let vectors: Matrix<Element>

  /// Only the lower triangle of `a` is read, but all of it must be finite.
  ///
  /// - Throws: ``LinearAlgebraError``: not square, not finite, not converged.
  /// - Complexity: about 9 n^3 operations.
  public init(_ a: Matrix<Element>) throws(LinearAlgebraError) {
    let (values, rows) = try Self.decompose(a, vectors: true)
    self.values = values
    vectors = rows.transposed()
  }

  /// The eigenvalues alone, ascending; about a third of the work.
  public static func values(_ a: Matrix<Element>) throws(LinearAlgebraError) -> [Element] {
    try decompose(a, vectors: false).values
  }

  /// Column-major eigenvectors in the columns are row-major eigenvectors in the rows.
  private static func decompose(
    _ a: Matrix<Element>, vectors: Bool
  ) throws(LinearAlgebraError) -> (values: [Element], rows: Matrix<Element>) {
    try a.requireSquare()
    try a.requireFinite()
    var work = a, values = [Element](repeating: 0, count: a.rows)
    guard a.rows > 0 else { return (values, work) }
    let info = work.withMutableView { v in
      values.withUnsafeMutableBufferPointer {
        Element.syevd(vectors: vectors, upper: true, v.rows, v.pointer, v.stride, $0.baseAddress!)
      }
    }
    try requireConvergence(info, "The symmetric eigenvalue iteration")
    return (values, work)
  }

  /// f(A) = V diag(f(values)) V^T, for instance a square root or an exponential.
  ///
  /// ```swift
  /// let root = e.map { $0.squareRoot() }
  /// ```
  /// - Complexity: 2 n^3 operations.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func map(_ f: (Element) -> Element) -> Matrix<Element> {
    let images = values.map(f)
    let scaled = Matrix(rows: vectors.rows, columns: vectors.columns) { vectors[$0, $1] * images[$1] }
    return Matrix.product(scaled, .no, vectors, .yes)
  }

  /// |lambda|_max / |lambda|_min, infinite for a singular matrix; 1 for the empty one.
  public var conditionNumber: Element {
    let sizes = values.map(\.magnitude)
    guard let least = sizes.min(), let most = sizes.max() else { return 1 }
    return least > 0 ? most / least : .infinity
  }
}
