import LinearAlgebra

extension RandomStream {
  /// A point uniform on the unit sphere of R^dimension: a normal vector over its length.
  ///
  /// Computed in `Double` whatever `E`, so |x| is 1 to a few units of `E`'s last place. In dimension 1 it is 1 or -1.
  ///
  /// - Precondition: `dimension` is positive.
  /// - Complexity: `dimension` words.
  public mutating func sphere<E: Scalar>(_ dimension: Int, _ type: E.Type = E.self) -> [E] {
    precondition(dimension > 0, "there is no sphere in dimension \(dimension)")
    let x: [Double] = normals(dimension)
    let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return x.map { E($0 / length) }
  }

  /// A point uniform on the unit sphere; see ``sphere(_:_:)``.
  public mutating func sphere<E: Scalar>(dimension: Int) -> [E] { sphere(dimension) }

  /// An orthogonal n x n matrix from the Haar measure: rotations and reflections, none preferred.
  ///
  /// It is the factor Q of a normal matrix A = QR with R's diagonal made positive, without forming A. Once column k
  /// has been reflected onto its axis, the rest of the matrix is again normal and independent of it; so a fresh normal
  /// vector x of length n - k gives the reflector number k, I - 2 v v^T / |v|^2 with v = x + sign(x_0) |x| e_0, and the
  /// sign -sign(x_0) of R's entry. Q is the product of the reflectors with those signs on its columns.
  ///
  /// Source: Stewart, "The efficient generation of random orthogonal matrices" (SIAM J. Numer. Anal. 1980).
  ///
  /// - Complexity: n (n + 1) / 2 words and 4 n^3 / 3 operations, in `Double` whatever `E`.
  public mutating func orthogonal<E: Scalar>(_ n: Int, _ type: E.Type = E.self) -> Matrix<E> {
    precondition(n >= 0, "there is no \(n) x \(n) matrix")
    var vectors: [[Double]] = (0..<n).map { normals(n - $0) }
    let signs = vectors.indices.map { k -> Double in
      let x0 = vectors[k][0]
      if k == n - 1 { return x0 < 0 ? -1 : 1 }
      let length = vectors[k].reduce(0) { $0 + $1 * $1 }.squareRoot()
      vectors[k][0] += x0 < 0 ? -length : length
      return x0 < 0 ? 1 : -1
    }
    var q = Matrix<Double>.identity(n)
    var product = [Double](repeating: 0, count: n)
    q.withMutableView { q in
      // From the last reflector to the first: number k then only touches rows and columns from k on.
      for k in Swift.stride(from: n - 2, through: 0, by: -1) {
        let v = vectors[k]
        let width = n - k
        product.withUnsafeMutableBufferPointer { w in
          for j in 0..<width { w[j] = 0 }
          for i in 0..<width {
            let row = q.row(k + i) + k
            for j in 0..<width { w[j] += v[i] * row[j] }
          }
          let factor = 2 / v.reduce(0) { $0 + $1 * $1 }
          for i in 0..<width {
            let row = q.row(k + i) + k
            let c = factor * v[i]
            for j in 0..<width { row[j] -= c * w[j] }
          }
        }
      }
    }
    return Matrix(rows: n, columns: n) { E(q[$0, $1] * signs[$1]) }
  }

  /// An orthogonal matrix from the Haar measure; see ``orthogonal(_:_:)``.
  public mutating func orthogonal<E: Scalar>(n: Int) -> Matrix<E> { orthogonal(n) }
}
