import LinearAlgebra
import RealModule

/// Two vectors as their kernels see them: lengths, angle, and the directions u/|u| and n, the unit vector across u in
/// the plane of both, with v = |v| (cos t u/|u| + sin t n).
///
/// The angle is Kahan's, 2 atan2(|p - q|, |p + q|) for p = u/|u| and q = v/|v|: accurate to a few units in the last
/// place for parallel and antiparallel vectors too, where arccos and even |p - q| alone lose half the digits. Sine and
/// cosine follow from the same two lengths without cancellation. Angles below 1e-154, whose squares underflow, are 0.
public struct VectorPair {
  public let firstNorm, secondNorm: Double
  /// In [0, pi]; 0 where a vector is zero.
  public let angle, sine, cosine: Double
  /// |p - q| and |p + q|.
  private let difference, sum: Double

  public init(_ u: UnsafePointer<Double>, _ v: UnsafePointer<Double>, dimension: Int) {
    firstNorm = Double.norm2(dimension, u)
    secondNorm = Double.norm2(dimension, v)
    guard firstNorm > 0, secondNorm > 0 else {
      (angle, sine, cosine, difference, sum) = (0, 0, 1, 0, 2)
      return
    }
    var (minus, plus) = (0.0, 0.0)
    for l in 0..<dimension {
      let (p, q) = (u[l] / firstNorm, v[l] / secondNorm)
      minus += (p - q) * (p - q)
      plus += (p + q) * (p + q)
    }
    difference = minus.squareRoot()
    sum = plus.squareRoot()
    angle = 2 * Double.atan2(y: difference, x: sum)
    // Dividing by |p - q|^2 + |p + q|^2, which is 4 but for rounding, keeps sine and cosine on the circle.
    let four = minus + plus
    sine = 2 * difference * sum / four
    cosine = (sum - difference) * (sum + difference) / four
  }

  /// Writes n, the unit vector across u towards v, or zero where the vectors are parallel and n is undefined.
  func across(
    _ u: UnsafePointer<Double>, _ v: UnsafePointer<Double>, _ n: UnsafeMutablePointer<Double>, dimension: Int
  ) {
    guard sine > 0 else {
      for l in 0..<dimension { n[l] = 0 }
      return
    }
    // v = cos t p + sin t n with the larger of the parts along p taken off exactly: q -+ p is small where they are
    // nearly parallel, and 1 -+ cos t is then |q -+ p|^2 / 2.
    let sign = cosine >= 0 ? 1.0 : -1.0
    let small = cosine >= 0 ? difference : sum
    let rest = sign * small * small / 2
    var length = 0.0
    for l in 0..<dimension {
      let p = u[l] / firstNorm
      n[l] = (v[l] / secondNorm - sign * p) + rest * p
      length += n[l] * n[l]
    }
    length = length.squareRoot()
    guard length > 0 else { return }
    for l in 0..<dimension { n[l] /= length }
  }
}
