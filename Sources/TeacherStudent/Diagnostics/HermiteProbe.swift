import LinearAlgebra
import Networks
import RealModule

/// The residual of an `abs` student tested against h_l(w_i*.x / |w_i*|) for every teacher i.
///
///     <R, h_l> = s_l (sum_j |w_j|^2 cos^l(w_j, w_i*) - sum_k |w_k*| cos^l(w_k*, w_i*))
///     |<R, h_l>| <= |R| = sqrt(2 L)
///
/// The inequality is that of Cauchy and Schwarz, h_l being of norm one. With l from
/// ``HermiteAbs/degree(separation:accuracy:)`` all but the units near w_i* drop out: a small loss needs
/// students near every teacher that add up to its norm. This is the mechanism of lemma 9 and lemma C.6; the exact test
/// function of the paper combines such terms. [derived]
public struct HermiteProbe: Codable, Equatable, Sendable {
  /// l, even.
  public let degree: Int
  /// <R, h_l> for each teacher.
  public let products: [Double]
  /// sum_j |w_j|^2 cos^l(w_j, w_i*), which zero loss makes equal to the same sum over the teachers.
  public let seen: [Double]

  /// - Precondition: the unit is `abs`, the degree is even and positive, and the dimensions agree.
  /// - Complexity: O((m + r) r d).
  public init(of student: Matrix<Double>, to teacher: Teacher, degree: Int) {
    precondition(teacher.unit == .abs, "the test functions are those of the unit abs, not of \(teacher.unit.rawValue)")
    precondition(degree > 0 && degree.isMultiple(of: 2), "degree \(degree); even and positive ones are accepted")
    precondition(
      student.columns == teacher.dimension, "students in R^\(student.columns), teachers in R^\(teacher.dimension)")
    func seen(_ units: Matrix<Double>, at target: [Double]) -> Double {
      (0..<units.rows).reduce(0) { sum, j in
        let pair = VectorPair(Array(units.row(j)), target, dimension: target.count)
        return sum + pair.firstNorm * Double.pow(pair.cosine * pair.cosine, degree / 2)
      }
    }
    let effective = CommitteeUnit.abs.effectiveWeights(student)
    let targets = (0..<teacher.count).map { Array(teacher.weights.row($0)) }
    let s = HermiteAbs.coefficient(degree)
    self.degree = degree
    self.seen = targets.map { seen(effective, at: $0) }
    products = zip(targets, self.seen).map { s * ($1 - seen(teacher.weights, at: $0)) }
  }

  /// max_i |<R, h_l>|, at most sqrt(2 L).
  public var largest: Double { products.map { abs($0) }.max() ?? 0 }
}
