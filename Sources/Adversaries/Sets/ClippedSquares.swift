import LinearAlgebra

/// The parts of |y|_2^2, y = clip(s z), in units of eps: of coordinates between their bounds, and of those held there.
struct ClippedSquares<Element: Scalar> {
  var free: Element = 0
  var held: Element = 0
  /// |z|_2^2 over the coordinates that can move at all.
  var roomy: Element = 0
}

@specialized(where T == Double)
@specialized(where T == Float)
func clippedSquares<T: Scalar>(
  _ z: UnsafePointer<T>, scale s: T, _ rooms: Rooms<T>, _ unit: T
) -> ClippedSquares<T> {
  var sums = ClippedSquares<T>()
  for i in 0..<rooms.count {
    let v = s * z[i]
    let y = rooms.clip(v, i)
    let square = (y * unit) * (y * unit)
    if y == v { sums.free += square } else { sums.held += square }
    if rooms.extent(i, towards: z[i]) > 0 { sums.roomy += (z[i] * unit) * (z[i] * unit) }
  }
  return sums
}

/// y = clip(s z).
@specialized(where T == Double)
@specialized(where T == Float)
func clipScaled<T: Scalar>(_ z: UnsafePointer<T>, scale s: T, _ rooms: Rooms<T>, into y: UnsafeMutablePointer<T>) {
  for i in 0..<rooms.count { y[i] = rooms.clip(s * z[i], i) }
}
