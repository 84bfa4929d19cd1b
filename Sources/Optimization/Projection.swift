import LinearAlgebra

/// The Euclidean projection onto a closed set C, P(x) = argmin over y in C of |y - x|.
///
/// A projection acts in place on a flat vector; the set may constrain a part of it only. Sets are immutable values.
public protocol Projection<Element>: Sendable {
  associatedtype Element: Scalar

  /// Moves `x` to the nearest point of the set.
  func project(_ x: UnsafeMutablePointer<Element>)

  /// The constraints active at the feasible point `x`, with the multipliers that balance `gradient` best.
  ///
  /// - Parameter tolerance: how near to its bound, relative to the set's size, a constraint counts as active.
  func activeConstraints(
    at x: UnsafePointer<Element>, gradient: UnsafePointer<Element>, tolerance: Element
  ) -> [ActiveConstraint]

  /// Removes from `gradient` what the active constraints hold back: the part along outward normals with a positive
  /// multiplier. What is left is the gradient along the free directions.
  func releaseFreePart(
    of gradient: UnsafeMutablePointer<Element>, at x: UnsafePointer<Element>, tolerance: Element)
}

/// One constraint that binds at a point.
///
/// At a KKT point grad L + sum_i multiplier_i normal_i = 0 with every multiplier >= 0, normals being unit outward.
public struct ActiveConstraint: Codable, Sendable, Equatable {
  /// Which constraint: "ball", "row ball 3", "lower bound 17".
  public let name: String
  /// -<gradient, outward unit normal>; negative when the constraint would like to be left.
  public let multiplier: Double

  public init(name: String, multiplier: Double) {
    self.name = name
    self.multiplier = multiplier
  }
}

/// The whole space: P(x) = x.
public struct Unconstrained<Element: Scalar>: Projection {
  public init() {}
  public func project(_ x: UnsafeMutablePointer<Element>) {}
  public func activeConstraints(
    at x: UnsafePointer<Element>, gradient: UnsafePointer<Element>, tolerance: Element
  ) -> [ActiveConstraint] { [] }
  public func releaseFreePart(
    of gradient: UnsafeMutablePointer<Element>, at x: UnsafePointer<Element>, tolerance: Element
  ) {}
}

extension Projection {
  /// |P(x - g) - x| / (1 + |x|): zero exactly at the KKT points of min L over the set, g being grad L(x).
  ///
  /// - Parameter scratch: `count` elements, overwritten.
  public func stationarity(
    at x: UnsafePointer<Element>, gradient: UnsafePointer<Element>, scratch: UnsafeMutablePointer<Element>, count: Int
  ) -> Element {
    subtract(x, gradient, into: scratch, count: count)
    project(scratch)
    return distance(scratch, x, count: count) / (1 + Element.norm2(count, x))
  }
}
