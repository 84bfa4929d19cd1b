import LinearAlgebra

/// A box on one range of the vector: P(x) = argmin |y - x| over lower <= y <= upper, that is clip(x, lower, upper).
///
/// Bounds may be infinite. Where they are equal the coordinate is fixed.
///
/// - Complexity: O(d) for a range of d elements; allocates nothing.
public struct Box<Element: Scalar>: Projection {
  public let range: Range<Int>
  public let lower: [Element]
  public let upper: [Element]

  /// - Precondition: one pair of bounds for each element of `range`, `lower <= upper`.
  public init(range: Range<Int>, lower: [Element], upper: [Element]) {
    precondition(lower.count == range.count && upper.count == range.count, "one bound for each coordinate")
    precondition(zip(lower, upper).allSatisfy { $0 <= $1 }, "a box's lower bounds do not exceed its upper bounds")
    self.range = range
    self.lower = lower
    self.upper = upper
  }

  /// The box that keeps each coordinate's sign and its size between two values:
  /// s_j x_j in [smallest, largest], with s_j the sign of `reference[j]`.
  ///
  /// - Precondition: `0 <= smallest <= largest`; no reference is zero.
  public static func signed(range: Range<Int>, reference: [Element], smallest: Element, largest: Element) -> Box {
    precondition(0 <= smallest && smallest <= largest, "0 <= smallest <= largest")
    precondition(reference.allSatisfy { $0 != 0 }, "a coordinate at zero has no sign to keep")
    return Box(
      range: range, lower: reference.map { $0 > 0 ? smallest : -largest },
      upper: reference.map { $0 > 0 ? largest : -smallest })
  }

  public func project(_ x: UnsafeMutablePointer<Element>) {
    lower.withUnsafeBufferPointer { lower in
      upper.withUnsafeBufferPointer { upper in
        guard let l = lower.baseAddress, let u = upper.baseAddress else { return }
        clip(x + range.lowerBound, lower: l, upper: u, count: range.count)
      }
    }
  }

  public func activeConstraints(
    at x: UnsafePointer<Element>, gradient: UnsafePointer<Element>, tolerance: Element
  ) -> [ActiveConstraint] {
    range.compactMap { i in
      switch side(of: x[i], i, tolerance) {
      case .lower: ActiveConstraint(name: "lower bound \(i)", multiplier: Double(gradient[i]))
      case .upper: ActiveConstraint(name: "upper bound \(i)", multiplier: Double(-gradient[i]))
      case .fixed: ActiveConstraint(name: "fixed \(i)", multiplier: Double(abs(gradient[i])))
      case .inside: nil
      }
    }
  }

  public func releaseFreePart(
    of gradient: UnsafeMutablePointer<Element>, at x: UnsafePointer<Element>, tolerance: Element
  ) {
    for i in range {
      switch side(of: x[i], i, tolerance) {
      case .lower: gradient[i] = min(gradient[i], 0)
      case .upper: gradient[i] = max(gradient[i], 0)
      case .fixed: gradient[i] = 0
      case .inside: break
      }
    }
  }

  private enum Side { case lower, upper, fixed, inside }

  private func side(of value: Element, _ i: Int, _ tolerance: Element) -> Side {
    let (l, u) = (lower[i - range.lowerBound], upper[i - range.lowerBound])
    if l == u { return .fixed }
    if l.isFinite && value <= l + tolerance * (1 + abs(l)) { return .lower }
    if u.isFinite && value >= u - tolerance * (1 + abs(u)) { return .upper }
    return .inside
  }
}
