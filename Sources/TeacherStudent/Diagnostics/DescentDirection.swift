import LinearAlgebra
import Networks

/// The direction towards the teacher that the gradient must see: the left side of Lemma 8, held against L.
///
///     S = sum_i sum over T_i of <grad_j, (I + p_j p_j^T)^{-1} (w_j - q_ij sgn(w_j.w_i*) w_i*)>  >=  L
///     p_j = w_j/|w_j|
///     q_ij = |w_j| / sum over T_i(dmax) of |w_k|^2 for the students within dmax of their teacher, 0 for the others
///
/// Since grad_j = E R |w_j| (I + p_j p_j^T) x sgn(w_j.x), the inverse cancels and, with the remainder
/// r_ij(x) = |w_i*.x| - w_i*.x sgn(w_j.x) of the teacher at the student,
///
///     S = 2 L + <R, sum_ij q_ij |w_j| r_ij> + sum over teachers without students within dmax of <R, |w_i*.x|>
///
/// which is how it is computed: relative accuracy is kept where gradients are but rounding [derived]. S / L is the
/// order at which L vanishes on the way there: 2 where averages are missed, 3 where only alignment is. The
/// lemma assumes a small loss, so that every teacher has students within dmax.
///
/// Source: Zhou, Ge, Jin (COLT 2021), lemma 8.
public struct DescentDirection: Codable, Equatable, Sendable {
  /// S.
  public let value: Double
  /// L, from ``ResidualDecomposition``.
  public let loss: Double
  /// dmax, in radians.
  public let reach: Double
  /// Teachers without a student within dmax.
  public let uncovered: [Int]

  /// S / L, which the lemma wants to be at least 1; `nil` at L <= 0.
  public var ratio: Double? { loss > 0 ? value / loss : nil }

  /// - Parameter reach: dmax, in radians. The paper's is a small power of the loss with unknown constants.
  /// - Precondition: the teacher's unit is `abs`, its weights are not zero, and the dimensions agree.
  /// - Complexity: O((m + r)^2 d).
  public init(of student: Matrix<Double>, to teacher: Teacher, reach: Double) {
    self.init(ResidualDecomposition(of: student, to: teacher), of: student, reach: reach)
  }

  init(_ parts: ResidualDecomposition, of student: Matrix<Double>, reach: Double) {
    let matching = parts.average.matching
    var sum = parts.residualSquared
    var uncovered: [Int] = []
    for (i, group) in matching.groups.enumerated() {
      let target = parts.targets[i]
      let near = group.filter { matching.students[$0].angle! <= reach }
      guard !near.isEmpty else {
        uncovered.append(i)
        sum += Self.inner(parts, linear: target, sign: target)
        continue
      }
      let total = near.reduce(0) { $0 + matching.students[$1].weight }
      for j in near {
        let direction = student.row(j).map { matching.students[j].sign * $0 }
        let rest = Remainder(of: target, at: direction)
        sum += matching.students[j].weight / total * Self.inner(parts, remainder: rest)
      }
    }
    (value, loss) = (sum, parts.loss)
    (self.reach, self.uncovered) = (reach, uncovered)
  }

  /// <R, (c.x) sgn(w.x)>.
  private static func inner(_ parts: ResidualDecomposition, linear c: [Double], sign w: [Double]) -> Double {
    var sum = 0.0
    for (miss, target) in zip(parts.misses, parts.targets) { sum += Wedge(target, w).signedMoment(miss, c) }
    for r in parts.remainders { sum += r.product(linear: c, sign: w) }
    return sum
  }

  /// <R, r>.
  private static func inner(_ parts: ResidualDecomposition, remainder: Remainder) -> Double {
    var sum = 0.0
    for (miss, target) in zip(parts.misses, parts.targets) { sum += remainder.product(linear: miss, sign: target) }
    for r in parts.remainders { sum += r.product(remainder) }
    return sum
  }
}
