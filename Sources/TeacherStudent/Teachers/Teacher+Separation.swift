import LinearAlgebra
import Networks
import Randomness

extension Teacher {
  /// r units whose directions are uniform on the sphere given that any two of them make an angle of at least
  /// `minimumAngle`, and whose norms are uniform on `norms`: assumptions 1 and 2 of Zhou, Ge and Jin (COLT 2021).
  ///
  /// The angle is up to sign, in [0, pi/2], where the unit is even (`abs`), and in [0, pi] otherwise. Directions are
  /// drawn one after the other, and drawn again when too close to an earlier one; after 10,000 rejections in a row the
  /// whole set is begun anew, up to ten times. Sets close to the densest packing are therefore not found.
  ///
  /// - Parameter minimumAngle: Delta, in radians.
  /// - Throws: ``TeacherError`` for sizes below 1, an angle or norms that make no sense, or when no set was found.
  /// - Complexity: O(r d) a draw.
  public static func separated(
    count r: Int, dimension d: Int, minimumAngle: Double, norms: ClosedRange<Double> = 1...1, unit: CommitteeUnit,
    random: RandomStream
  ) throws -> Teacher {
    try requireSizes(r, d)
    let largest = unit.isEven ? Double.pi / 2 : .pi
    guard minimumAngle >= 0 && minimumAngle <= largest else {
      throw TeacherError(
        "smallest angle \(minimumAngle): from 0 to \(largest) (radians) is needed for \(unit.rawValue)")
    }
    guard norms.lowerBound > 0 && norms.upperBound.isFinite else {
      throw TeacherError("norms \(norms): positive, finite ones are needed")
    }
    var (directions, lengths) = (random.split(0), random.split(1))
    var most = 0
    for _ in 0..<sets {
      var found: [[Double]] = []
      var rejected = 0
      while found.count < r && rejected < draws {
        let candidate: [Double] = directions.sphere(d)
        if found.allSatisfy({ separation($0, candidate, unit) >= minimumAngle }) {
          found.append(candidate)
          rejected = 0
        } else {
          rejected += 1
        }
      }
      most = max(most, found.count)
      guard found.count == r else { continue }
      let weights = found.flatMap { direction in
        let u = lengths.uniform()
        let norm = norms.lowerBound + (norms.upperBound - norms.lowerBound) * u
        return direction.map { norm * $0 }
      }
      return Teacher(unit: unit, weights: Matrix(rows: r, columns: d, elements: weights))
    }
    let degrees = (minimumAngle * 180 / .pi * 1e6).rounded() / 1e6
    throw TeacherError(
      "no \(r) directions in dimension \(d) \(degrees) degrees apart were found: \(most) fitted at "
        + "best in \(sets) sets, each given up after \(draws) rejections in a row; fewer teachers or a smaller "
        + "angle may fit")
  }

  private static let sets = 10
  private static let draws = 10_000

  /// The angle between two units: in [0, pi/2] where a unit and its opposite are the same (`abs`), else in [0, pi].
  static func separation(
    _ u: UnsafePointer<Double>, _ v: UnsafePointer<Double>, _ d: Int, _ unit: CommitteeUnit
  ) -> Double {
    let angle = VectorPair(u, v, dimension: d).angle
    return unit.isEven ? min(angle, .pi - angle) : angle
  }

  private static func separation(_ u: [Double], _ v: [Double], _ unit: CommitteeUnit) -> Double {
    separation(u, v, u.count, unit)
  }

  /// Delta, the smallest angle between two of the units, up to sign where the unit is even; `nil` for a single unit.
  ///
  /// Zero where a unit's weights are all zero.
  ///
  /// - Complexity: O(r^2 d).
  public var minimumAngle: Double? {
    weights.withView { w in
      var least: Double?
      for i in 0..<count {
        for k in 0..<i {
          let angle = Self.separation(w.row(i), w.row(k), dimension, unit)
          least = min(least ?? angle, angle)
        }
      }
      return least
    }
  }

  /// |w_1|, ..., |w_r|.
  public var norms: [Double] {
    weights.withView { w in (0..<count).map { Double.norm2(dimension, w.row($0)) } }
  }

  /// w_min...w_max, the smallest and the largest norm of the units.
  public var normRange: ClosedRange<Double> {
    let norms = norms
    return norms.min()!...norms.max()!
  }
}
