import LinearAlgebra
import Networks

/// The network that is to be recovered, y = A sigma(W x) with sigma(z) = max(z, slope z).
///
/// With slope 0 that is the ReLU, with a slope in (0, 1) the leaky ReLU; -1 makes it |z|, which has no linear part
/// and cannot be recovered from first moments. A unit may be scaled freely, a_i sigma(w_i x) = (c a_i) sigma(w_i x / c)
/// for c > 0, and the units are in no order: two networks are compared by ``RecoveryError``.
public struct ReLUNetwork: Codable, Equatable, Sendable {
  /// W, k x d: row i weighs the inputs of neuron i.
  public var hidden: Matrix<Double>
  /// A, l x k: column i is what neuron i adds to the outputs.
  public var output: Matrix<Double>
  /// sigma'(z) for z < 0.
  public let slope: Double

  /// - Precondition: as many columns of `output` as rows of `hidden`; |slope| <= 1.
  public init(hidden: Matrix<Double>, output: Matrix<Double>, slope: Double = 0) {
    precondition(hidden.rows == output.columns, "\(hidden.rows) neurons, outputs of \(output.columns)")
    precondition(abs(slope) <= 1, "a slope of \(slope)")
    self.hidden = hidden
    self.output = output
    self.slope = slope
  }

  /// k, the neurons.
  public var neurons: Int { hidden.rows }
  /// d.
  public var inputs: Int { hidden.columns }
  /// l.
  public var outputs: Int { output.rows }

  /// sigma(z).
  @inlinable public func activation(_ z: Double) -> Double { z > 0 ? z : slope * z }

  /// The outputs A sigma(W x), one row for each row of `x` (n x d).
  /// - Complexity: 2 n k (d + l) operations.
  public func predict(_ x: Matrix<Double>) -> Matrix<Double> {
    precondition(x.columns == inputs, "\(x.columns) columns where the network takes \(inputs)")
    let z = Matrix.product(x, .no, hidden, .yes)
    return Matrix.product(z.map { activation($0) }, .no, output, .yes)
  }

  /// The same function with rows of W of length 1; units without weights are left alone.
  public func normalized() -> ReLUNetwork {
    let norms = (0..<neurons).map { i in
      let norm = Double.norm2(inputs, Array(hidden.row(i)))
      return norm > 0 ? norm : 1
    }
    return ReLUNetwork(
      hidden: Matrix(rows: neurons, columns: inputs) { hidden[$0, $1] / norms[$0] },
      output: Matrix(rows: outputs, columns: neurons) { output[$0, $1] * norms[$1] }, slope: slope)
  }
}
