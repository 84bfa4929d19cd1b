import LinearAlgebra

/// The sweeps of ``JointDiagonalization``, in memory that is allocated once.
///
/// With P[s] = M_s U the three least-squares problems of a sweep are
///
///     c:  C (Z^T Z o U^T U) = [sum_i P_sia z_ia],   z:  Z (U^T U o C^T C) = [sum_s P_sia c_sa],
///
/// and the one of u as that of z with P[s] = M_s Z (o: entry by entry). Vectors are columns here.
final class AlternatingLeastSquares {
  struct End {
    /// Unit rows.
    let directions: Matrix<Double>
    let residual: Double
    let sweeps: Int
    let converged: Bool
  }

  private let k: Int
  private let span: Matrix<Double>
  private let z, u, c, before, products, gram, other: Buffer<Double>

  static let mostSweeps = 1000
  /// A sweep that moves no entry of a unit vector by more than this ends the iteration; it converges linearly, mostly
  /// by a factor of 2 to 20 a sweep, so what is left is of the same size.
  static let tolerance = 1e-11

  /// - Parameter span: k matrices k x k, one below the other, of Frobenius norm 1.
  init(_ span: Matrix<Double>) {
    self.span = span
    k = span.columns
    z = Buffer(count: k * k)
    u = Buffer(count: k * k)
    c = Buffer(count: k * k)
    before = Buffer(count: k * k)
    gram = Buffer(count: k * k)
    other = Buffer(count: k * k)
    products = Buffer(count: k * k * k)
  }

  func run(from start: Matrix<Double>) -> End {
    precondition(start.rows == k && start.columns == k)
    for a in 0..<k {
      for i in 0..<k { z[i * k + a] = start[a, i] }
    }
    normalise(z)
    u.pointer.update(from: z.pointer, count: k * k)
    var (sweeps, converged) = (0, false)
    while sweeps < Self.mostSweeps && !converged {
      before.pointer.update(from: z.pointer, count: k * k)
      multiplySpan(by: u)
      contractRows(with: z, into: c)
      solve(z, u, c)
      contractMatrices(into: z)
      solve(u, c, z)
      normalise(z)
      multiplySpan(by: z)
      contractMatrices(into: u)
      solve(z, c, u)
      normalise(u)
      sweeps += 1
      var change = 0.0
      for i in 0..<k * k { change = max(change, (z[i] - before[i]).magnitude) }
      converged = change <= Self.tolerance
    }
    for a in 0..<k {
      var inner = 0.0
      for i in 0..<k { inner += z[i * k + a] * u[i * k + a] }
      for i in 0..<k { z[i * k + a] += inner < 0 ? -u[i * k + a] : u[i * k + a] }
    }
    normalise(z)
    return End(
      directions: Matrix(rows: k, columns: k) { z[$1 * k + $0] }, residual: symmetricResidual(), sweeps: sweeps,
      converged: converged)
  }

  /// |M - sum c z z^T| / |M| with the best c for z on both sides.
  private func symmetricResidual() -> Double {
    u.pointer.update(from: z.pointer, count: k * k)
    multiplySpan(by: z)
    contractRows(with: z, into: c)
    solve(z, z, c)
    var (rest, total) = (0.0, 0.0)
    let scaled = other.view(rows: k, columns: k)
    span.withView { span in
      for s in 0..<k {
        let matrix = MutableMatrixView(products.pointer + s * k * k, rows: k, columns: k)
        for i in 0..<k {
          matrix.row(i).update(from: span.row(s * k + i), count: k)
          for a in 0..<k { scaled[i, a] = z[i * k + a] * c[s * k + a] }
        }
        total += Double.dot(k * k, matrix.pointer, matrix.pointer)
        matrix.multiply(scaled.readOnly, .no, z.view(rows: k, columns: k).readOnly, .yes, alpha: -1, beta: 1)
        rest += Double.dot(k * k, matrix.pointer, matrix.pointer)
      }
    }
    return total > 0 ? (rest / total).squareRoot() : 0
  }

  /// P[s] <- M_s F.
  private func multiplySpan(by factor: borrowing Buffer<Double>) {
    let f = factor.view(rows: k, columns: k).readOnly
    let p = products.view(rows: k * k, columns: k)
    span.withView { p.multiply($0, .no, f) }
  }

  /// result_sa <- sum_i P_sia f_ia.
  private func contractRows(with factor: borrowing Buffer<Double>, into result: borrowing Buffer<Double>) {
    for s in 0..<k {
      let target = result.pointer + s * k
      target.update(repeating: 0, count: k)
      for i in 0..<k {
        let p = products.pointer + (s * k + i) * k, f = factor.pointer + i * k
        for a in 0..<k { target[a] += p[a] * f[a] }
      }
    }
  }

  /// result_ia <- sum_s P_sia c_sa.
  private func contractMatrices(into result: borrowing Buffer<Double>) {
    result.pointer.update(repeating: 0, count: k * k)
    for s in 0..<k {
      let weights = c.pointer + s * k
      for i in 0..<k {
        let p = products.pointer + (s * k + i) * k, target = result.pointer + i * k
        for a in 0..<k { target[a] += p[a] * weights[a] }
      }
    }
  }

  /// X <- X (F^T F o G^T G)^{-1}.
  private func solve(
    _ f: borrowing Buffer<Double>, _ g: borrowing Buffer<Double>, _ x: borrowing Buffer<Double>
  ) {
    let (left, right) = (gram.view(rows: k, columns: k), other.view(rows: k, columns: k))
    let f = f.view(rows: k, columns: k).readOnly, g = g.view(rows: k, columns: k).readOnly
    var ridge = 1e-15
    while true {
      left.multiplyBySelf(f, .yes)
      right.multiplyBySelf(g, .yes)
      var trace = 0.0
      for i in 0..<k {
        for j in 0...i { left[i, j] *= right[i, j] }
        trace += left[i, i]
      }
      for i in 0..<k { left[i, i] += ridge * max(trace / Double(k), 1e-300) }
      if Cholesky.factor(left).isFactored { break }
      // Two vectors have become one; a larger ridge keeps the sweep finite and its residual tells.
      ridge *= 100
      guard ridge < 1 else { return }
    }
    Double.trsm(
      left: false, lower: true, transpose: true, unit: false, k, k, 1, left.pointer, k, x.pointer, k)
    Double.trsm(
      left: false, lower: true, transpose: false, unit: false, k, k, 1, left.pointer, k, x.pointer, k)
  }

  /// Columns of length 1; one that vanished becomes an axis.
  private func normalise(_ f: borrowing Buffer<Double>) {
    for a in 0..<k {
      var square = 0.0
      for i in 0..<k { square += f[i * k + a] * f[i * k + a] }
      let norm = square.squareRoot()
      for i in 0..<k {
        f.pointer[i * k + a] = norm > 1e-150 && norm.isFinite ? f[i * k + a] / norm : i == a ? 1 : 0
      }
    }
  }
}
