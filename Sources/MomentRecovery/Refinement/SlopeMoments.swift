import LinearAlgebra

// The moments of a network's hidden layer, from those of its inputs over the regions where neurons are on.

extension ActivationMoments {
  /// The lower triangle of Q, kd x kd, with blocks Q_ij = s^2 C + s (1 - s) (C_ii + C_jj) + (1 - s)^2 C_ij.
  func unpackSlopeMoments(slope s: Double, into q: MutableMatrixView<Double>) {
    let (k, d) = (neurons, inputs)
    func pair(_ i: Int, _ j: Int, of n: Int) -> Int { i * n - i * (i - 1) / 2 + j - i }
    let pairs = pairs, all = pairs.row(neuronPairs - 1)
    Parallel.forEach(k) { i in
      for j in 0...i {
        let both = pairs.row(pair(j, i, of: k))
        let (one, other) = (pairs.row(pair(i, i, of: k)), pairs.row(pair(j, j, of: k)))
        for p in 0..<d {
          let row = q.row(i * d + p) + j * d
          for r in 0..<d {
            let e = p <= r ? pair(p, r, of: d) : pair(r, p, of: d)
            row[r] = s * s * all[e] + s * (1 - s) * (one[e] + other[e]) + (1 - s) * (1 - s) * both[e]
          }
        }
      }
    }
  }
}

/// M, k x kd, with M_j,i = E[h_j sigma'(z_i) x^T] = w_j^T Q_ji in row j and the columns of block i; all of Q is read.
/// - Complexity: 2 k^2 d^2 operations.
func hiddenCrossMoments(_ q: MatrixView<Double>, _ w: Matrix<Double>) -> Matrix<Double> {
  let (k, d) = (w.rows, w.columns)
  var cross = Matrix<Double>(rows: k, columns: k * d)
  w.withView { w in
    cross.withMutableView { m in
      for j in 0..<k { q.rows(j * d..<(j + 1) * d).apply(.yes, to: w.row(j), into: m.row(j)) }
    }
  }
  return cross
}

/// G = E[h h^T], k x k, whose entries are M_j,i w_i.
func hiddenGram(_ cross: Matrix<Double>, _ w: Matrix<Double>) -> Matrix<Double> {
  let d = w.columns
  return Matrix(rows: w.rows, columns: w.rows) { j, i in
    (0..<d).reduce(0) { $0 + cross[j, i * d + $1] * w[i, $1] }
  }
}
