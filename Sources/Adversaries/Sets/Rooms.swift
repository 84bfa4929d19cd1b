import LinearAlgebra

/// How far each coordinate of one input may move before it leaves the box: lower_i <= delta_i <= upper_i.
///
/// The bounds are rounded towards zero: a delta_i within them keeps x_i + delta_i in the box in exact arithmetic.
struct Rooms<Element: Scalar> {
  /// `nil` without a box.
  let lower: UnsafeMutablePointer<Element>?
  let upper: UnsafeMutablePointer<Element>?
  let count: Int

  /// Room for the rooms, in the first 2 `count` elements of `scratch`; nothing is measured yet.
  @inline(__always) init(boxed: Bool, count: Int, in scratch: UnsafeMutablePointer<Element>) {
    (lower, upper, self.count) = (boxed ? scratch : nil, boxed ? scratch + count : nil, count)
  }

  /// The same coordinates, free to go anywhere.
  @inline(__always) var withoutBox: Rooms { Rooms(count: count) }

  @inline(__always) private init(count: Int) { (lower, upper, self.count) = (nil, nil, count) }

  /// How far coordinate i may move in the direction of `sign`.
  @inline(__always) func extent(_ i: Int, towards sign: Element) -> Element {
    guard let lower, let upper else { return .infinity }
    return sign < 0 ? -lower[i] : upper[i]
  }
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
