import LinearAlgebra

extension SymmetricEigen<Double> {
  /// A^{-1/2} on the range of A: eigenvalues of at most `tolerance` times the largest count as 0 and stay 0.
  func inverseRoot(tolerance: Double = 1e-12) -> Matrix<Double> {
    let floor = max((values.last ?? 0) * tolerance, 0)
    return map { $0 > floor ? 1 / $0.squareRoot() : 0 }
  }
}
