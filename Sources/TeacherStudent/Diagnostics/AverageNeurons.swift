import LinearAlgebra
import Networks

/// What the students of each teacher add up to, held against the teacher.
///
///     what_i = sum over T_i of |w_j| w_j     (signs flipped so that w_j.w_i* >= 0),     v_i = what_i - w_i*
///
/// A solution has v_i = 0 for every i. For `relu` the sum is that of w_j itself: units with the same direction add up
/// in the same way [derived]. Units of `erf` do not add up, and only a lone student means anything there.
///
/// Source: Zhou, Ge, Jin (COLT 2021), section 4.
public struct AverageNeurons: Codable, Equatable, Sendable {
  public let matching: Matching
  /// what, r x d.
  public let averages: Matrix<Double>
  /// v, r x d.
  public let differences: Matrix<Double>

  /// - Precondition: the dimensions agree.
  /// - Complexity: O(m r d).
  public init(of student: Matrix<Double>, to teacher: Teacher) {
    let matching = Matching(of: student, to: teacher)
    var sums = Matrix<Double>(rows: teacher.count, columns: teacher.dimension)
    let effective = teacher.unit.effectiveWeights(student)
    for (i, group) in matching.groups.enumerated() {
      for j in group {
        for l in 0..<teacher.dimension { sums[i, l] += matching.students[j].sign * effective[j, l] }
      }
    }
    self.matching = matching
    averages = sums
    differences = Matrix(rows: teacher.count, columns: teacher.dimension) { sums[$0, $1] - teacher.weights[$0, $1] }
  }

  /// |v_1|, ..., |v_r|.
  public var distances: [Double] {
    (0..<differences.rows).map { Double.norm2(differences.columns, Array(differences.row($0))) }
  }
}
