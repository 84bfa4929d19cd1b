import LinearAlgebra

/// Upper bounds of the largest eigenvalue of W^T diag(c) W, the Hessian of v.sigma(W x) where c_j = v_j sigma''(z_j).
///
/// With W W^T = R R^T, R of r = min(m, d) columns, its nonzero eigenvalues are those of R^T diag(c) R. A larger c gives a larger matrix in
/// the order of quadratic forms, so c_j at its largest over an interval of z_j bounds the Hessian at every point
/// there [derived].
final class CurvatureBound {
  private let root: Matrix<Double>
  private let hidden, dimension: Int
  /// |W|_F^2, for the rounding of eigenvalues.
  private let size: Double

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
      root = .identity(m)
      return
    }
    let r = min(m, d)
    root = Matrix(rows: m, columns: r) { i, j in
      eigen.vectors[i, m - r + j] * max(eigen.values[m - r + j], 0).squareRoot()
    }
  }

  /// lambda_max(W^T diag(c) W), moved up by its rounding; infinite where c is.
  ///
  /// - Complexity: O(m^3).
  func largestEigenvalue(_ c: [Double]) -> Double {
    var largest = 0.0
    for value in c { largest = max(largest, abs(value)) }
    guard largest > 0 else { return 0 }
    guard largest.isFinite else { return .infinity }
    let scaled = Matrix(rows: hidden, columns: root.columns) { i, j in c[i] * root[i, j] }
    guard let values = try? SymmetricEigen.values(Matrix.product(root, .yes, scaled)) else { return .infinity }
    let slack = 32 * Double(hidden + dimension) * 0x1p-52 * largest * size
    let top = values[root.columns - 1] + slack
    // Beyond the span of the w_j the Hessian is zero.
    return hidden < dimension ? max(top, 0) : top
  }
}
