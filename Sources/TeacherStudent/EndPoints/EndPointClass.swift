import LinearAlgebra
import Networks

/// Students that ended in the same place, up to the order of units and the symmetries of the teacher.
public struct EndPointClass: Sendable {
  /// The first of them.
  public let representative: EndPoint
  /// Which of the given end points belong to it.
  public internal(set) var members: [Int]

  public var count: Int { members.count }
}

extension EndPointClass {
  /// Sorts end points into classes, those of lowest loss first.
  ///
  /// Two end points are compared by loss, then by Hessian spectrum, then unit by unit; see ``UnitPermutation``. Degenerate
  /// ends lie on continua that no list of classes describes: they are compared by loss and kind alone.
  ///
  /// - Parameter tolerance: of weights and eigenvalues. Points refined to a gradient of 1e-14 agree to 1e-11; the
  ///   default serves for gradients down to 1e-9 too.
  /// - Complexity: O(n c) comparisons for n end points in c classes of about equal loss.
  public static func classes(of ends: [EndPoint], teacher: Teacher, tolerance: Double = 1e-6) -> [EndPointClass] {
    var classes: [EndPointClass] = []
    for i in ends.indices {
      let end = ends[i]
      if let found = classes.firstIndex(where: { $0.representative.isSame(as: end, teacher, tolerance) }) {
        classes[found].members.append(i)
      } else {
        classes.append(EndPointClass(representative: end, members: [i]))
      }
    }
    return classes.sorted { $0.representative.loss < $1.representative.loss }
  }
}

extension EndPoint {
  /// Whether another end point is this one up to the order of units and the symmetries of the teacher.
  func isSame(as other: EndPoint, _ teacher: Teacher, _ tolerance: Double) -> Bool {
    guard kind == other.kind, abs(loss - other.loss) <= tolerance else { return false }
    if kind == .degenerate { return true }
    return spectrum.count == other.spectrum.count
      && zip(spectrum, other.spectrum).allSatisfy { abs($0 - $1) <= tolerance * 10 }
      && UnitPermutation(weights, other.weights, teacher: teacher, tolerance: tolerance).exists
  }
}
