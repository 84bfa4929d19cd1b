import CKernels
import LinearAlgebra

/// How far a recovered network is from the true one, unit by unit.
///
/// Rows of W and columns of A are scaled to length 1, and the units are matched so that the sum of
///
///     |w_i - w'_p(i)|^2 + |a_i - a'_p(i)|^2
///
/// is least. `hidden` and `output` are the two parts of that sum over all matched units: the columns "W" and "A" of the
/// reference table (specs/moment-recovery.md). A unit without a partner, because the numbers of units differ, and a
/// unit whose weights are all zero count as at distance 1 from unit length.
///
/// ```swift
/// let error = try RecoveryError(of: recovered, from: planted)
/// print(error.hidden, error.output, "complete failure:", error.failureLevel.hidden)
/// ```
public struct RecoveryError: Codable, Equatable, Sendable {
  /// The recovered unit for each true one; `nil` where none is left.
  public let matching: [Int?]
  /// The sum of |w_i - w'_p(i)|^2.
  public let hidden: Double
  /// The sum of |a_i - a'_p(i)|^2.
  public let output: Double
  /// What `hidden` and `output` read when the recovered units are random directions; see
  /// ``failureLevel(neurons:inputs:outputs:)``.
  public let failureLevel: Level

  public struct Level: Codable, Equatable, Sendable {
    public let hidden: Double
    public let output: Double
  }

  /// - Precondition: as many inputs and outputs in both.
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)`` when a weight is not finite; row and column are those of
  ///   the units compared, true and recovered.
  /// - Complexity: k^2 (d + l) + O(k^3) operations.
  public init(of recovered: ReLUNetwork, from truth: ReLUNetwork) throws(LinearAlgebraError) {
    precondition(
      recovered.inputs == truth.inputs && recovered.outputs == truth.outputs,
      "\(recovered.inputs) -> \(recovered.outputs) compared with \(truth.inputs) -> \(truth.outputs)")
    let (k, found) = (truth.neurons, recovered.neurons)
    let w = unitRows(truth.hidden), v = unitRows(recovered.hidden)
    let a = unitRows(truth.output.transposed()), b = unitRows(recovered.output.transposed())
    let costs = Matrix(rows: k, columns: found) { squaredDistance(w, $0, v, $1) + squaredDistance(a, $0, b, $1) }
    var matching = [Int?](repeating: nil, count: k)
    if k <= found {
      for (i, j) in try Assignment(costs).columns.enumerated() { matching[i] = j }
    } else {
      for (j, i) in try Assignment(costs.transposed()).columns.enumerated() { matching[i] = j }
    }
    let unmatched = Double(abs(k - found))
    var (hidden, output) = (unmatched, unmatched)
    for case (let i, let j?) in matching.enumerated() {
      hidden += squaredDistance(w, i, v, j)
      output += squaredDistance(a, i, b, j)
    }
    self.matching = matching
    self.hidden = hidden
    self.output = output
    failureLevel = Self.failureLevel(neurons: k, inputs: truth.inputs, outputs: truth.outputs)
  }

  /// The expected errors of a recovery that knows nothing: units of uniformly random directions, matched as well as
  /// they can be.
  ///
  /// The cosines w.w' and a.a' have variances 1/d and 1/l. The matching gains m(k) standard deviations of their sum per
  /// unit, of which each cosine has the share of its variance:
  ///
  ///     hidden = k (2 - 2 m(k) (1/d) / sqrt(1/d + 1/l)),   output likewise with 1/l on top,
  ///     m(k) = the normal quantile of k / (k + 1).
  ///
  /// For d = k = l = 10 that is 14.0, the upper end of what complete failures were seen to read; those that retain
  /// something of the truth read less. Source: [derived] but for m(k), which was fitted: against means over random
  /// networks the whole is within 2 % of 2 k for k from 2 to 32, d and l from 5 to 30 [measured].
  public static func failureLevel(neurons k: Int, inputs d: Int, outputs l: Int) -> Level {
    precondition(k >= 0 && d > 0 && l > 0, "\(k) neurons, \(d) inputs, \(l) outputs")
    let units = Double(k), (ofHidden, ofOutput) = (1 / Double(d), 1 / Double(l))
    let gain = 2 * shallows_normal_quantile(units / (units + 1) - 0.5) / (ofHidden + ofOutput).squareRoot()
    return k == 0
      ? Level(hidden: 0, output: 0)
      : Level(hidden: units * (2 - gain * ofHidden), output: units * (2 - gain * ofOutput))
  }
}

/// The rows, each divided by its length; rows of zeros are left as they are.
private func unitRows(_ a: Matrix<Double>) -> Matrix<Double> {
  var unit = a
  for i in 0..<a.rows {
    let norm = Double.norm2(a.columns, Array(a.row(i)))
    if norm > 0 { for j in 0..<a.columns { unit[i, j] /= norm } }
  }
  return unit
}

private func squaredDistance(_ a: Matrix<Double>, _ i: Int, _ b: Matrix<Double>, _ j: Int) -> Double {
  var sum = 0.0
  for p in 0..<a.columns {
    let difference = a[i, p] - b[j, p]
    sum += difference * difference
  }
  return sum
}
