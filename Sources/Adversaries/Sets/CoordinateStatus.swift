import LinearAlgebra

/// What holds a coordinate of a perturbation where it is.
public enum CoordinateStatus: UInt8, Hashable, Sendable {
  /// Nothing: it may move either way, at least together with others along the sphere.
  case free
  /// x_i + delta_i is at the lower bound of the box.
  case atLower
  /// x_i + delta_i is at the upper bound of the box.
  case atUpper
  /// |delta_i| = eps, for linf.
  case atRadius
  /// delta_i = 0 where |delta|_1 = eps: a kink of the norm.
  case atZero
}

extension PerturbationSet {
  /// What holds each coordinate of a point of S; how many are free.
  ///
  /// The conditions of second order look at movements of the free coordinates only. A coordinate is at a bound if it is
  /// no farther from it than `tolerance` eps; ``project(_:around:radius:scratch:)`` puts held coordinates onto their
  /// bounds exactly, so 0 will do for its results. Where several apply, the box counts first. With eps = 0, none is
  /// free.
  ///
  /// - Parameters:
  ///   - delta: a point of S.
  ///   - statuses: receives `dimension` of them; `nil` to count only.
  /// - Complexity: O(d).
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func freeCoordinates(
    at delta: UnsafePointer<Element>, around x: UnsafePointer<Element>, radius: Element, tolerance: Element = 0,
    into statuses: UnsafeMutablePointer<CoordinateStatus>? = nil
  ) -> Int {
    let slack = tolerance * radius
    // Rounding keeps points of the sphere a little inside it.
    let isKinked = norm == .l1 && isNormActive(delta, radius: radius, tolerance: max(tolerance, 64 * .ulpOfOne))
    var free = 0
    for i in 0..<dimension {
      let v = delta[i]
      let status: CoordinateStatus
      if let box, v - differenceTowardsZero(box.lowerBound, x[i]) <= slack {
        status = .atLower
      } else if let box, differenceTowardsZero(box.upperBound, x[i]) - v <= slack {
        status = .atUpper
      } else if radius == 0 || (norm == .linf && radius - abs(v) <= slack) {
        status = .atRadius
      } else if isKinked && abs(v) <= slack {
        status = .atZero
      } else {
        status = .free
        free += 1
      }
      statuses?[i] = status
    }
    return free
  }

  /// Whether |delta|_p is eps, up to a share `tolerance` of it.
  ///
  /// - Complexity: O(d).
  public func isNormActive(
    _ delta: UnsafePointer<Element>, radius: Element, tolerance: Element = 64 * Element.ulpOfOne
  ) -> Bool {
    norm.length(delta, count: dimension) >= radius * (1 - tolerance)
  }
}
