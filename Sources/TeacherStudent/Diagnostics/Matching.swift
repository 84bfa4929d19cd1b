import LinearAlgebra
import Networks

/// Which teacher each student is nearest to in angle, and how near.
///
///     T_i = students j whose smallest angle is that to w_i*
///
/// Angles are up to sign, in [0, pi/2], for the even unit `abs`, where a unit and its opposite are the same; in [0, pi]
/// for `relu` and `erf`. They are accurate to a few units in the last place however small. Of equal angles the
/// earlier teacher wins.
///
/// ```swift
/// let matching = Matching(of: student, to: teacher)
/// matching.groups[0]              // the students of the first teacher
/// matching.students[3].angle      // how far the fourth is from its teacher, in radians
/// ```
///
/// Source: Zhou, Ge, Jin (COLT 2021), section 4.
public struct Matching: Codable, Equatable, Sendable {
  public struct Student: Codable, Equatable, Sendable {
    /// The nearest teacher; `nil` for a student whose weights are all zero.
    public let teacher: Int?
    /// To the nearest teacher, in radians; `nil` where there is none.
    public let angle: Double?
    /// The sign of w_j.w_i* for `abs`: with it, weights point the teacher's way. 1 for the other units.
    public let sign: Double
    /// |u_j|, the length of the effective weights: |w_j|^2 for `abs`, |w_j| otherwise.
    public let weight: Double
    /// |u_j| / sum |u_k|; 0 if all are zero.
    public let share: Double

    /// Whether the student has next to no part in the output, its share being below ``negligibleShare``: its angle
    /// means little.
    public var isNegligible: Bool { share < Student.negligibleShare }
    public static let negligibleShare = 1e-6
  }

  public let students: [Student]
  /// T_1, ..., T_r. Students without weights are in none.
  public let groups: [[Int]]

  /// - Precondition: the dimensions agree.
  /// - Complexity: O(m r d).
  public init(of student: Matrix<Double>, to teacher: Teacher) {
    precondition(
      student.columns == teacher.dimension, "students in R^\(student.columns), teachers in R^\(teacher.dimension)")
    let weights = (0..<student.rows).map { j in
      let norm = Double.norm2(student.columns, Array(student.row(j)))
      return teacher.unit.isScaledByNorm ? norm * norm : norm
    }
    let total = weights.reduce(0, +)
    let targets = (0..<teacher.count).map { Array(teacher.weights.row($0)) }
    var groups = [[Int]](repeating: [], count: teacher.count)
    students = (0..<student.rows).map { j in
      let w = Array(student.row(j))
      var best: (teacher: Int, angle: Double, sign: Double)?
      if weights[j] > 0 {
        for (i, target) in targets.enumerated() {
          let (angle, sign) = Self.angle(w, target, isEven: teacher.unit.isEven)
          if angle < best?.angle ?? .infinity { best = (i, angle, sign) }
        }
      }
      if let best { groups[best.teacher].append(j) }
      return Student(
        teacher: best?.teacher, angle: best?.angle, sign: best?.sign ?? 1, weight: weights[j],
        share: total > 0 ? weights[j] / total : 0)
    }
    self.groups = groups
  }

  /// Teachers that no student is nearest to.
  public var unmatchedTeachers: [Int] { groups.indices.filter { groups[$0].isEmpty } }

  /// The largest angle among students that are not negligible; `nil` if all are.
  public var largestAngle: Double? { students.filter { !$0.isNegligible }.compactMap(\.angle).max() }

  private static func angle(_ w: [Double], _ target: [Double], isEven: Bool) -> (Double, Double) {
    let pair = VectorPair(w, target, dimension: w.count)
    guard isEven, pair.cosine < 0 else { return (pair.angle, 1) }
    // Turned about, so that an angle near pi is not subtracted from pi.
    return (VectorPair(w.map { -$0 }, target, dimension: w.count).angle, -1)
  }
}
