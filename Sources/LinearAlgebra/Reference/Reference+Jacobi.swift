extension Reference {
  /// Eigenvalues (ascending) and eigenvectors (columns) of a symmetric matrix by Jacobi's cyclic rotations.
  ///
  /// A rotation in the plane (p, q) by the angle with cot 2t = (a_qq - a_pp) / (2 a_pq) annihilates a_pq; sweeps go on
  /// until every off-diagonal entry is negligible against the diagonal.
  public static func jacobiEigen<T: Scalar>(_ matrix: Matrix<T>) -> (values: [T], vectors: Matrix<T>) {
    var a = matrix, v = Matrix<T>.identity(matrix.rows)
    let n = a.rows
    let norm = frobeniusNorm(a)
    for _ in 0..<60 {
      var rotated = false
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) where a[p, q].magnitude > T.ulpOfOne * norm / T(4 * n) {
          rotated = true
          let (c, s) = rotation(a[p, p], a[q, q], a[p, q])
          for k in 0..<n { (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q]) }
          for k in 0..<n { (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k]) }
          for k in 0..<n { (v[k, p], v[k, q]) = (c * v[k, p] - s * v[k, q], s * v[k, p] + c * v[k, q]) }
        }
      }
      if !rotated { break }
    }
    let order = (0..<n).sorted { a[$0, $0] < a[$1, $1] }
    return (order.map { a[$0, $0] }, Matrix(rows: n, columns: n) { v[$0, order[$1]] })
  }

  /// The thin SVD by one-sided Jacobi rotations: the columns of A are rotated in pairs until all are orthogonal.
  ///
  /// Their lengths are then the singular values (descending). A column of U that belongs to s = 0 is left zero.
  /// For m < n the transposed matrix is decomposed.
  public static func jacobiSVD<T: Scalar>(_ matrix: Matrix<T>) -> (u: Matrix<T>, s: [T], vTransposed: Matrix<T>) {
    if matrix.rows < matrix.columns {
      let (u, s, vt) = jacobiSVD(matrix.transposed())
      return (vt.transposed(), s, u.transposed())
    }
    var a = matrix, v = Matrix<T>.identity(matrix.columns)
    let n = a.columns
    for _ in 0..<60 {
      var rotated = false
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) {
          var (pp, qq, pq): (T, T, T) = (0, 0, 0)
          for k in 0..<a.rows {
            pp += a[k, p] * a[k, p]
            qq += a[k, q] * a[k, q]
            pq += a[k, p] * a[k, q]
          }
          guard pq.magnitude > T.ulpOfOne * (pp * qq).squareRoot() && pq != 0 else { continue }
          rotated = true
          let (c, s) = rotation(pp, qq, pq)
          for k in 0..<a.rows { (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q]) }
          for k in 0..<n { (v[k, p], v[k, q]) = (c * v[k, p] - s * v[k, q], s * v[k, p] + c * v[k, q]) }
        }
      }
      if !rotated { break }
    }
    let lengths = (0..<n).map { j in
      var sum: T = 0
      for i in 0..<a.rows { sum += a[i, j] * a[i, j] }
      return sum.squareRoot()
    }
    let order = (0..<n).sorted { lengths[$0] > lengths[$1] }
    let u = Matrix<T>(rows: a.rows, columns: n) { i, j in
      lengths[order[j]] > 0 ? a[i, order[j]] / lengths[order[j]] : 0
    }
    return (u, order.map { lengths[$0] }, Matrix(rows: n, columns: n) { v[$1, order[$0]] })
  }

  /// Cosine and sine of the rotation that diagonalises [[pp, pq], [pq, qq]], by the smaller of the two angles.
  private static func rotation<T: Scalar>(_ pp: T, _ qq: T, _ pq: T) -> (c: T, s: T) {
    let ratio = (qq - pp) / (2 * pq)
    let t = (ratio < 0 ? -1 : 1) / (ratio.magnitude + (1 + ratio * ratio).squareRoot())
    let c = 1 / (1 + t * t).squareRoot()
    return (c, t * c)
  }

  /// The square root of the sum of squares of the entries.
  public static func frobeniusNorm<T: Scalar>(_ a: Matrix<T>) -> T {
    var sum: T = 0
    for x in a.elements { sum += x * x }
    return sum.squareRoot()
  }
}
