import LinearAlgebra

/// Upper bounds of the largest eigenvalue of W^T diag(c) W, the Hessian of v.sigma(W x) where c_j = v_j sigma''(z_j),
/// and of W^T M W.
///
/// With W W^T = R R^T, R of r = min(m, d) columns, its nonzero eigenvalues are those of R^T M R. A larger c gives a
/// larger matrix in the order of quadratic forms, so c_j at its largest over an interval of z_j bounds the Hessian at
/// every point there [derived].
final class CurvatureBound {
  private let root: Matrix<Double>
  private let hidden, dimension: Int
  /// |W|_F^2, for the rounding of eigenvalues.
  private let size: Double
  /// lambda_max(W W^T), from above.
  private let gramNorm: Double

  init(_ functionals: FunctionalBounds) {
    let (m, d) = (functionals.hidden, functionals.dimension)
    (hidden, dimension) = (m, d)
    var gram = Matrix<Double>(rows: m, columns: m)
    gram.withMutableView {
      $0.multiplyBySelf(MatrixView(functionals.weights.pointer, rows: m, columns: d))
      $0.mirrorLowerTriangle()
    }
    size = (0..<m).reduce(0) { $0 + gram[$1, $1] }
    guard let eigen = try? SymmetricEigen(gram) else {
      (root, gramNorm) = (.identity(m), .infinity)
      return
    }
    gramNorm = (eigen.values.last ?? 0) + 32 * Double(m + d) * 0x1p-52 * size
    let r = min(m, d)
    root = Matrix(rows: m, columns: r) { i, j in
      eigen.vectors[i, m - r + j] * max(eigen.values[m - r + j], 0).squareRoot()
    }
  }

  /// lambda_max(W^T M W) for a symmetric M, and for every matrix within `spread` of it in the Frobenius norm; moved up
  /// by its rounding, infinite where M is.
  ///
  /// A change of M by E changes the form by at most |E|_2 lambda_max(W W^T).
  /// - Complexity: O(m^3).
  func largestEigenvalue(_ middle: Matrix<Double>, spread: Double = 0) -> Double {
    var largest = 0.0
    for value in middle.elements { largest = max(largest, abs(value)) }
    guard largest.isFinite, spread.isFinite else { return .infinity }
    guard largest > 0 || spread > 0 else { return 0 }
    let inner = Matrix.product(root, .yes, Matrix.product(middle, .no, root))
    guard let values = try? SymmetricEigen.values(inner) else { return .infinity }
    let slack = 32 * Double(hidden + dimension) * 0x1p-52 * largest * Double(hidden) * size
    let top = values[root.columns - 1] + slack + spread * gramNorm
    // Beyond the span of the w_j the Hessian is zero.
    return hidden < dimension ? max(top, 0) : top
  }

  /// lambda_max(W^T diag(c) W).
  func largestEigenvalue(_ c: [Double]) -> Double {
    largestEigenvalue(Matrix(rows: hidden, columns: hidden) { $0 == $1 ? c[$0] : 0 })
  }
}
