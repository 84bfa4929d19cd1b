import LinearAlgebra

/// One unit of a committee f(x) = sum_j phi(u_j . x): its output weight is one, or is the length of its own weights.
///
/// | unit   | phi(z)           | student's u_j  | teacher's u_i |
/// |--------|------------------|----------------|---------------|
/// | `abs`  | \|z\|            | \|w_j\| w_j    | w_i           |
/// | `relu` | max(z, 0)        | w_j            | w_i           |
/// | `erf`  | erf(z / sqrt 2)  | w_j            | w_i           |
///
/// A student of `abs` units computes f(x) = sum_j |w_j| |w_j . x|, which makes its output quadratic in the weights
/// and its loss smooth at w_j = 0; its teacher f*(x) = sum_i |w_i . x| has unit output weights.
///
/// Source: Zhou, Ge, Jin (COLT 2021) for `abs`; Safran and Shamir (ICML 2018) for `relu`; Saad and Solla (1995) for
/// `erf`, whose argument is scaled by sqrt 2, unlike ``Activation/erf``.
public enum CommitteeUnit: String, Codable, Sendable, CaseIterable {
  case abs, relu, erf

  /// Whether a student's unit is scaled by the length of its weights: u = |w| w.
  public var isScaledByNorm: Bool { self == .abs }

  /// Whether phi(-z) = phi(z), so that weights are determined up to sign.
  public var isEven: Bool { self == .abs }

  /// Writes the effective weights u of a student's unit with weights `w`: |w| w for `abs`, w otherwise.
  public func effectiveWeights(
    _ w: UnsafePointer<Double>, into u: UnsafeMutablePointer<Double>, dimension: Int
  ) {
    let scale = isScaledByNorm ? Double.norm2(dimension, w) : 1
    for l in 0..<dimension { u[l] = scale * w[l] }
  }

  /// The effective weights of a whole student, m x d.
  public func effectiveWeights(_ student: Matrix<Double>) -> Matrix<Double> {
    var result = student
    student.withView { w in
      result.withMutableView { u in
        for j in 0..<w.rows { effectiveWeights(w.row(j), into: u.row(j), dimension: w.columns) }
      }
    }
    return result
  }
}
