import LinearAlgebra
import Networks
import Randomness

/// How a student's weights W (m x d) are drawn before training.
///
/// | case                | text            | weights                                                                |
/// |---------------------|-----------------|------------------------------------------------------------------------|
/// | `gaussian(scale)`   | `gaussian=1`    | w_j ~ N(0, scale^2/d I)                                                |
/// | `random`            | `random`        | directions from N(0, I), norms by non-negative least squares           |
/// | `subspace(samples)` | `subspace=20000`| the same inside an estimate of the teacher's span                      |
/// | `ntk(scale)`        | `ntk=1`         | scale m^{-1/4} (`abs`) or scale m^{-1/2} (others) times N(0, I)        |
/// | `small(scale)`      | `small=0.001`   | as `gaussian`, meant for scales far below 1                            |
/// | `near(noise)`       | `near=0.1`      | the teacher's units shared out, disturbed in angle and norm            |
///
/// `gaussian` at scale 1 is the start of Safran and Shamir (ICML 2018); `random` and `subspace` are algorithms 1 and 2
/// of Zhou, Ge and Jin (COLT 2021, appendix E); see ``student(for:width:random:)`` for each.
///
/// `ntk` has the scale of the NTK parametrisation f = m^{-1/2} sum_j phi(theta_j) with theta_j ~ N(0, scale^2 I): the
/// factor m^{-1/2} is moved into the weights, of which `abs` units are homogeneous of degree two and `relu` units of
/// degree one (`erf` only while its weights are small). Units of `abs` and `relu` are nowhere negative, so they cannot
/// be paired to start from f = 0, and the scale alone does not bring about the lazy regime: a student that starts too
/// large first shrinks, nearly straight towards zero, until its output has the teacher's size, and turns its directions
/// thereafter as from any other start. For d = 2, the teacher of Figure 1 and m = 20 `abs` units, |W - W_0|/|W_0| when
/// L falls below 1% of E f*^2/2 is 0.37 at scale 1, 0.79 at 3 and 0.98 at 30, and the median direction has turned by 2
/// to 4 degrees [measured, one seed]. Directions that keep still forever are ruled out by theorem 3 of Zhou, Ge and
/// Jin: at zero loss each unit is along a teacher's.
public enum StudentStart: Hashable, Codable, Sendable {
  case gaussian(scale: Double)
  case random
  case subspace(samples: Int)
  case ntk(scale: Double)
  case small(scale: Double)
  case near(noise: Double)
}

/// Why a start was refused; the text names the value and what would be accepted.
public struct StudentStartError: Error, CustomStringConvertible, Equatable {
  public let description: String
  init(_ description: String) { self.description = description }
}

extension StudentStart {
  /// A student of `m` units for this teacher, m x d.
  ///
  /// - `random`: w_j ~ N(0, I); then z >= 0 that minimises E (sum_j z_j phi(w_j . x) - f*(x))^2 in closed form; then
  ///   the weights whose unit is z_j phi(w_j . x), that is sqrt(z_j/|w_j|) w_j for `abs` and z_j w_j for `relu`. Most
  ///   z_j are zero when m is large, and so are those weights.
  /// - `subspace`: the same with w_j ~ N(0, Q Q^T), the columns of Q being the min(r, d) eigenvectors for the largest
  ///   eigenvalues of (1/N) sum_i y_i (x_i x_i^T - I). In expectation that matrix is sqrt(2/pi) sum_i
  ///   |w_i*| wbar_i wbar_i^T for `abs` and half of it for `relu`: never negative, and with the teacher's span as its
  ///   range.
  /// - `near`: student j copies teacher j mod r. A teacher copied n times is shared out so that at noise 0 the student
  ///   computes f*: w = sqrt(|w*|/n) wbar* for `abs`, w*/n for `relu`. With g, h normal, the norm is multiplied by
  ///   exp(noise g), and the direction turned by the angle noise h towards a uniform perpendicular one. `erf` units
  ///   cannot be shared out: there the students beyond the first r are N(0, noise^2 |w*|^2/d I), zero at noise 0.
  ///
  /// The result depends on the teacher, m and the key of `random` alone, not on the position of the stream.
  ///
  /// - Throws: ``StudentStartError`` when m is below 1, the scale, the noise or the samples make no sense, `random` or
  ///   `subspace` is asked of `erf` units, which are not homogeneous, or `near` is given fewer students than teachers.
  /// - Complexity: O(m d); O(m^2 (d + r) + m s^3) for `random`, s the number of positive z_j; and O(N d^2) more for
  ///   `subspace`.
  public func student(for teacher: Teacher, width m: Int, random: RandomStream) throws -> Matrix<Double> {
    guard m >= 1 else { throw StudentStartError("width \(m): a student has at least one unit; give 1 or more") }
    try validate()
    let d = teacher.dimension
    var weights = random.split(0)
    switch self {
    case .gaussian(let scale), .small(let scale):
      return weights.normalMatrix(rows: m, columns: d, scale: scale / Double(d).squareRoot())
    case .ntk(let scale):
      let root = Double(m).squareRoot()
      return weights.normalMatrix(
        rows: m, columns: d, scale: scale / (teacher.unit.isScaledByNorm ? root.squareRoot() : root))
    case .random:
      try requireHomogeneous(teacher.unit)
      return try teacher.fittedNorms(of: weights.normalMatrix(rows: m, columns: d))
    case .subspace(let samples):
      try requireHomogeneous(teacher.unit)
      let basis = try teacher.estimatedSpan(samples: samples, random: random.split(1))
      // Projections depend on the subspace alone, not on the signs and order of its basis.
      let everywhere: Matrix<Double> = weights.normalMatrix(rows: m, columns: d)
      return try teacher.fittedNorms(of: Matrix.product(everywhere * basis, .no, basis, .yes))
    case .near(let noise):
      guard m >= teacher.count else {
        throw StudentStartError(
          "width \(m): a start near the teacher needs a unit for each of its \(teacher.count); give \(teacher.count) "
            + "or more, or another start")
      }
      return teacher.disturbedCopy(width: m, noise: noise, random: weights)
    }
  }

  /// - Throws: ``StudentStartError`` naming the value and what is accepted.
  public func validate() throws {
    switch self {
    case .gaussian(let scale), .ntk(let scale), .small(let scale):
      guard scale > 0 && scale.isFinite else {
        throw StudentStartError("start \(self): the scale must be positive and finite")
      }
    case .near(let noise):
      guard noise >= 0 && noise.isFinite else {
        throw StudentStartError("start \(self): the noise must be 0 or more, and finite")
      }
    case .subspace(let samples):
      guard samples >= 1 else { throw StudentStartError("start \(self): at least 1 sample is needed") }
    case .random: break
    }
  }

  private func requireHomogeneous(_ unit: CommitteeUnit) throws {
    guard unit != .erf else {
      throw StudentStartError(
        "start \(self): norms are fitted to homogeneous units, abs or relu; for erf take gaussian, small, ntk or near")
    }
  }
}
