import LinearAlgebra

/// How far each coordinate of one input may move before it leaves the box: lower_i <= delta_i <= upper_i.
///
/// The bounds are rounded towards zero: a delta_i within them keeps x_i + delta_i in the box in exact arithmetic.
struct Rooms<Element: Scalar> {
  let lower: UnsafePointer<Element>
  let upper: UnsafePointer<Element>
  let count: Int

  @inline(__always) func clip(_ value: Element, _ i: Int) -> Element {
    let raised = value < lower[i] ? lower[i] : value
    return raised > upper[i] ? upper[i] : raised
  }

  /// How far coordinate i may move in the direction of `sign`.
  @inline(__always) func extent(_ i: Int, towards sign: Element) -> Element { sign < 0 ? -lower[i] : upper[i] }
}

/// a - b rounded towards zero.
///
/// The sum of the rounded difference and its error is a - b (Knuth's TwoSum); where the rounded one is too long, the
/// next number towards zero is the answer. Where a - b overflows the error is no number, and infinity is returned.
@inline(__always) func differenceTowardsZero<T: Scalar>(_ a: T, _ b: T) -> T {
  let difference = a - b
  let part = difference - a
  let error = (a - (difference - part)) - (b + part)
  if difference > 0 && error < 0 { return difference.nextDown }
  if difference < 0 && error > 0 { return difference.nextUp }
  return difference
}

extension PerturbationSet {
  /// The rooms of x, in the first 2 d elements of `scratch`; infinite without a box.
  func rooms(around x: UnsafePointer<Element>, in scratch: UnsafeMutablePointer<Element>) -> Rooms<Element> {
    let (lower, upper) = (scratch, scratch + dimension)
    if let box {
      measureRooms(x, box.lowerBound, box.upperBound, lower, upper, count: dimension)
    } else {
      lower.update(repeating: -.infinity, count: dimension)
      upper.update(repeating: .infinity, count: dimension)
    }
    return Rooms(lower: lower, upper: upper, count: dimension)
  }
}

@specialized(where T == Double)
@specialized(where T == Float)
func measureRooms<T: Scalar>(
  _ x: UnsafePointer<T>, _ least: T, _ most: T, _ lower: UnsafeMutablePointer<T>, _ upper: UnsafeMutablePointer<T>,
  count: Int
) {
  for i in 0..<count {
    lower[i] = differenceTowardsZero(least, x[i])
    upper[i] = differenceTowardsZero(most, x[i])
  }
}
