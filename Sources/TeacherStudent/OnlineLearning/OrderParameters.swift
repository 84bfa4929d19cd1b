import LinearAlgebra
import Randomness
import RealModule

/// The overlaps of a student's weights W (K x N) and a teacher's B (M x N):
///
///     Q = W W^T / N,   R = W B^T / N,   T = B B^T / N
///
/// Together they are the covariance of the preactivations (W x, B x) / sqrt N for x ~ N(0, I), of order K + M:
///
///     C = | Q    R |
///         | R^T  T |
public struct OrderParameters: Sendable, Equatable, Codable {
  /// K, the student's units.
  public let students: Int
  /// C, symmetric, of order K + M; the student's units come first.
  public let covariance: Matrix<Double>

  /// - Precondition: the covariance is square and symmetric, of an order above `students` > 0.
  public init(students: Int, covariance c: Matrix<Double>) {
    precondition(
      c.rows == c.columns && students > 0 && students < c.rows, "\(students) of \(c.rows) units are students")
    for i in 0..<c.rows {
      for j in 0..<i { precondition(c[i, j] == c[j, i], "the covariance is not symmetric at (\(i), \(j))") }
    }
    self.students = students
    covariance = c
  }

  /// - Precondition: Q is K x K, R is K x M, T is M x M; Q and T are symmetric.
  public init(q: Matrix<Double>, r: Matrix<Double>, t: Matrix<Double>) {
    let k = q.rows
    precondition(
      q.columns == k && r.rows == k && r.columns == t.rows && t.rows == t.columns,
      "Q \(q.rows) x \(q.columns), R \(r.rows) x \(r.columns), T \(t.rows) x \(t.columns) do not fit")
    self.init(
      students: k,
      covariance: Matrix(rows: k + t.rows, columns: k + t.rows) { i, j in
        i < k ? (j < k ? q[i, j] : r[i, j - k]) : (j < k ? r[j, i - k] : t[i - k, j - k])
      })
  }

  /// The overlaps of given weights.
  ///
  /// - Precondition: W and B have rows of one length.
  /// - Complexity: O((K + M)^2 N).
  public init(student: Matrix<Double>, teacher: Matrix<Double>) {
    precondition(student.columns == teacher.columns, "student in R^\(student.columns), teacher in R^\(teacher.columns)")
    let n = student.columns
    self.init(
      students: student.rows, units: Matrix(
        rows: student.rows + teacher.rows, columns: n, elements: student.elements + teacher.elements))
  }

  /// The overlaps of W above B in one matrix.
  init(students: Int, units: Matrix<Double>) {
    self.init(students: students, units: units.elements, dimension: units.columns)
  }

  private init(students: Int, units: [Double], dimension n: Int) {
    let order = units.count / n
    var c = Matrix<Double>(rows: order, columns: order)
    units.withUnsafeBufferPointer { units in
      c.withMutableView {
        $0.multiplyBySelf(MatrixView(units.baseAddress!, rows: order, columns: n), alpha: 1 / Double(n))
        $0.mirrorLowerTriangle()
      }
    }
    self.students = students
    covariance = c
  }

  /// M, the teacher's units.
  public var teachers: Int { covariance.rows - students }

  /// Q_ik, the overlap of two of the student's units.
  public func q(_ i: Int, _ k: Int) -> Double { covariance[i, k] }
  /// R_im, the overlap of a unit of the student with one of the teacher.
  public func r(_ i: Int, _ m: Int) -> Double { covariance[i, students + m] }
  /// T_mn, the overlap of two of the teacher's units.
  public func t(_ m: Int, _ n: Int) -> Double { covariance[students + m, students + n] }

  /// Weights in R^N with these overlaps, exactly but for rounding, in directions drawn from the stream: the rows of W
  /// above those of B. For C = L L^T they are sqrt N L O with orthonormal rows O.
  ///
  /// Starting every seed from such weights keeps the fluctuations of random starts, which are of order 1/sqrt N, out of
  /// a comparison with the limit N -> infinity.
  ///
  /// - Precondition: N >= K + M.
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(minor:)`` if C is singular: such weights would be dependent.
  /// - Complexity: O((K + M)^2 N).
  public func realization(dimension n: Int, stream: RandomStream) throws(LinearAlgebraError) -> Matrix<Double> {
    let order = covariance.rows
    precondition(n >= order, "\(order) independent units need at least as many dimensions, not \(n)")
    let lower = try Cholesky(covariance).lower
    var stream = stream
    // G = L' O with L' L'^T = G G^T; so O = L'^-1 G has orthonormal rows, uniform in direction like the rows of G.
    let gaussian: Matrix<Double> = stream.normalMatrix(rows: order, columns: n)
    let factor = try Cholesky(Matrix.product(gaussian, .no, gaussian, .yes)).lower
    var rows = gaussian
    for i in 0..<order {
      for j in 0...i {
        let scale = j < i ? -factor[i, j] : 1 / factor[i, i]
        for l in 0..<n { rows[i, l] = j < i ? rows[i, l] + scale * rows[j, l] : rows[i, l] * scale }
      }
    }
    var scaled = lower
    for i in scaled.elements.indices { scaled.elements[i] *= Double(n).squareRoot() }
    return scaled * rows
  }
}
