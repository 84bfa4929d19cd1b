import LinearAlgebra

/// The ball of radius eps about a center, on one range of the vector:
/// P(x) = argmin |y - x| over |y - c| <= eps, that is c + (x - c) min(1, eps / |x - c|).
///
/// For a matrix stored in the range the norm is Frobenius'. An infinite radius constrains nothing.
///
/// - Complexity: O(d) for a range of d elements; allocates nothing.
public struct Ball<Element: Scalar>: Projection {
  public let range: Range<Int>
  /// c, `range.count` elements.
  public let center: [Element]
  public let radius: Element

  /// - Precondition: one center element for each in `range`; `radius >= 0`.
  public init(range: Range<Int>, center: [Element], radius: Element) {
    precondition(center.count == range.count, "the center has \(center.count) elements for a range of \(range.count)")
    precondition(radius >= 0, "a ball's radius is not negative")
    self.range = range
    self.center = center
    self.radius = radius
  }

  public func project(_ x: UnsafeMutablePointer<Element>) {
    center.withUnsafeBufferPointer { center in
      guard let c = center.baseAddress else { return }
      projectOntoBall(x + range.lowerBound, center: c, radius: radius, count: range.count)
    }
  }

  public func activeConstraints(
    at x: UnsafePointer<Element>, gradient: UnsafePointer<Element>, tolerance: Element
  ) -> [ActiveConstraint] {
    center.withUnsafeBufferPointer { center in
      guard let c = center.baseAddress,
        let multiplier = ballMultiplier(
          at: x + range.lowerBound, gradient: gradient + range.lowerBound, center: c, radius: radius,
          count: range.count, tolerance: tolerance)
      else { return [] }
      return [ActiveConstraint(name: "ball", multiplier: Double(multiplier))]
    }
  }

  public func releaseFreePart(
    of gradient: UnsafeMutablePointer<Element>, at x: UnsafePointer<Element>, tolerance: Element
  ) {
    center.withUnsafeBufferPointer { center in
      guard let c = center.baseAddress else { return }
      releaseBallNormal(
        of: gradient + range.lowerBound, at: x + range.lowerBound, center: c, radius: radius, count: range.count,
        tolerance: tolerance)
    }
  }
}

/// A ball of radius eps for each row of a matrix stored in one range of the vector:
/// P(W) = argmin |Y - W|_F over |y_j - c_j| <= eps for every row j; each row is projected by itself.
///
/// - Complexity: O(rows x columns); allocates nothing.
public struct RowBalls<Element: Scalar>: Projection {
  public let range: Range<Int>
  public let rows: Int
  /// The rows of the centers, flat.
  public let center: [Element]
  public let radius: Element

  private var columns: Int { rows == 0 ? 0 : range.count / rows }

  /// - Precondition: `range` holds `rows` whole rows; one center element for each in `range`; `radius >= 0`.
  public init(range: Range<Int>, rows: Int, center: [Element], radius: Element) {
    precondition(rows >= 0 && (rows == 0 || range.count % rows == 0), "\(range.count) elements are not \(rows) rows")
    precondition(center.count == range.count, "the center has \(center.count) elements for a range of \(range.count)")
    precondition(radius >= 0, "a ball's radius is not negative")
    self.range = range
    self.rows = rows
    self.center = center
    self.radius = radius
  }

  public func project(_ x: UnsafeMutablePointer<Element>) {
    center.withUnsafeBufferPointer { center in
      guard let c = center.baseAddress else { return }
      for j in 0..<rows {
        projectOntoBall(
          x + range.lowerBound + j * columns, center: c + j * columns, radius: radius, count: columns)
      }
    }
  }

  public func activeConstraints(
    at x: UnsafePointer<Element>, gradient: UnsafePointer<Element>, tolerance: Element
  ) -> [ActiveConstraint] {
    center.withUnsafeBufferPointer { center in
      guard let c = center.baseAddress else { return [] }
      return (0..<rows).compactMap { j in
        let offset = range.lowerBound + j * columns
        return ballMultiplier(
          at: x + offset, gradient: gradient + offset, center: c + j * columns, radius: radius, count: columns,
          tolerance: tolerance
        ).map { ActiveConstraint(name: "row ball \(j)", multiplier: Double($0)) }
      }
    }
  }

  public func releaseFreePart(
    of gradient: UnsafeMutablePointer<Element>, at x: UnsafePointer<Element>, tolerance: Element
  ) {
    center.withUnsafeBufferPointer { center in
      guard let c = center.baseAddress else { return }
      for j in 0..<rows {
        let offset = range.lowerBound + j * columns
        releaseBallNormal(
          of: gradient + offset, at: x + offset, center: c + j * columns, radius: radius, count: columns,
          tolerance: tolerance)
      }
    }
  }
}

// The three operations of a single ball, on bare vectors.

private func projectOntoBall<Element: Scalar>(
  _ x: UnsafeMutablePointer<Element>, center: UnsafePointer<Element>, radius: Element, count: Int
) {
  let length = distance(x, center, count: count)
  if length > radius { shrink(x, toward: center, by: radius / length, count: count) }
}

/// -<g, (x - c)/|x - c|> on the boundary, `nil` inside. A ball of radius zero has no normal and no multiplier.
private func ballMultiplier<Element: Scalar>(
  at x: UnsafePointer<Element>, gradient: UnsafePointer<Element>, center: UnsafePointer<Element>, radius: Element,
  count: Int, tolerance: Element
) -> Element? {
  let length = distance(x, center, count: count)
  guard radius.isFinite, length > 0, length >= radius * (1 - tolerance) else { return nil }
  return (Element.dot(count, gradient, center) - Element.dot(count, gradient, x)) / length
}

private func releaseBallNormal<Element: Scalar>(
  of gradient: UnsafeMutablePointer<Element>, at x: UnsafePointer<Element>, center: UnsafePointer<Element>,
  radius: Element, count: Int, tolerance: Element
) {
  if radius == 0 {
    gradient.update(repeating: 0, count: count)
    return
  }
  guard
    let multiplier = ballMultiplier(
      at: x, gradient: gradient, center: center, radius: radius, count: count, tolerance: tolerance), multiplier > 0
  else { return }
  let length = distance(x, center, count: count)
  Element.axpy(count, multiplier / length, x, gradient)
  Element.axpy(count, -multiplier / length, center, gradient)
}
