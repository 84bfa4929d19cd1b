import LinearAlgebra
import Networks

/// The residual R = f - f* of an `abs` student in two parts, with their norms over x ~ N(0, I) in closed form.
///
///     R  = R1 + R2
///     R1 = sum_i v_i.x sgn(w_i*.x)
///     R2 = sum_i sum over T_i of |w_j| w_j.x (sgn(w_j.x) - sgn(w_i*.x))  >=  0 at every x
///
/// R1 is what the average neurons miss, R2 what is lost because students are not quite aligned. |R1 + R2|^2 = 2 L is
/// an identity, whatever the grouping.
///
/// Every term is of the order of its result (see `Wedge`, `Remainder`), so the norms have a *relative* error of about
/// 1e-16 over the smallest angle that matters, and L follows below 1e-16 too, where sums of kernels of order one see
/// only rounding. The exception: a product of two students' remainders, one at a tiny angle and the other far from
/// small, has an absolute error of 1e-16 times their weights.
///
/// ```swift
/// let parts = ResidualDecomposition(of: student, to: teacher)
/// parts.secondSquared      // |R2|^2, of order theta^3
/// parts.loss               // (|R1|^2 + 2 <R1, R2> + |R2|^2) / 2
/// ```
///
/// Source: Zhou, Ge, Jin (COLT 2021), section 4; closed forms derived here.
public struct ResidualDecomposition: Sendable {
  public let average: AverageNeurons
  /// |R1|^2 = E R1(x)^2.
  public let firstSquared: Double
  /// |R2|^2 = E R2(x)^2.
  public let secondSquared: Double
  /// <R1, R2> = E R1(x) R2(x).
  public let inner: Double
  /// sum_j E r_j^2 over the students' own parts r_j of R2, at most |R2|^2: 4/pi |u_j|^2 (t - sin t cos t) each.
  public let alignmentSquared: Double

  let remainders: [Remainder]
  let targets, misses: [[Double]]

  /// - Precondition: the teacher's unit is `abs`, its weights are not zero, and the dimensions agree.
  /// - Complexity: O((m + r)^2 d).
  public init(of student: Matrix<Double>, to teacher: Teacher) {
    precondition(teacher.unit == .abs, "the residual is decomposed for the unit abs, not \(teacher.unit.rawValue)")
    let average = AverageNeurons(of: student, to: teacher)
    let effective = CommitteeUnit.abs.effectiveWeights(student)
    let targets = (0..<teacher.count).map { Array(teacher.weights.row($0)) }
    let misses = (0..<teacher.count).map { Array(average.differences.row($0)) }
    let remainders = average.matching.students.enumerated().compactMap { j, match in
      match.teacher.map { i in Remainder(of: effective.row(j).map { match.sign * $0 }, at: targets[i]) }
    }
    var (first, second, inner, own) = (0.0, 0.0, 0.0, 0.0)
    for i in targets.indices {
      for k in 0...i {
        first += (k == i ? 1 : 2) * Wedge(targets[i], targets[k]).signedMoment(misses[i], misses[k])
      }
      for r in remainders { inner += r.product(linear: misses[i], sign: targets[i]) }
    }
    for j in remainders.indices {
      let square = remainders[j].product(remainders[j])
      own += square
      second += square
      for k in 0..<j { second += 2 * remainders[j].product(remainders[k]) }
    }
    self.average = average
    self.remainders = remainders
    self.targets = targets
    self.misses = misses
    (firstSquared, secondSquared, self.inner, alignmentSquared) = (first, second, inner, own)
  }

  /// |R|^2 = |R1|^2 + 2 <R1, R2> + |R2|^2 = 2 L.
  public var residualSquared: Double { firstSquared + 2 * inner + secondSquared }
  /// L.
  public var loss: Double { residualSquared / 2 }

  /// R1(x).
  public func first(at x: [Double]) -> Double {
    zip(misses, targets).reduce(0) { $0 + Double.dot(x.count, $1.0, x) * signum(Double.dot(x.count, $1.1, x)) }
  }

  /// R2(x).
  public func second(at x: [Double]) -> Double { remainders.reduce(0) { $0 + $1.value(at: x) } }
}
