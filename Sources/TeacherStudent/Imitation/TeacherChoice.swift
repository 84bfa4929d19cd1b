import LinearAlgebra
import Networks
import Randomness

/// Where a teacher comes from.
public enum TeacherChoice: Sendable, Codable, Equatable {
  /// The standard basis: d = r orthonormal units.
  case basis
  /// Orthonormal units in a random frame.
  case orthonormal
  /// Independent normal units of length one in the mean.
  case gaussian
  /// Random units whose pairwise angles are at least so many degrees, with lengths drawn from a range.
  case separated(degrees: Double, norms: ClosedRange<Double>)
  /// Unit vectors in the plane at these angles, in degrees.
  case planar(degrees: [Double])
  /// These weights, r x d.
  case given(Matrix<Double>)

  /// The teacher itself.
  ///
  /// - Parameters:
  ///   - count: r; without meaning where the choice decides it.
  ///   - random: what random teachers are drawn from.
  /// - Throws: ``TeacherError``.
  public func teacher(unit: CommitteeUnit, count: Int, dimension: Int, random: RandomStream) throws -> Teacher {
    switch self {
    case .basis:
      guard count == dimension, count > 0 else {
        throw TeacherError("a basis has as many units as dimensions: \(count) teachers in \(dimension) dimensions")
      }
      return .basis(dimension, unit: unit)
    case .orthonormal:
      return try .orthonormal(count: count, dimension: dimension, unit: unit, random: random)
    case .gaussian: return try .gaussian(count: count, dimension: dimension, unit: unit, random: random)
    case .separated(let degrees, let norms):
      return try .separated(
        count: count, dimension: dimension, minimumAngle: degrees * .pi / 180, norms: norms, unit: unit,
        random: random)
    case .planar(let degrees): return try .planar(degrees: degrees, unit: unit)
    case .given(let weights):
      try Teacher.requireSizes(weights.rows, weights.columns)
      guard weights.rows == count, weights.columns == dimension else {
        throw TeacherError(
          "\(count) teachers in \(dimension) dimensions: the given ones are \(weights.rows) in \(weights.columns)")
      }
      if let bad = weights.elements.first(where: { !$0.isFinite }) {
        throw TeacherError("teacher with a weight of \(bad): finite ones are needed")
      }
      return Teacher(unit: unit, weights: weights)
    }
  }
}
