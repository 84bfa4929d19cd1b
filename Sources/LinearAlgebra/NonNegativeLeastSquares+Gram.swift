extension NonNegativeLeastSquares {
  /// The x >= 0 that minimises |A x - b|, given A^T A, A^T b and |b|^2 only.
  ///
  ///     minimise x^T G x / 2 - c^T x   subject to x >= 0,   G = A^T A,  c = A^T b
  ///
  /// For functions in place of columns: G holds their inner products, and A is never formed. The equations of the
  /// passive set are solved by Cholesky, so x loses twice the digits that ``solve(_:_:iterationLimit:)`` would lose;
  /// the optimality conditions hold to rounding all the same.
  ///
  /// ```swift
  /// let s = try NonNegativeLeastSquares.solve(gram: Matrix<Double>([[1, 0], [0, 1]]), [2, -3], squaredNorm: 13)
  /// s.x                  // [2, 0]
  /// s.residual           // 3
  /// ```
  ///
  /// - Parameters:
  ///   - gram: G, n x n, symmetric; only the lower triangle is factored.
  ///   - right: c.
  ///   - squaredNorm: |b|^2. The residual is the root of |b|^2 - 2 c^T x + x^T G x, and so no more accurate than
  ///     sqrt(eps) |b|.
  ///   - iterationLimit: by default 3 n + 10; n is typical.
  /// - Throws: ``LinearAlgebraError``: the sizes do not fit, an entry is not finite.
  /// - Complexity: one factorization of order |support| and a product with G an iteration.
  ///
  /// Source: Bro and de Jong, "A fast non-negativity-constrained least squares algorithm" (J. Chemometrics 1997).
  public static func solve(
    gram: Matrix<Element>, _ right: [Element], squaredNorm: Element, iterationLimit: Int? = nil
  ) throws(LinearAlgebraError) -> NonNegativeLeastSquares {
    try gram.requireSquare()
    if right.count != gram.rows {
      throw .sizesDoNotFit("\(right.count) entries on the right, the Gram matrix has \(gram.rows) rows")
    }
    try gram.requireFinite()
    try Matrix(rows: right.count, columns: 1, elements: right).requireFinite()
    let n = gram.rows
    let trace = (0..<n).reduce(0 as Element) { $0 + max(0, gram[$1, $1]) }
    let scale = (trace * max(0, squaredNorm)).squareRoot()
    let found = try activeSet(
      n, limit: iterationLimit, tolerance: 10 * Element(n) * Element.ulpOfOne * scale, scale: scale,
      force: { x in zip(right, gram * x).map { $0 - $1 } },
      free: { set throws(LinearAlgebraError) in free(gram, set, right) })
    // G x = c - w.
    let squared = zip(found.x, zip(right, found.force)).reduce(squaredNorm) { $0 - $1.0 * ($1.1.0 + $1.1.1) }
    return NonNegativeLeastSquares(
      x: found.x, residual: max(0, squared).squareRoot(), multipliers: found.force.map { -$0 },
      kktResidual: found.kktResidual, support: (0..<n).filter { found.x[$0] > 0 }, iterations: found.iterations,
      converged: found.converged)
  }

  /// The unconstrained minimiser over the given indices; nil when their columns are dependent.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  private static func free(_ gram: Matrix<Element>, _ set: [Int], _ right: [Element]) -> [Element]? {
    let block = Matrix(rows: set.count, columns: set.count) { gram[set[$0], set[$1]] }
    guard let factor = try? Cholesky(block) else { return nil }
    // What is left of a column beside the earlier ones must be more than rounding.
    let least = Element(set.count) * Element.ulpOfOne
    for i in 0..<set.count where factor.lower[i, i] * factor.lower[i, i] <= least * block[i, i] { return nil }
    return factor.solve(set.map { right[$0] })
  }
}
