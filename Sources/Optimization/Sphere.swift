import LinearAlgebra

/// The unit sphere, on one range of the vector, or on each of its rows: P(x) = argmin |y - x| over |y| = radius,
/// that is radius x / |x|.
///
/// The set is not convex; the projection is unique except at 0, which is left where it is.
///
/// - Complexity: O(d) for a range of d elements; allocates nothing.
public struct Sphere<Element: Scalar>: Projection {
  public let range: Range<Int>
  public let rows: Int
  public let radius: Element

  private var columns: Int { range.count / rows }

  /// - Precondition: `range` holds `rows >= 1` whole rows; `radius > 0`.
  public init(range: Range<Int>, rows: Int = 1, radius: Element = 1) {
    precondition(rows >= 1 && range.count % rows == 0, "\(range.count) elements are not \(rows) rows")
    precondition(radius > 0, "a sphere's radius is positive")
    self.range = range
    self.rows = rows
    self.radius = radius
  }

  public func project(_ x: UnsafeMutablePointer<Element>) {
    for j in 0..<rows {
      let row = x + range.lowerBound + j * columns
      let length = Element.norm2(columns, row)
      if length > 0 { Element.scale(columns, radius / length, row) }
    }
  }

  /// An equation always binds; its multiplier may have either sign.
  public func activeConstraints(
    at x: UnsafePointer<Element>, gradient: UnsafePointer<Element>, tolerance: Element
  ) -> [ActiveConstraint] {
    (0..<rows).map { j in
      let offset = range.lowerBound + j * columns
      let multiplier = -Element.dot(columns, gradient + offset, x + offset) / radius
      return ActiveConstraint(name: rows == 1 ? "sphere" : "sphere \(j)", multiplier: Double(multiplier))
    }
  }

  /// Leaves the part of the gradient tangent to the sphere.
  public func releaseFreePart(
    of gradient: UnsafeMutablePointer<Element>, at x: UnsafePointer<Element>, tolerance: Element
  ) {
    for j in 0..<rows {
      let offset = range.lowerBound + j * columns
      let along = Element.dot(columns, gradient + offset, x + offset) / (radius * radius)
      Element.axpy(columns, -along, x + offset, gradient + offset)
    }
  }
}
