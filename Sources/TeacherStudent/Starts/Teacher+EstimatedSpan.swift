import LinearAlgebra
import Networks
import Randomness

extension Teacher {
  /// An orthonormal basis, d x min(r, d), of an estimate of the span of the teacher's weights from N of its labels.
  ///
  ///     M = (1/N) sum_i y_i (x_i x_i^T - I),   y_i = f*(x_i),   x_i ~ N(0, I)
  ///
  /// Its columns are the eigenvectors for the largest eigenvalues of M, the largest last. The angles to the span shrink
  /// as 1/sqrt N while the weights are linearly independent; where they are not, the surplus columns are arbitrary.
  /// Samples are drawn in blocks and not kept.
  ///
  /// Source: Zhou, Ge and Jin (COLT 2021), algorithm 2.
  ///
  /// - Precondition: the unit is not odd (`erf`), for which E M = 0; at least one sample.
  /// - Complexity: O(N d (d + r) + d^3) time, O(d^2) memory.
  public func estimatedSpan(samples: Int, random: RandomStream) throws -> Matrix<Double> {
    precondition(unit != .erf, "odd units leave no trace in the second moments")
    precondition(samples >= 1, "a mean over no samples is undefined")
    let (r, d) = (count, dimension)
    var random = random
    // The bounds of the blocks depend on d and N alone, so the sums do too.
    let block = min(samples, 512)
    let x = Buffer<Double>(count: block * d)
    let z = Buffer<Double>(count: block * r)
    var moment = Matrix<Double>(rows: d, columns: d)
    var total = 0.0
    moment.withMutableView { moment in
      weights.withView { weights in
        for start in stride(from: 0, to: samples, by: block) {
          let rows = min(block, samples - start)
          random.fillNormal(x.pointer, count: rows * d)
          let inputs = x.view(rows: rows, columns: d)
          let products = z.view(rows: rows, columns: r)
          products.multiply(inputs.readOnly, .no, weights, .yes)
          for i in 0..<rows {
            let row = products.row(i)
            var label = 0.0
            for k in 0..<r { label += unit == .abs ? abs(row[k]) : max(row[k], 0) }
            total += label
            // Labels are not negative: M is a Gram matrix of rows scaled by their roots.
            Double.scale(d, label.squareRoot(), inputs.row(i))
          }
          moment.multiplyBySelf(inputs.readOnly, .yes, beta: start == 0 ? 0 : 1)
        }
      }
      for l in 0..<d { moment[l, l] -= total }
    }
    let eigen = try SymmetricEigen(moment)
    let columns = min(r, d)
    return Matrix(rows: d, columns: columns) { eigen.vectors[$0, d - columns + $1] }
  }
}
