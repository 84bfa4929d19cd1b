import LinearAlgebra
import Networks
import RealModule

/// r(x) = |u.x| - (u.x) sgn(a.x) >= 0: what is left of |u.x| beyond its linearisation at a, for u at an acute angle t
/// to a. It is 2 |u.x| on the wedge between a and u, and zero elsewhere.
///
/// E r^2 = 4/pi |u|^2 (t - sin t cos t), about 8/(3 pi) |u|^2 t^3. Two remainders at different bases have a product of
/// order t^4, which the closed form finds as a sum of terms of order one. Where the angles are small against the
/// distance of the bases, the remainder is therefore integrated: with u = c (a + s xi n) along the path from a to u,
///
///     r = integral over s in (0, 1) of (1 - s) d2/ds2 |(a + s xi n).x|,  d2|z|/dz2 = 2 delta(z)
///
/// whose expectations are those of Gaussians on the hyperplanes; ten Gauss-Legendre points reach 1e-15. [derived]
struct Remainder {
  let vector, base: [Double]
  let wedge: Wedge
  /// |u| cos t and |u| sin t.
  private let along, offset: Double
  /// Unit vectors: a/|a| and the one across it towards u.
  private let axis, normal: [Double]

  /// - Precondition: u.a >= 0, both not zero.
  init(of u: [Double], at a: [Double]) {
    vector = u
    base = a
    wedge = Wedge(a, u)
    let (length, baseLength) = (Double.norm2(u.count, u), Double.norm2(a.count, a))
    along = length * Double.cos(wedge.angle)
    offset = length * Double.sin(wedge.angle)
    axis = a.map { $0 / baseLength }
    normal = wedge.acrossFirst()
  }

  func value(at x: [Double]) -> Double {
    let product = Double.dot(x.count, vector, x)
    return abs(product) - product * signum(Double.dot(x.count, base, x))
  }

  /// E r r'.
  func product(_ other: Remainder) -> Double {
    guard offset > 0, other.offset > 0 else { return 0 }
    let separation = acuteAngle(axis, other.axis)
    if max(wedge.angle, other.wedge.angle) <= separation / 6 { return integratedProduct(other) }
    let (u, v) = (vector, other.vector)
    let crossing = Wedge(u, other.base).moment(u, v) + Wedge(base, v).moment(u, v)
    return 2 * (crossing - Wedge(u, v).moment(u, v) - Wedge(base, other.base).moment(u, v))
  }

  /// E (c.x) sgn(w.x) r.
  func product(linear c: [Double], sign w: [Double]) -> Double {
    guard offset > 0 else { return 0 }
    if wedge.angle <= acuteAngle(axis, w) / 6 { return integratedProduct(linear: c, sign: w) }
    return 2 * (Wedge(w, base).moment(c, vector) - Wedge(w, vector).moment(c, vector))
  }

  /// For unit vectors A(s), B(s') on the two paths, n' and q' the normals off their span, and t the angle of A and B:
  /// E delta(A.x) delta(B.x) (n.x)^2 (q.x)^2 = (|n'|^2 |q'|^2 + 2 (n'.q')^2) / (2 pi sin t).
  private func integratedProduct(_ other: Remainder) -> Double {
    let d = axis.count
    let (ab, aq) = (Double.dot(d, axis, other.axis), Double.dot(d, axis, other.normal))
    let (nb, nq) = (Double.dot(d, normal, other.axis), Double.dot(d, normal, other.normal))
    let (firstSlope, secondSlope) = (offset / along, other.offset / other.along)
    var sum = 0.0
    for (s, p) in zip(Self.nodes, Self.weights) {
      let a = Direction(slope: s * firstSlope)
      for (t, q) in zip(Self.nodes, Self.weights) {
        let b = Direction(slope: t * secondSlope)
        let c = a.cosine * (b.cosine * ab + b.sine * aq) + a.sine * (b.cosine * nb + b.sine * nq)
        let (nA, nB) = (a.sine, b.cosine * nb + b.sine * nq)
        let (qA, qB) = (a.cosine * aq + a.sine * nq, b.sine)
        let square = 1 - c * c
        let (nRest, qRest) = (nB - c * nA, qA - c * qB)
        let nn = max(0, 1 - nA * nA - nRest * nRest / square)
        let qq = max(0, 1 - qB * qB - qRest * qRest / square)
        let cross = nq - nA * qA - nRest * (qB - c * qA) / square
        let density = 2 * a.cosine * b.cosine / (Double.pi * along * other.along * square.squareRoot())
        sum += p * q * (1 - s) * (1 - t) * density * (nn * qq + 2 * cross * cross)
      }
    }
    return sum * (offset * offset) * (other.offset * other.offset)
  }

  private func integratedProduct(linear c: [Double], sign w: [Double]) -> Double {
    let d = axis.count
    let length = Double.norm2(d, w)
    let (wa, wn, wc) = (
      Double.dot(d, w, axis) / length, Double.dot(d, w, normal) / length, Double.dot(d, w, c) / length
    )
    let (ca, cn) = (Double.dot(d, c, axis), Double.dot(d, c, normal))
    var sum = 0.0
    for (s, p) in zip(Self.nodes, Self.weights) {
      let b = Direction(slope: s * offset / along)
      let (wb, cb) = (b.cosine * wa + b.sine * wn, b.cosine * ca + b.sine * cn)
      // On the hyperplane across b: the parts of c and of the normal along w, and their product.
      let root = (1 - wb * wb).squareRoot()
      let (c1, n1) = ((wc - wb * cb) / root, (wn - wb * b.sine) / root)
      let cross = cn - cb * b.sine - c1 * n1
      let moment = c1 * (n1 * n1 + b.cosine * b.cosine) + 2 * n1 * cross
      sum += p * (1 - s) * 2 * b.cosine / (Double.pi * along) * moment
    }
    return sum * offset * offset
  }

  /// The direction of a + slope n.
  private struct Direction {
    let sine, cosine: Double

    init(slope: Double) {
      cosine = 1 / (1 + slope * slope).squareRoot()
      sine = slope * cosine
    }
  }

  // Ten-point Gauss-Legendre on (0, 1). Over a path of a sixth of the angle to the next singularity the error falls
  // by a factor of more than 100 with every point.
  private static let nodes: [Double] = [
    0.01304673574141414, 0.067468316655507745, 0.1602952158504878, 0.2833023029353764, 0.42556283050918439,
    0.57443716949081561, 0.7166976970646236, 0.8397047841495122, 0.93253168334449226, 0.98695326425858586,
  ]
  private static let weights: [Double] = [
    0.033335672154344069, 0.074725674575290297, 0.10954318125799102, 0.13463335965499818, 0.14776211235737644,
    0.14776211235737644, 0.13463335965499818, 0.10954318125799102, 0.074725674575290297, 0.033335672154344069,
  ]
}

/// The angle between two vectors up to sign, in [0, pi/2], accurate where it is small.
func acuteAngle(_ u: [Double], _ v: [Double]) -> Double {
  let pair = VectorPair(u, v, dimension: u.count)
  return pair.cosine >= 0 ? pair.angle : VectorPair(u, v.map { -$0 }, dimension: u.count).angle
}

/// The sign, zero at zero.
func signum(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : 0 }
