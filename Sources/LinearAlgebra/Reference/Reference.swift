/// Textbook algorithms in plain Swift, without BLAS: independent evidence for the tests, never used by fast paths.
///
/// They are short rather than quick, and rely on nothing that the routines they check rely on.
public enum Reference {
  /// alpha op(A) op(B) + beta C by the triple loop.
  public static func multiply<T: Scalar>(
    _ a: Matrix<T>, _ transposeA: Transpose = .no, _ b: Matrix<T>, _ transposeB: Transpose = .no, alpha: T = 1,
    beta: T = 0, c: Matrix<T>? = nil
  ) -> Matrix<T> {
    let left = transposeA == .yes ? a.transposed() : a, right = transposeB == .yes ? b.transposed() : b
    precondition(left.columns == right.rows, "sizes do not fit")
    return Matrix(rows: left.rows, columns: right.columns) { i, j in
      var sum: T = 0
      for k in 0..<left.columns { sum += left[i, k] * right[k, j] }
      // As in BLAS, beta = 0 means that C is not read.
      return beta == 0 ? alpha * sum : alpha * sum + beta * c![i, j]
    }
  }

  /// L of A = L L^T, row by row; nil when a pivot is not positive.
  public static func cholesky<T: Scalar>(_ a: Matrix<T>) -> Matrix<T>? {
    precondition(a.rows == a.columns)
    var l = Matrix<T>(rows: a.rows, columns: a.rows)
    for i in 0..<a.rows {
      for j in 0...i {
        var rest = a[i, j]
        for k in 0..<j { rest -= l[i, k] * l[j, k] }
        if i == j {
          guard rest > 0 else { return nil }
          l[i, i] = rest.squareRoot()
        } else {
          l[i, j] = rest / l[j, j]
        }
      }
    }
    return l
  }

  /// A^-1 B by Gaussian elimination with partial pivoting, and det A; no solution when a pivot is zero.
  public static func eliminate<T: Scalar>(_ a: Matrix<T>, _ b: Matrix<T>) -> (solution: Matrix<T>?, determinant: T) {
    precondition(a.rows == a.columns && a.rows == b.rows)
    var a = a, x = b, determinant: T = 1
    let n = a.rows
    for k in 0..<n {
      let pivot = (k..<n).max { a[$0, k].magnitude < a[$1, k].magnitude }!
      if a[pivot, k] == 0 { return (nil, 0) }
      if pivot != k {
        for j in 0..<n { (a[k, j], a[pivot, j]) = (a[pivot, j], a[k, j]) }
        for j in 0..<x.columns { (x[k, j], x[pivot, j]) = (x[pivot, j], x[k, j]) }
        determinant = -determinant
      }
      determinant *= a[k, k]
      for i in k + 1..<max(n, k + 1) {
        let factor = a[i, k] / a[k, k]
        for j in k..<n { a[i, j] -= factor * a[k, j] }
        for j in 0..<x.columns { x[i, j] -= factor * x[k, j] }
      }
    }
    for i in (0..<n).reversed() {
      for j in 0..<x.columns {
        for k in i + 1..<max(n, i + 1) { x[i, j] -= a[i, k] * x[k, j] }
        x[i, j] /= a[i, i]
      }
    }
    return (x, determinant)
  }
}
