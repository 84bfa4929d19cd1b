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
  @inline(__always) func isNone<T: Scalar>(of y: UnsafePointer<T>, _ radius: T, count: Int) -> Bool {
    if value <= -error { return true }
    return value <= error && isShortUnit(y, radius, count: count)
  }
}

@specialized(where T == Double)
@specialized(where T == Float)
private func isShortUnit<T: Scalar>(_ y: UnsafePointer<T>, _ radius: T, count: Int) -> Bool {
  var (largest, others) = (T(0), 0)
  for i in 0..<count where y[i] != 0 {
    largest = max(largest, abs(y[i]))
    others += 1
  }
  return others <= 1 && largest <= radius
}

/// A radius eps and what lengths are compared with it by.
///
/// For `Float`, squares and sizes are exact in `Double`, and their sum is far better than `Float`'s rounding. For
/// `Double` every number is cut into a multiple h of a grid, so coarse that the h or h^2 add up exactly, and a rest l,
/// |l| at most half the grid: y^2 = h^2 + l (h + y). Only the small second sum is rounded [derived].
struct Radius<Element: Scalar> {
  let value: Element
  /// A power of two that brings eps near 1, as far as a power of two within the range can.
  let unit: Element
  /// eps in this unit.
  let scaled: Double
  /// Adding and taking off these numbers leaves multiples of the grids: 2^-25 of eps for squares, whose sums are exact
  /// up to 2 eps^2, and 2^-50 for sizes, exact up to 4 eps; with eps rounded down to a power of two.
  let squareShift: Double
  let sizeShift: Double

  @inline(__always) init(_ value: Element) {
    self.value = value
    let reach = Element.greatestFiniteMagnitude.exponent - 3
    unit = Element(sign: .plus, exponent: max(-reach, min(reach, -value.exponent)), significand: 1)
    scaled = Double(value * unit)
    // The power of two below eps, by its bits.
    let power = Double(bitPattern: scaled.bitPattern & 0x7ff0_0000_0000_0000)
    squareShift = power * 0x1.8p27
    sizeShift = power * 0x1.8p2
  }

  /// |y|^2 - eps^2 from sums of squares, in this unit.
  @inline(__always) func squaredExcess(_ coarse: Double, _ fine: Double, count: Int) -> Excess {
    let (n, r) = (Double(count), scaled)
    if Element.self == Double.self {
      let rCoarse = (r + squareShift) - squareShift
      // The second sum is of l (h + y), at most 2^-25 sqrt(d) |y|_2 altogether.
      return Excess(
        value: (coarse - rCoarse * rCoarse) + (fine - (r - rCoarse) * (r + rCoarse)),
        error: (n + 8) * (n.squareRoot() + 1) * 0x1p-76 * r * r)
    }
    return Excess(value: (coarse + fine) - r * r, error: (n + 8) * 0x1p-53 * r * r)
  }

  /// |y|_1 - eps from sums of sizes, in this unit.
  @inline(__always) func absoluteExcess(_ coarse: Double, _ fine: Double, count: Int) -> Excess {
    let (n, r) = (Double(count), scaled)
    if Element.self == Double.self {
      let rCoarse = (r + sizeShift) - sizeShift
      // The second sum is of d numbers of at most 2^-51 of eps.
      return Excess(value: (coarse - rCoarse) + (fine - (r - rCoarse)), error: (n + 2) * n * 0x1p-103 * r)
    }
    return Excess(value: (coarse + fine) - r, error: (n + 8) * 0x1p-53 * r)
  }
}
