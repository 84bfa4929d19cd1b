import LinearAlgebra

extension PerturbationSet {
  /// The nearest point of {|delta|_1 <= eps} and the box.
  ///
  /// By the conditions of Karush, Kuhn and Tucker it is clip(sign(delta_i) max(|delta_i| - t, 0)) for one t >= 0, the
  /// multiplier of the ball.
  func projectOntoCross(_ delta: UnsafeMutablePointer<Element>, _ rooms: Rooms<Element>, radius: Element) {
    // A length that is within rounding of eps is judged by the numbers as they would be stored.
    let sums = clippedSizes(delta, threshold: 0, rooms)
    let doubt = Element(2 * (dimension + 8)) * .ulpOfOne
    if sums.total <= radius * (1 + doubt) {
      if sums.total <= radius * (1 - doubt) || clippedFits(delta, rooms, radius) {
        clipThresholded(delta, threshold: 0, rooms)
        return
      }
    }
    var t = threshold(delta, rooms, radius, from: sums)
    if t > radius {
      // Sizes far above eps: what is left of them after t has the rounding of t. Thresholds add up, so take off all but
      // the last units of t, which is free of rounding, and search for the rest among numbers of eps's own size.
      softThreshold(delta, t - 8 * t.ulp, count: dimension)
      let rest = clippedSizes(delta, threshold: 0, rooms)
      t = rest.total > radius ? threshold(delta, rooms, radius, from: rest) : 0
    }
    clipThresholded(delta, threshold: t, rooms)
    shortenLargest(delta, radius: radius)
  }

  /// The t for which the sizes of clip(sign(z_i) max(|z_i| - t, 0)) add up to eps, to rounding.
  ///
  /// The sum falls with t in straight pieces: Newton's method, within an interval that only shrinks and is halved where
  /// Newton leaves it or is slow.
  private func threshold(
    _ z: UnsafePointer<Element>, _ rooms: Rooms<Element>, _ radius: Element, from first: ClippedSizes<Element>
  ) -> Element {
    var (lower, upper) = (Element(0), PerturbationNorm.linf.length(z, count: dimension))
    var (t, sums) = (Element(0), first)
    var width = upper
    for step in 0..<400 {
      if sums.total > radius { lower = max(lower, t) } else { upper = min(upper, t) }
      var next = t + (sums.total - radius) / Element(sums.free)
      if abs(next - t) <= 2 * t.ulp { return max(next, 0) }
      let slow = step % 3 == 2 && upper - lower > width / 2
      if !(next > lower && next < upper) || slow { next = lower + (upper - lower) / 2 }
      if step % 3 == 2 { width = upper - lower }
      if next == lower || next == upper { return upper }
      t = next
      sums = clippedSizes(z, threshold: t, rooms)
    }
    return upper
  }

  /// Whether the point of the box nearest to z lies within the radius, rounding excluded.
  private func clippedFits(_ z: UnsafePointer<Element>, _ rooms: Rooms<Element>, _ radius: Element) -> Bool {
    for i in 0..<dimension where rooms.clip(z[i], i) != z[i] { return false }
    return absoluteExcess(z, radius: radius, count: dimension).isNone(of: z, radius: radius, count: dimension)
  }

  /// Takes what rounding has put above the radius off the largest coordinates: some units in the last place of eps.
  func shortenLargest(_ y: UnsafeMutablePointer<Element>, radius: Element) {
    var factor = 1.0
    while true {
      let excess = absoluteExcess(y, radius: radius, count: dimension)
      if excess.isNone(of: y, radius: radius, count: dimension) { return }
      var largest = 0
      for i in 0..<dimension where abs(y[i]) > abs(y[largest]) { largest = i }
      let size = abs(y[largest])
      let cut = Element(factor * max(excess.value, excess.error)) / unit(of: radius)
      let shorter = max(min(size - cut, size.nextDown), 0)
      y[largest] = y[largest] < 0 ? -shorter : shorter
      factor *= 2
    }
  }
}

/// The sizes of y = clip(sign(z_i) max(|z_i| - t, 0)).
struct ClippedSizes<Element: Scalar> {
  var total: Element = 0
  /// How many coordinates are neither 0 nor held by a bound.
  var free = 0
}

@specialized(where T == Double)
@specialized(where T == Float)
func clippedSizes<T: Scalar>(_ z: UnsafePointer<T>, threshold t: T, _ rooms: Rooms<T>) -> ClippedSizes<T> {
  var sums = ClippedSizes<T>()
  for i in 0..<rooms.count {
    let left = abs(z[i]) - t
    let room = rooms.extent(i, towards: z[i])
    if left > 0 {
      sums.total += min(left, room)
      sums.free += left < room ? 1 : 0
    }
  }
  return sums
}

/// z_i <- clip(sign(z_i) max(|z_i| - t, 0)).
@specialized(where T == Double)
@specialized(where T == Float)
func clipThresholded<T: Scalar>(_ z: UnsafeMutablePointer<T>, threshold t: T, _ rooms: Rooms<T>) {
  for i in 0..<rooms.count {
    let left = max(abs(z[i]) - t, 0)
    z[i] = rooms.clip(z[i] < 0 ? -left : left, i)
  }
}

/// z_i <- sign(z_i) max(|z_i| - t, 0).
@specialized(where T == Double)
@specialized(where T == Float)
func softThreshold<T: Scalar>(_ z: UnsafeMutablePointer<T>, _ t: T, count: Int) {
  for i in 0..<count {
    let left = max(abs(z[i]) - t, 0)
    z[i] = z[i] < 0 ? -left : left
  }
}
