#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The map from data values to even steps along an axis.
///
///     linear          t(x) = x
///     log10, log2     t(x) = log10 x, log2 x                      x > 0
///     symlog(c)       t(x) = sign(x) log10(1 + |x| / c)           every finite x
///
/// `symlog` is linear near zero and logarithmic far from it; `c > 0` is where one passes into the other. It is the
/// bi-symmetric logarithm of Webber (Meas. Sci. Technol. 24, 2013), smooth to first order at zero.
///
/// A value outside the domain (zero on a logarithmic axis, NaN, an infinity) is not drawn and leaves a gap. Magnitudes
/// above 1e300 count as outside too, so that differences of two accepted values stay finite.
public enum Scale: Hashable, Sendable {
  case linear
  case log10
  case log2
  case symlog(linearBelow: Double)

  /// Whether `x` has a place on an axis with this scale.
  public func accepts(_ x: Double) -> Bool {
    guard x.isFinite, abs(x) <= 1e300 else { return false }
    switch self {
    case .linear, .symlog: return true
    case .log10, .log2: return x > 0
    }
  }

  /// t(x), for an accepted `x`.
  public func transform(_ x: Double) -> Double {
    switch self {
    case .linear: return x
    case .log10: return logarithm10(x)
    case .log2: return logarithm2(x)
    case .symlog(let c):
      // log1p keeps the digits of small |x| / c that log10(1 + ...) would round away.
      let t = log1p(abs(x) / c) / ln10
      return x < 0 ? -t : t
    }
  }

  /// The value whose transform is `t`.
  public func inverse(_ t: Double) -> Double {
    switch self {
    case .linear: return t
    case .log10: return pow(10, t)
    case .log2: return exp2(t)
    case .symlog(let c):
      let x = c * expm1(abs(t) * ln10)
      return t < 0 ? -x : x
    }
  }

  var isLogarithmic: Bool { self == .log10 || self == .log2 }
}

let ln10 = 2.302585092994046

// The enum's cases hide the C functions of the same name inside its body.
private func logarithm10(_ x: Double) -> Double { log10(x) }
private func logarithm2(_ x: Double) -> Double { log2(x) }
