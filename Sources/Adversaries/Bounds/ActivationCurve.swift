import Networks
import RealModule

/// An activation as bounds need it: values, slopes, where its graph bends which way, and where it has a given slope.
struct ActivationCurve: Sendable {
  let activation: Activation
  let bend: Bend

  /// Where sigma is convex and where it is concave.
  enum Bend: Sendable {
    case linear
    /// Straight pieces that meet at zero, where sigma is zero.
    case polygonal
    case convex
    /// Convex below zero, concave above.
    case sShaped
    /// Convex between -c and c, concave outside.
    case convexBetween(Double)
  }

  init(_ activation: Activation) {
    self.activation = activation
    bend =
      switch activation {
      case .identity: .linear
      case .relu, .leakyReLU, .abs: .polygonal
      case .softplus: .convex
      case .tanh, .sigmoid, .erf: .sShaped
      case .silu: .convexBetween(2.399357280520547)  // the root of 2 = z tanh(z / 2)
      case .gelu: .convexBetween(1.4142135623730951)
      }
  }

  @inline(__always) func value(_ z: Double) -> Double { valueAndSlope(z).value }

  /// sigma and sigma', each to a few units in the last place of max(1, |z|).
  @inline(__always) func valueAndSlope(_ z: Double) -> (value: Double, slope: Double) {
    switch activation {
    case .tanh:
      let h = Double.tanh(z)
      return (h, (1 - h) * (1 + h))
    case .sigmoid:
      let p = logistic(z)
      return (p, p * (1 - p))
    case .softplus: return (Swift.max(z, 0) + Double.log(onePlus: Double.exp(-Swift.abs(z))), logistic(z))
    case .silu:
      let p = logistic(z)
      return (z * p, p + z * p * (1 - p))
    case .gelu:
      let cumulative = Double.erfc(-z * 0.7071067811865476) / 2
      return (z * cumulative, cumulative + z * Double.exp(-z * z / 2) * 0.3989422804014327)
    case .erf: return (Double.erf(z), Double.exp(-z * z) * 1.1283791670955126)
    case .relu: return (Swift.max(z, 0), z > 0 ? 1 : 0)
    case .leakyReLU: return (z > 0 ? z : 0.01 * z, z > 0 ? 1 : 0.01)
    case .abs: return (Swift.abs(z), z > 0 ? 1 : z < 0 ? -1 : 0)
    case .identity: return (z, 1)
    }
  }

  /// A point of [lower, upper], a stretch without change of bend, where sigma' is nearly `slope`; the end that comes
  /// nearest where there is none.
  @inline(__always) func point(ofSlope slope: Double, _ lower: Double, _ upper: Double) -> Double {
    func onSide(_ z: Double) -> Double { Swift.min(Swift.max(upper > 0 ? z : -z, lower), upper) }
    let far = Double.greatestFiniteMagnitude
    switch activation {
    case .tanh:
      guard slope > 0 else { return onSide(far) }
      guard slope < 1 else { return onSide(0) }
      return onSide(Double.log((1 + (1 - slope).squareRoot()) / slope.squareRoot()))
    case .sigmoid:
      guard slope > 0 else { return onSide(far) }
      guard slope < 0.25 else { return onSide(0) }
      let p = (1 + (1 - 4 * slope).squareRoot()) / 2
      return onSide(Double.log(p * p / slope))
    case .erf:
      guard slope > 0 else { return onSide(far) }
      guard slope < 1.1283791670955126 else { return onSide(0) }
      return onSide((-Double.log(slope / 1.1283791670955126)).squareRoot())
    case .softplus:
      guard slope > 0 else { return lower }
      guard slope < 1 else { return upper }
      return Swift.min(Swift.max(Double.log(slope / (1 - slope)), lower), upper)
    case .silu, .gelu: return searchedPoint(ofSlope: slope, lower, upper)
    case .relu, .leakyReLU, .abs, .identity: return lower
    }
  }

  /// Newton's method within a bracket that shrinks; twelve steps are far more than it takes but for flat tails.
  private func searchedPoint(ofSlope slope: Double, _ lower: Double, _ upper: Double) -> Double {
    let (first, last) = (valueAndSlope(lower).slope - slope, valueAndSlope(upper).slope - slope)
    guard first * last < 0 else { return Swift.abs(first) < Swift.abs(last) ? lower : upper }
    let rises = last > 0
    var (a, b) = (lower, upper)
    var z = a + (b - a) * first / (first - last)
    for _ in 0..<12 {
      let t = triple(z)
      let residual = t.first - slope
      if Swift.abs(residual) < 1e-15 { break }
      if (residual > 0) == rises { b = z } else { a = z }
      var next = z - residual / t.second
      if !(next > a && next < b) { next = (a + b) / 2 }
      if next == z { break }
      z = next
    }
    return z
  }

  @inline(__always) private func triple(_ z: Double) -> (first: Double, second: Double) {
    (valueAndSlope(z).slope, curvature(z))
  }

  /// sigma''(z); zero for straight pieces.
  @inline(__always) func curvature(_ z: Double) -> Double {
    switch activation {
    case .tanh:
      let h = Double.tanh(z)
      return -2 * h * (1 - h) * (1 + h)
    case .sigmoid:
      let p = logistic(z)
      return p * (1 - p) * (1 - 2 * p)
    case .softplus:
      let p = logistic(z)
      return p * (1 - p)
    case .silu:
      let p = logistic(z)
      return p * (1 - p) * (2 + z * (1 - 2 * p))
    case .gelu: return Double.exp(-z * z / 2) * 0.3989422804014327 * (2 - z * z)
    case .erf: return -2 * z * Double.exp(-z * z) * 1.1283791670955126
    case .relu, .leakyReLU, .abs, .identity: return 0
    }
  }

  @inline(__always) private func logistic(_ z: Double) -> Double {
    let e = Double.exp(-Swift.abs(z))
    return (z < 0 ? e : 1) / (1 + e)
  }
}
