import LinearAlgebra
import RealModule

/// The Gaussian closed forms. With x ~ N(0, I) and t the angle between u and v:
///
///     abs   E |u.x| |v.x|          = 2/pi |u| |v| (sin t + (pi/2 - t) cos t)
///     relu  E (u.x)_+ (v.x)_+      = 1/(2 pi) |u| |v| (sin t + (pi - t) cos t)
///     erf   E erf(.) erf(.)        = 2/pi asin(u.v / sqrt((1 + |u|^2)(1 + |v|^2)))
///
/// Source: the arc-cosine kernels of Cho and Saul (2009), Williams (1998) for erf; derivatives derived here.
extension CommitteeUnit {
  /// K(u, v) = E phi(u.x) phi(v.x) for x ~ N(0, I).
  ///
  /// Error: a few units in the last place of |u| |v|, at any angle.
  ///
  /// - Complexity: O(d), one transcendental.
  public func expectation(_ u: UnsafePointer<Double>, _ v: UnsafePointer<Double>, dimension: Int) -> Double {
    switch self {
    case .abs, .relu:
      let pair = VectorPair(u, v, dimension: dimension)
      return 2 / Double.pi * pair.firstNorm * pair.secondNorm * homogeneousFactor
        * (pair.sine + (flat - pair.angle) * pair.cosine)
    case .erf:
      let parts = ErfParts(u, v, dimension: dimension)
      return 2 / Double.pi * Double.atan2(y: parts.product, x: parts.root)
    }
  }

  /// Adds `scale` times dK(u, v)/du to `gradient`.
  ///
  ///     abs   2/pi (|v| sin t u/|u| + (pi/2 - t) v),    relu  1/(2 pi) (|v| sin t u/|u| + (pi - t) v)
  ///     erf   2/pi (v - (u.v / (1 + |u|^2)) u) / sqrt((1 + |u|^2)(1 + |v|^2) - (u.v)^2)
  ///
  /// Where u or v is zero, `abs` and `relu` add nothing: relu'(0) = abs'(0) = 0, as for samples.
  public func addExpectationGradient(
    _ u: UnsafePointer<Double>, _ v: UnsafePointer<Double>, scale: Double, to gradient: UnsafeMutablePointer<Double>,
    dimension: Int
  ) {
    let alongU: Double
    let alongV: Double
    switch self {
    case .abs, .relu:
      let pair = VectorPair(u, v, dimension: dimension)
      guard pair.firstNorm > 0 else { return }
      let factor = 2 / Double.pi * homogeneousFactor * scale
      alongU = factor * pair.secondNorm * pair.sine / pair.firstNorm
      alongV = factor * (flat - pair.angle)
    case .erf:
      let parts = ErfParts(u, v, dimension: dimension)
      alongV = 2 / Double.pi * scale / parts.root
      alongU = -alongV * parts.product / parts.first
    }
    for l in 0..<dimension { gradient[l] += alongU * u[l] + alongV * v[l] }
  }

  /// pi/2 for `abs`, pi for `relu`: the angle at which the kernel is flat.
  var flat: Double { self == .abs ? .pi / 2 : .pi }
  /// The kernel of `relu` is a quarter of the one of `abs`, but for `flat`.
  var homogeneousFactor: Double { self == .abs ? 1 : 0.25 }
}

/// The numbers of the kernel of erf: a = 1 + |u|^2, b = 1 + |v|^2, p = u.v and sqrt(a b - p^2).
struct ErfParts {
  let first, second, product, root: Double

  init(_ u: UnsafePointer<Double>, _ v: UnsafePointer<Double>, dimension: Int) {
    let (uu, vv) = (Double.dot(dimension, u, u), Double.dot(dimension, v, v))
    product = Double.dot(dimension, u, v)
    first = 1 + uu
    second = 1 + vv
    // 1 + |u|^2 + |v|^2 + (|u|^2 |v|^2 - p^2): at least 1, so what the last difference loses does not matter.
    root = (1 + uu + vv + max(0, uu * vv - product * product)).squareRoot()
  }
}
