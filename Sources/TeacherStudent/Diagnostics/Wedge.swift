import LinearAlgebra
import Networks
import RealModule

/// The set where sgn(a.x) and sgn(b.x) differ, and its second moments for x ~ N(0, I).
///
/// With t the angle between a and b, e their bisector and f the unit vector across it, from a towards b:
///
///     E x x^T 1[wedge] = 1/pi (t (I - e e^T - f f^T) + (t - sin t) e e^T + (t + sin t) f f^T)
///
/// In these axes the matrix is diagonal, so that u and v close to a and b, for which the moment is of order t^3, lose
/// no digits to cancellation: the relative error is about 1e-16 / t, that of t itself. [derived]
struct Wedge {
  let angle: Double
  private let bisector, across: [Double]

  init(_ a: [Double], _ b: [Double]) {
    let d = a.count
    let pair = VectorPair(a, b, dimension: d)
    angle = pair.angle
    var (e, f) = ([Double](repeating: 0, count: d), [Double](repeating: 0, count: d))
    guard pair.firstNorm > 0, pair.secondNorm > 0 else {
      (bisector, across) = (e, f)
      return
    }
    for l in 0..<d {
      let (p, q) = (a[l] / pair.firstNorm, b[l] / pair.secondNorm)
      e[l] = p + q
      f[l] = q - p
    }
    // The shorter of the two has rounding along the longer, which is not small next to its own length.
    if pair.cosine >= 0 {
      Self.normalize(&e)
      Self.clear(e, from: &f)
    } else {
      Self.normalize(&f)
      Self.clear(f, from: &e)
    }
    (bisector, across) = (e, f)
  }

  /// E (u.x)(v.x) 1[sgn(a.x) != sgn(b.x)].
  func moment(_ u: [Double], _ v: [Double]) -> Double {
    guard angle > 0 else { return 0 }
    let d = u.count
    let (ue, ve) = (Double.dot(d, u, bisector), Double.dot(d, v, bisector))
    let (uf, vf) = (Double.dot(d, u, across), Double.dot(d, v, across))
    var rest = 0.0
    for l in 0..<d {
      rest += (u[l] - ue * bisector[l] - uf * across[l]) * (v[l] - ve * bisector[l] - vf * across[l])
    }
    let sine = Double.sin(angle)
    return (angle * rest + Self.angleMinusSine(angle) * ue * ve + (angle + sine) * uf * vf) / .pi
  }

  /// E (u.x)(v.x) sgn(a.x) sgn(b.x) = u.v - 2 E (u.x)(v.x) 1[wedge].
  func signedMoment(_ u: [Double], _ v: [Double]) -> Double { Double.dot(u.count, u, v) - 2 * moment(u, v) }

  /// The unit vector across a, in the plane of both, towards b; zero where they are parallel.
  func acrossFirst() -> [Double] {
    let (s, c) = (Double.sin(angle / 2), Double.cos(angle / 2))
    return zip(bisector, across).map { s * $0 + c * $1 }
  }

  /// t - sin t, to a few units in the last place: by its series below 1, where the difference cancels.
  static func angleMinusSine(_ t: Double) -> Double {
    guard t < 1 else { return t - Double.sin(t) }
    var term = t * t * t / 6
    var sum = 0.0
    var k = 3.0
    while k < 23 {
      sum += term
      term *= -t * t / ((k + 1) * (k + 2))
      k += 2
    }
    return sum
  }

  private static func normalize(_ x: inout [Double]) {
    let length = Double.norm2(x.count, x)
    guard length > 0 else { return }
    for l in x.indices { x[l] /= length }
  }

  /// Makes `x` orthogonal to the unit vector `axis`, and of length one. A second pass clears what rounding left.
  private static func clear(_ axis: [Double], from x: inout [Double]) {
    for _ in 0..<2 {
      let along = Double.dot(x.count, x, axis)
      for l in x.indices { x[l] -= along * axis[l] }
      normalize(&x)
    }
  }
}
