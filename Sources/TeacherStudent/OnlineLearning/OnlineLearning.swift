import RealModule

/// Online learning of a soft committee machine from a teacher of the same kind: the problem.
///
/// For inputs x ~ N(0, I_N), with g(z) = erf(z / sqrt 2), a student of K units learns from a teacher of M units
///
///     student  phi(x) = sum_k v_k g(w_k . x / sqrt N),    teacher  y(x) = sum_m A_m g(b_m . x / sqrt N) + sigma zeta
///
/// with a fresh example in each step, of the loss 1/2 (phi - y)^2, and output weights v and A fixed:
///
///     w_k <- w_k - eta / sqrt N  v_k g'(w_k . x / sqrt N) (phi(x) - y(x)) x
///
/// Time is alpha = steps / N. As N grows, the order parameters Q = W W^T / N, R = W B^T / N move on a deterministic
/// path (``solve(from:at:method:)``); ``OnlineSimulation`` takes the steps themselves, and ``OnlineComparison`` holds
/// one against the other.
///
/// Source: Saad and Solla, "On-line learning in soft committee machines" (Phys. Rev. E 1995); Goldt et al., "Dynamics
/// of stochastic gradient descent for two-layer neural networks in the teacher-student setup" (NeurIPS 2019).
public struct OnlineLearning: Sendable, Equatable, Codable {
  /// v, one for each of the student's K units.
  public let studentOutputs: [Double]
  /// A, one for each of the teacher's M units.
  public let teacherOutputs: [Double]
  /// eta.
  public let rate: Double
  /// sigma, the standard deviation of the noise on the labels.
  public let noise: Double

  /// - Precondition: both have units, the rate is positive, the noise is not negative.
  public init(studentOutputs: [Double], teacherOutputs: [Double], rate: Double, noise: Double = 0) {
    precondition(!studentOutputs.isEmpty && !teacherOutputs.isEmpty, "student and teacher need at least one unit")
    precondition(rate > 0 && noise >= 0, "a rate of \(rate) and noise of \(noise); the rate must be positive")
    self.studentOutputs = studentOutputs
    self.teacherOutputs = teacherOutputs
    self.rate = rate
    self.noise = noise
  }

  /// Committees proper, whose output weights are one.
  public init(students: Int, teachers: Int, rate: Double, noise: Double = 0) {
    self.init(
      studentOutputs: Array(repeating: 1, count: students), teacherOutputs: Array(repeating: 1, count: teachers),
      rate: rate, noise: noise)
  }

  /// K.
  public var students: Int { studentOutputs.count }
  /// M.
  public var teachers: Int { teacherOutputs.count }

  /// (v, -A): the weights with which the units' outputs add up to the error phi - y.
  var signedOutputs: [Double] { studentOutputs + teacherOutputs.map { -$0 } }

  /// The generalisation error that label noise leaves at late times, to first order in eta, for a teacher with T = I,
  /// unit output weights, and M <= K = M + L:
  ///
  ///     eps_g = eta sigma^2 / (2 pi) (L + M / sqrt 3) + O(eta^2)
  ///
  /// It holds where M of the student's units have found the teacher's and the other L have decayed. For L >= 2 that
  /// state lasts long, but not for ever: pairs of surplus units drift along w = -w', where their outputs cancel, and
  /// their noise with them [measured].
  ///
  /// - Precondition: K >= M.
  ///
  /// Source: Goldt et al. (2019), the asymptotic error of soft committee machines with erf units.
  public var asymptoticError: Double {
    precondition(students >= teachers, "\(students) units cannot express a teacher of \(teachers)")
    return rate * noise * noise / (2 * .pi)
      * (Double(students - teachers) + Double(teachers) / Double.sqrt(3))
  }
}
