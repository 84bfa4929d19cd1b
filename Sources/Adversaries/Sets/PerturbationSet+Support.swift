import LinearAlgebra

extension PerturbationSet {
  /// The support function of S, and a point where it is taken:
  ///
  ///     max <c, delta>  over  delta in S
  ///
  /// - l2: eps |c| without a box; otherwise delta = clip(t c) with t as large as |delta| = eps or the box allow.
  /// - linf: every coordinate as far as it may go in the direction of c_i.
  /// - l1: the coordinates with the largest |c_i|, each as far as the box allows, until eps is spent.
  ///
  /// Coordinates with c_i = 0 stay at 0. The value is <c, delta> of the exact maximum up to rounding, d units of it at
  /// most; whoever needs a bound adds that. It is 0 for c = 0 or eps = 0.
  ///
  /// - Parameters:
  ///   - c: `dimension` finite numbers.
  ///   - x: the input, inside the box.
  ///   - maximizer: becomes a point of S, rounding included; it may not be `c`.
  ///   - scratch: ``scratchCount`` elements.
  /// - Complexity: O(d) for linf; O(d) on average for l1, by selection; O(d) times the steps of a search for l2.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func support(
    _ c: UnsafePointer<Element>, around x: UnsafePointer<Element>, radius: Element,
    maximizer: UnsafeMutablePointer<Element>? = nil, scratch: UnsafeMutablePointer<Element>
  ) -> Element {
    let point = maximizer ?? scratch + 3 * dimension
    guard radius > 0 else {
      point.update(repeating: 0, count: dimension)
      return 0
    }
    let rooms = Rooms(boxed: box != nil, count: dimension, in: scratch)
    if let box { measureRooms(x, box, scratch, scratch + dimension, count: dimension) }
    switch norm {
    case .linf:
      for i in 0..<dimension {
        let step = min(radius, rooms.extent(i, towards: c[i]))
        point[i] = c[i] > 0 ? step : c[i] < 0 ? -step : 0
      }
    case .l2:
      maximizeOnSphere(c, rooms, radius, into: point, work: scratch + 2 * dimension)
      if box == nil { return radius * Element.norm2(dimension, c) }
    case .l1: maximizeOnCross(c, rooms, radius, into: point, keys: scratch + 2 * dimension)
    }
    return Element.dot(dimension, c, point)
  }

  @inline(__always) private func maximizeOnSphere(
    _ c: UnsafePointer<Element>, _ rooms: Rooms<Element>, _ radius: Element, into y: UnsafeMutablePointer<Element>,
    work: UnsafeMutablePointer<Element>
  ) {
    let radius = Radius(radius)
    if let lower = rooms.lower, let upper = rooms.upper {
      // Where the corner of the box is within the ball, it is the answer.
      for i in 0..<dimension { y[i] = c[i] > 0 ? upper[i] : c[i] < 0 ? lower[i] : 0 }
      let excess = rooms.withoutBox.clipScaled(y, by: 1, radius, into: y).excess
      if excess.isNone(of: y, radius.value, count: dimension) { return }
    }
    // Without sums at hand, c is brought near eps first: neither squares nor the factor t leave the range.
    work.update(from: c, count: dimension)
    stretchOntoSphere(work, rooms, radius, roomy: 0, from: 0, into: y)
  }
}
