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
  public func support(
    _ c: UnsafePointer<Element>, around x: UnsafePointer<Element>, radius: Element,
    maximizer: UnsafeMutablePointer<Element>? = nil, scratch: UnsafeMutablePointer<Element>
  ) -> Element {
    let point = maximizer ?? scratch + 3 * dimension
    guard radius > 0 else {
      point.update(repeating: 0, count: dimension)
      return 0
    }
    switch norm {
    case .linf: moveToCorner(c, around: x, radius: radius, into: point)
    case .l2:
      maximizeOnSphere(
        c, rooms(around: x, in: scratch), radius: radius, into: point, work: scratch + 2 * dimension)
      if box == nil { return radius * Element.norm2(dimension, c) }
    case .l1: maximizeOnCross(c, rooms(around: x, in: scratch), radius: radius, into: point)
    }
    return Element.dot(dimension, c, point)
  }

  private func moveToCorner(
    _ c: UnsafePointer<Element>, around x: UnsafePointer<Element>, radius: Element,
    into y: UnsafeMutablePointer<Element>
  ) {
    for i in 0..<dimension {
      let upper = min(radius, differenceTowardsZero(box?.upperBound ?? .infinity, x[i]))
      let lower = max(-radius, differenceTowardsZero(box?.lowerBound ?? -.infinity, x[i]))
      y[i] = c[i] > 0 ? upper : c[i] < 0 ? lower : 0
    }
  }

  private func maximizeOnSphere(
    _ c: UnsafePointer<Element>, _ rooms: Rooms<Element>, radius: Element, into y: UnsafeMutablePointer<Element>,
    work: UnsafeMutablePointer<Element>
  ) {
    // Where the corner of the box is within the ball, it is the answer.
    for i in 0..<dimension { y[i] = c[i] > 0 ? rooms.upper[i] : c[i] < 0 ? rooms.lower[i] : 0 }
    if squaredExcess(y, radius: radius, count: dimension).isNone(of: y, radius: radius, count: dimension) { return }
    // Without sums at hand, c is brought near eps first: neither squares nor the factor t leave the range.
    work.update(from: c, count: dimension)
    stretchOntoSphere(work, rooms, radius: radius, roomy: 0, into: y)
  }

  private func maximizeOnCross(
    _ c: UnsafePointer<Element>, _ rooms: Rooms<Element>, radius: Element, into y: UnsafeMutablePointer<Element>
  ) {
    var left = radius
    y.update(repeating: 0, count: dimension)
    while left > 0 {
      var best = -1
      for i in 0..<dimension where y[i] == 0 && c[i] != 0 && rooms.extent(i, towards: c[i]) > 0 {
        if best < 0 || abs(c[i]) > abs(c[best]) { best = i }
      }
      if best < 0 { break }
      let step = min(left, rooms.extent(best, towards: c[best]))
      y[best] = c[best] < 0 ? -step : step
      left -= step
    }
    shortenLargest(y, radius: radius)
  }
}
