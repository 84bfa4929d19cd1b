import LinearAlgebra

extension PerturbationSet {
  /// The point of {|delta|_1 <= eps} and the box with the largest <c, delta>.
  ///
  /// A knapsack whose goods may be cut: the largest |c_i| take all the room that they have until eps is spent. Which
  /// they are is found by selection: the candidates are parted around a pivot, and only the side is kept on which eps
  /// runs out.
  ///
  /// - Parameter keys: d elements that neither the rooms nor `y` use.
  @inline(__always) func maximizeOnCross(
    _ c: UnsafePointer<Element>, _ rooms: Rooms<Element>, _ radius: Element, into y: UnsafeMutablePointer<Element>,
    keys: UnsafeMutablePointer<Element>
  ) {
    let cut = lastSize(c, rooms, radius, extents: y, keys: keys)
    // Sizes above the cut first, then those at it, in order.
    var left = radius
    for i in 0..<dimension {
      let step = abs(c[i]) > cut ? min(left, rooms.extent(i, towards: c[i])) : 0
      y[i] = c[i] < 0 ? -step : step
      left -= step
    }
    if cut > 0 && left > 0 {
      for i in 0..<dimension where abs(c[i]) == cut && left > 0 {
        let step = min(left, rooms.extent(i, towards: c[i]))
        y[i] = c[i] < 0 ? -step : step
        left -= step
      }
    }
    let bound = Radius(radius)
    let excess = rooms.withoutBox.clipThresholded(y, 0, bound, into: y)
    if !excess.isNone(of: y, radius, count: dimension) { shortenLargest(y, bound) }
  }

  /// The size |c_i| at which eps runs out when the largest go first; 0 where all of them fit.
  @inline(__always) private func lastSize(
    _ c: UnsafePointer<Element>, _ rooms: Rooms<Element>, _ radius: Element, extents: UnsafeMutablePointer<Element>,
    keys: UnsafeMutablePointer<Element>
  ) -> Element {
    var count = 0
    for i in 0..<dimension where c[i] != 0 {
      keys[count] = abs(c[i])
      extents[count] = rooms.extent(i, towards: c[i])
      count += 1
    }
    var (start, left) = (0, radius)
    while start < count {
      let pivot = medianOfThree(keys[start], keys[start + (count - start) / 2], keys[count - 1])
      // Above the pivot to the front, the pivot's equals behind them.
      var (next, equal, smaller) = (start, start, count)
      var (above, same) = (Element(0), Element(0))
      while next < smaller {
        if keys[next] > pivot {
          above += extents[next]
          swapPair(keys, extents, next, equal)
          equal += 1
          next += 1
        } else if keys[next] == pivot {
          same += extents[next]
          next += 1
        } else {
          smaller -= 1
          swapPair(keys, extents, next, smaller)
        }
      }
      if above >= left {
        count = equal
      } else if above + same >= left {
        return pivot
      } else {
        left -= above + same
        start = smaller
      }
    }
    return 0
  }
}

@inline(__always) private func swapPair<T>(
  _ a: UnsafeMutablePointer<T>, _ b: UnsafeMutablePointer<T>, _ i: Int, _ j: Int
) {
  (a[i], a[j]) = (a[j], a[i])
  (b[i], b[j]) = (b[j], b[i])
}

@inline(__always) private func medianOfThree<T: Scalar>(_ a: T, _ b: T, _ c: T) -> T {
  max(min(a, b), min(max(a, b), c))
}
