import LinearAlgebra

extension PerturbationSet {
  /// The nearest point of {|delta|_1 <= eps} and the box.
  ///
  /// By the conditions of Karush, Kuhn and Tucker it is clip(sign(delta_i) max(|delta_i| - t, 0)) for one t >= 0, the
  /// multiplier of the ball.
  @inline(__always) func projectOntoCross(
    _ delta: UnsafeMutablePointer<Element>, around x: UnsafePointer<Element>, radius: Element,
    scratch: UnsafeMutablePointer<Element>
  ) {
    let rooms = Rooms(boxed: box != nil, count: dimension, in: scratch)
    let radius = Radius(radius)
    let z = scratch + 2 * dimension
    let (total, free, largest) = rooms.boxSizes(x, box, delta, copy: z)
    let doubt = Element(2 * (dimension + 8)) * .ulpOfOne
    if total <= radius.value * (1 - doubt) { return }
    if total <= radius.value * (1 + doubt) {
      let excess = rooms.withoutBox.clipThresholded(delta, 0, radius, into: delta)
      if excess.isNone(of: delta, radius.value, count: dimension) { return }
    }
    var (t, count) = threshold(z, rooms, radius.value, total, free, largest)
    while t * max(count, 1) > 2 * radius.value {
      // The rounding of t alone would move the sum by too much. Thresholds add up: take off all but the last units of
      // t, which leaves numbers as exact as they are small, and search for the rest.
      _ = rooms.withoutBox.clipThresholded(z, t - 8 * t.ulp, radius, into: z)
      let rest = rooms.sizes(z, threshold: 0)
      let before = t
      (t, count) = threshold(z, rooms, radius.value, rest.total, rest.free, 16 * t.ulp)
      if !(t < before / 2) { break }
    }
    settle(z, rooms, radius, from: t, free: count, into: delta)
  }

  /// y = clip(sign(z_i) max(|z_i| - t, 0)), with t changed by what rounding has left: inside, some units below eps.
  @inline(__always) private func settle(
    _ z: UnsafePointer<Element>, _ rooms: Rooms<Element>, _ radius: Radius<Element>, from first: Element,
    free count: Element, into y: UnsafeMutablePointer<Element>
  ) {
    let unit = Double(Element.ulpOfOne) * radius.scaled
    var (t, units) = (first, 2.0)
    for _ in 0..<6 {
      let excess = rooms.clipThresholded(z, t, radius, into: y)
      let inside = excess.isNone(of: y, radius.value, count: dimension)
      if inside && (excess.value >= -(2 + 2 * units) * unit || t == 0 || count == 0) { return }
      if count == 0 { break }
      t = max(0, t + Element(excess.value + units * unit) / radius.unit / count)
      if !inside { units *= 2 }
    }
    shortenLargest(y, radius)
  }

  /// The t for which the sizes of clip(sign(z_i) max(|z_i| - t, 0)) add up to eps, to rounding; and how many of them
  /// are neither 0 nor at a bound there.
  ///
  /// The sum falls with t in straight pieces: Newton's method, within an interval that only shrinks and is halved where
  /// Newton leaves it or is slow.
  @inline(__always) private func threshold(
    _ z: UnsafePointer<Element>, _ rooms: Rooms<Element>, _ radius: Element, _ total: Element, _ free: Element,
    _ largest: Element
  ) -> (Element, Element) {
    var (lower, upper, width) = (Element(0), largest, largest)
    var (t, total, free) = (Element(0), total, free)
    for step in 1...400 {
      if total > radius { lower = t } else { upper = t }
      var next = t + (total - radius) / free
      if abs(next - t) <= 2 * t.ulp { return (max(next, 0), free) }
      if !(next > lower && next < upper) || (step % 3 == 0 && upper - lower > width / 2) {
        next = lower + (upper - lower) / 2
      }
      if step % 3 == 0 { width = upper - lower }
      if next <= lower || next >= upper { break }
      t = next
      (total, free) = rooms.sizes(z, threshold: t)
    }
    return (upper, free)
  }

  /// Takes what rounding has put above the radius off the largest coordinates: some units in the last place of eps.
  func shortenLargest(_ y: UnsafeMutablePointer<Element>, _ radius: Radius<Element>) {
    let rooms = Rooms<Element>(boxed: false, count: dimension, in: y)
    var factor = 1.0
    while true {
      let excess = rooms.clipThresholded(y, 0, radius, into: y)
      guard excess.value.isFinite, !excess.isNone(of: y, radius.value, count: dimension) else { return }
      var largest = 0
      for i in 0..<dimension where abs(y[i]) > abs(y[largest]) { largest = i }
      let size = abs(y[largest])
      let cut = Element(factor * max(excess.value, excess.error)) / radius.unit
      let shorter = max(min(size - cut, size.nextDown), 0)
      y[largest] = y[largest] < 0 ? -shorter : shorter
      factor *= 2
    }
  }
}
