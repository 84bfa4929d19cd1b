import LinearAlgebra
import Networks

/// A teacher f*(x) = sum_{i <= r} phi(w_i . x): the committee that students are to imitate.
///
/// ```swift
/// let teacher = Teacher.basis(10, unit: .relu)
/// ```
public struct Teacher: Sendable, Equatable, Codable {
  public let unit: CommitteeUnit
  /// r x d.
  public let weights: Matrix<Double>

  /// - Precondition: there is at least one unit, and d is positive.
  public init(unit: CommitteeUnit, weights: Matrix<Double>) {
    precondition(weights.rows > 0 && weights.columns > 0, "a teacher of \(weights.rows) units in R^\(weights.columns)")
    self.unit = unit
    self.weights = weights
  }

  /// r.
  public var count: Int { weights.rows }
  /// d.
  public var dimension: Int { weights.columns }

  /// The standard basis of R^d: r = d orthonormal units.
  public static func basis(_ d: Int, unit: CommitteeUnit) -> Teacher { Teacher(unit: unit, weights: .identity(d)) }
}
