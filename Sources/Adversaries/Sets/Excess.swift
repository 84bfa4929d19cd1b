import LinearAlgebra

/// By how much a length exceeds the radius, known so well that its sign is certain where |value| > `error`.
///
/// `value` is |y|^2 - eps^2 or |y|_1 - eps, in units in which eps is about 1; it may be infinite or no number where the
/// length is out of all proportion.
struct Excess {
  let value: Double
  /// A bound of what rounding has done to `value`.
  let error: Double

  /// Whether y, of which this is the excess, is certain to lie within the radius in exact arithmetic.
  ///
  /// Within rounding of the sphere that is never certain, but for multiples of the unit vectors: one size, one radius.
  func isNone<T: Scalar>(of y: UnsafePointer<T>, radius: T, count: Int) -> Bool {
    if value <= -error { return true }
    guard value <= error else { return false }
    var (largest, others) = (T(0), 0)
    for i in 0..<count where y[i] != 0 {
      largest = max(largest, abs(y[i]))
      others += 1
    }
    return others <= 1 && largest <= radius
  }
}

/// A power of two that brings `radius` near 1, as far as a power of two within the range can.
@inline(__always) func unit<T: Scalar>(of radius: T) -> T {
  let reach = T.greatestFiniteMagnitude.exponent - 3
  let exponent = max(-reach, min(reach, -radius.exponent))
  return T(sign: .plus, exponent: exponent, significand: 1)
}

/// |y|_2^2 - eps^2, in units of eps.
///
/// For `Float` the squares are exact in `Double` and their sum is far better than `Float`'s rounding. For `Double` every
/// number is cut into a multiple h of a grid, so coarse that the squares h^2 add up exactly, and a rest l, |l| below
/// half the grid: y^2 = h^2 + l (h + y). Only the small second sum is rounded: to about d^1.5 2^-77 [derived].
///
/// - Complexity: O(`count`).
func squaredExcess<T: Scalar>(_ y: UnsafePointer<T>, radius: T, count: Int) -> Excess {
  if T.self == Double.self {
    return squaredExcess64(
      UnsafeRawPointer(y).assumingMemoryBound(to: Double.self), radius: Double(radius), count: count)
  }
  let scale = unit(of: Double(radius))
  let r = Double(radius) * scale
  var sums = SIMD4<Double>()
  var i = 0
  while i < count {
    var v = SIMD4<Double>()
    for j in 0..<min(4, count - i) { v[j] = Double(y[i + j]) * scale }
    sums += v * v
    i += 4
  }
  return Excess(value: sums.sum() - r * r, error: Double(count + 8) * 0x1p-53 * r * r)
}

private func squaredExcess64(_ y: UnsafePointer<Double>, radius: Double, count: Int) -> Excess {
  let scale = unit(of: radius)
  let r = radius * scale
  let shift = Double(sign: .plus, exponent: r.exponent + 27, significand: 1.5)
  let rCoarse = (r + shift) - shift
  let rFine = (r - rCoarse) * (r + rCoarse)
  var (coarse, fine) = (SIMD4<Double>(), SIMD4<Double>())
  var i = 0
  while i < count {
    var v = SIMD4<Double>()
    for j in 0..<min(4, count - i) { v[j] = y[i + j] * scale }
    let h = (v + shift) - shift
    coarse += h * h
    fine += (v - h) * (v + h)
    i += 4
  }
  let n = Double(count)
  // |l (h + y)| <= 2^-26 2 |y| (1 + 2^-25) in units of the power of two below r; their sum <= 2^-25 sqrt(d) |y|_2.
  let error = (n + 8) * (n.squareRoot() + 1) * 0x1p-76 * r * r
  return Excess(value: (coarse.sum() - rCoarse * rCoarse) + (fine.sum() - rFine), error: error)
}

/// |y|_1 - eps, in units of eps; as ``squaredExcess(_:radius:count:)``, with a grid as fine as sums of its multiples
/// up to 2 eps stay exact.
func absoluteExcess<T: Scalar>(_ y: UnsafePointer<T>, radius: T, count: Int) -> Excess {
  let scale = unit(of: Double(radius))
  let r = Double(radius) * scale
  let shift = Double(sign: .plus, exponent: r.exponent + 2, significand: 1.5)
  var (coarse, fine) = (0.0, 0.0)
  for i in 0..<count {
    let v = abs(Double(y[i]) * scale)
    let h = (v + shift) - shift
    coarse += h
    fine += v - h
  }
  let rCoarse = (r + shift) - shift
  // |v - h| <= 2^-51 in units of the power of two below r.
  let n = Double(count)
  let error = (n + 2) * n * 0x1p-103 * r
  return Excess(value: (coarse - rCoarse) + (fine - (r - rCoarse)), error: error)
}
