import Foundation
import LinearAlgebra

/// The mean squared error of a recovered network against the true one, without noise: per output, as in the reference
/// table (specs/moment-recovery.md).
///
///     E |A sigma(W x) - A* sigma(W* x)|^2 / l
extension ReLUNetwork {
  /// The mean over the rows of `x`.
  /// - Precondition: as many inputs and outputs in both networks; as many columns of `x`.
  /// - Complexity: 2 n (k + k*) (d + l) operations.
  public func meanSquaredError(against truth: ReLUNetwork, over x: Matrix<Double>) -> Double {
    precondition(outputs == truth.outputs, "\(outputs) outputs compared with \(truth.outputs)")
    let (mine, theirs) = (predict(x), truth.predict(x))
    guard !mine.elements.isEmpty else { return 0 }
    let sum: Double = zip(mine.elements, theirs.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return sum / Double(mine.elements.count)
  }

  /// The expectation over normal x of mean 0 and the given covariance C (d x d; the identity where there is none).
  ///
  /// With the weights of both networks stacked, the error is tr(B K B^T) / l for B = (A, -A*) and
  ///
  ///     K_uv = E sigma(u.x) sigma(v.x) = |u| |v| (beta^2 r + gamma^2 (2/pi) (sqrt(1 - r^2) + r asin r)),
  ///
  /// r the correlation of u.x and v.x, beta = (1 + s)/2, gamma = (1 - s)/2. Terms cancel: below about 1e-15 times the
  /// mean square of the outputs only rounding is left, and where that is negative 0 is given.
  ///
  /// - Precondition: as many inputs and outputs in both networks.
  /// - Complexity: 2 (k + k*) d^2 + (k + k*)^2 (d + l) operations.
  ///
  /// Source: the arc-cosine kernel of Cho and Saul, NIPS 2009, split into even and odd parts [derived].
  public func meanSquaredError(against truth: ReLUNetwork, covariance: Matrix<Double>? = nil) -> Double {
    precondition(inputs == truth.inputs, "\(inputs) inputs compared with \(truth.inputs)")
    precondition(outputs == truth.outputs, "\(outputs) outputs compared with \(truth.outputs)")
    let weights = Matrix<Double>(rows: neurons + truth.neurons, columns: inputs) { u, p in
      u < neurons ? hidden[u, p] : truth.hidden[u - neurons, p]
    }
    let slopes: [Double] = (0..<weights.rows).map { $0 < neurons ? slope : truth.slope }
    let inner = Matrix.product(covariance.map { weights * $0 } ?? weights, .no, weights, .yes)
    let lengths: [Double] = (0..<weights.rows).map { max(inner[$0, $0], 0).squareRoot() }
    let kernel = Matrix<Double>(rows: weights.rows, columns: weights.rows) { i, j in
      let size = lengths[i] * lengths[j]
      guard size > 0 else { return 0 }
      let r: Double = i == j ? 1 : min(max(inner[i, j] / size, -1), 1)
      let odd: Double = (1 + slopes[i]) * (1 + slopes[j]) / 4
      let even: Double = (1 - slopes[i]) * (1 - slopes[j]) / 4
      let absolute: Double = ((1 - r) * (1 + r)).squareRoot() + r * asin(r)
      return size * (odd * r + even * (2 / Double.pi) * absolute)
    }
    let output = Matrix<Double>(rows: outputs, columns: weights.rows) { m, u in
      u < neurons ? self.output[m, u] : -truth.output[m, u - neurons]
    }
    let image = output * kernel
    let sum: Double = zip(image.elements, output.elements).reduce(0) { $0 + $1.0 * $1.1 }
    return outputs > 0 ? max(sum / Double(outputs), 0) : 0
  }
}
