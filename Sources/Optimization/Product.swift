import LinearAlgebra

/// The product of sets on disjoint ranges of the vector: each projection acts on its own range, and together they are
/// the projection onto the product, P(x) = argmin |y - x| over y in C_1 x C_2 x ....
///
/// The caller vouches that the ranges are disjoint.
public struct Product<Element: Scalar>: Projection {
  public let factors: [any Projection<Element>]

  public init(_ factors: [any Projection<Element>]) { self.factors = factors }

  public func project(_ x: UnsafeMutablePointer<Element>) {
    for factor in factors { factor.project(x) }
  }

  public func activeConstraints(
    at x: UnsafePointer<Element>, gradient: UnsafePointer<Element>, tolerance: Element
  ) -> [ActiveConstraint] {
    factors.flatMap { $0.activeConstraints(at: x, gradient: gradient, tolerance: tolerance) }
  }

  public func releaseFreePart(
    of gradient: UnsafeMutablePointer<Element>, at x: UnsafePointer<Element>, tolerance: Element
  ) {
    for factor in factors { factor.releaseFreePart(of: gradient, at: x, tolerance: tolerance) }
  }
}
