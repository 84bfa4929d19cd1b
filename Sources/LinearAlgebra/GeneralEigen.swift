/// Eigenvalues and right eigenvectors of a general square matrix: A (x + i y) = (a + i b) (x + i y).
///
/// Real and imaginary parts are kept in pairs. Complex eigenvalues come in conjugate pairs, one after the other, the
/// one with the positive imaginary part first; apart from that they are in no particular order.
///
/// ```swift
/// let e = try GeneralEigen(Matrix<Double>([[0, -1], [1, 0]]))
/// e.values      // (0, 1), (0, -1)
/// ```
///
/// Computed by LAPACK's QR iteration (`geev`). A value is accurate to about n eps |A| divided by the cosine of the
/// angle between its left and right eigenvectors, which is small for nearly defective matrices.
public struct GeneralEigen<Element: Scalar>: Sendable {
  public let values: [(real: Element, imaginary: Element)]
  /// Column j is the real part of the unit eigenvector of value j.
  public let realVectors: Matrix<Element>
  /// Column j is the imaginary part of the unit eigenvector of value j, zero for a real value.
  public let imaginaryVectors: Matrix<Element>

  /// - Throws: ``LinearAlgebraError``: not square, not finite, not converged.
  /// - Complexity: about 25 n^3 operations.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ a: Matrix<Element>) throws(LinearAlgebraError) {
    let (values, rows) = try Self.decompose(a, vectors: true)
    let n = a.rows
    var x = Matrix<Element>(rows: n, columns: n), y = x
    var j = 0
    // LAPACK stores the vectors of a conjugate pair as two real ones: x and y of x +- i y.
    while j < n {
      let paired = values[j].imaginary != 0
      for i in 0..<n {
        x[i, j] = rows[j, i]
        if paired {
          x[i, j + 1] = rows[j, i]
          y[i, j] = rows[j + 1, i]
          y[i, j + 1] = -rows[j + 1, i]
        }
      }
      j += paired ? 2 : 1
    }
    (self.values, realVectors, imaginaryVectors) = (values, x, y)
  }

  /// The eigenvalues alone.
  public static func values(
    _ a: Matrix<Element>
  ) throws(LinearAlgebraError) -> [(real: Element, imaginary: Element)] {
    try decompose(a, vectors: false).values
  }

  /// The largest modulus of an eigenvalue, which decides whether powers of A tend to zero; 0 for the empty matrix.
  public static func spectralRadius(_ a: Matrix<Element>) throws(LinearAlgebraError) -> Element {
    try values(a).map { Element.hypot($0.real, $0.imaginary) }.max() ?? 0
  }

  private static func decompose(
    _ a: Matrix<Element>, vectors: Bool
  ) throws(LinearAlgebraError) -> (values: [(real: Element, imaginary: Element)], rows: Matrix<Element>) {
    try a.requireSquare()
    try a.requireFinite()
    let n = a.rows
    guard n > 0 else { return ([], a) }
    // Right eigenvectors are asked for, so LAPACK must see A itself and not its transpose.
    var work = a.transposed(), rows = Matrix<Element>(rows: vectors ? n : 0, columns: n)
    var real = [Element](repeating: 0, count: n), imaginary = real
    let info = work.withMutableView { w in
      rows.withMutableView { v in
        real.withUnsafeMutableBufferPointer { re in imaginary.withUnsafeMutableBufferPointer { im in
          Element.geev(n, w.pointer, n, re.baseAddress!, im.baseAddress!, vectors ? v.pointer : nil, n)
        } }
      }
    }
    try requireConvergence(info, "The eigenvalue iteration")
    return (Array(zip(real, imaginary).map { (real: $0, imaginary: $1) }), rows)
  }
}
