import Foundation
import LinearAlgebra
import Networks
import Randomness

extension Teacher {
  /// r orthonormal units: the first r rows of an orthogonal d x d matrix from the Haar measure.
  ///
  /// - Throws: ``TeacherError`` unless 1 <= r <= d.
  /// - Complexity: O(d^3).
  public static func orthonormal(
    count r: Int, dimension d: Int, unit: CommitteeUnit, random: RandomStream
  ) throws -> Teacher {
    try requireSizes(r, d)
    guard r <= d else {
      throw TeacherError("\(r) orthonormal teachers do not fit into dimension \(d); at most \(d) do")
    }
    var random = random
    let q: Matrix<Double> = random.orthogonal(d)
    return Teacher(unit: unit, weights: q.selectingRows(0..<r))
  }

  /// r units of independent normal weights, N(0, 1/d) each, so that E |w_i|^2 = 1.
  ///
  /// - Throws: ``TeacherError`` unless r and d are at least 1.
  public static func gaussian(
    count r: Int, dimension d: Int, unit: CommitteeUnit, random: RandomStream
  ) throws -> Teacher {
    try requireSizes(r, d)
    var random = random
    return Teacher(unit: unit, weights: random.normalMatrix(rows: r, columns: d, scale: (1 / Double(d)).squareRoot()))
  }

  /// Units in the plane, at the given angles from the first axis: w_i = norm_i (cos t_i, sin t_i).
  ///
  /// ```swift
  /// // The teacher of Figure 1 of Zhou, Ge and Jin, its angles read from the figure.
  /// let teacher = try Teacher.planar(degrees: [22.3, 58.3, 149.3], unit: .abs)
  /// ```
  /// - Parameter norms: 1 each unless given.
  /// - Throws: ``TeacherError`` when there is no angle, the numbers of angles and norms differ, or one is not finite.
  public static func planar(degrees: [Double], norms: [Double]? = nil, unit: CommitteeUnit) throws -> Teacher {
    let norms = norms ?? degrees.map { _ in 1 }
    try requireSizes(degrees.count, 2)
    guard norms.count == degrees.count else {
      throw TeacherError("\(degrees.count) angles but \(norms.count) norms; one norm an angle is needed")
    }
    if let bad = degrees.first(where: { !$0.isFinite }) { throw TeacherError("angle \(bad): a finite one is needed") }
    if let bad = norms.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw TeacherError("norm \(bad): a positive, finite one is needed")
    }
    return Teacher(
      unit: unit,
      weights: Matrix(rows: degrees.count, columns: 2) { i, l in
        let angle = degrees[i] * .pi / 180
        return norms[i] * (l == 0 ? cos(angle) : sin(angle))
      })
  }

  static func requireSizes(_ r: Int, _ d: Int) throws {
    guard r >= 1 else { throw TeacherError("\(r) teachers: at least 1 is needed") }
    guard d >= 1 else { throw TeacherError("dimension \(d): at least 1 is needed") }
  }
}
