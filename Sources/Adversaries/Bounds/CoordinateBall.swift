import LinearAlgebra

/// A ball |delta| <= eps cut with an interval for each coordinate, lower_i <= delta_i <= upper_i; the ball alone where
/// no intervals are given.
///
/// The parts of a perturbation set that arise when coordinates are split. Supports are values of the Lagrange dual, so
/// that they are upper bounds whatever multiplier the search ended with.
struct CoordinateBall {
  let norm: PerturbationNorm
  let dimension: Int
  let radius: Double
  let lower: UnsafePointer<Double>?
  let upper: UnsafePointer<Double>?

  /// max <c, delta> over the set (at most some rounding below, never more), and where: `maximizer` has d elements.
  ///
  /// l2: with a multiplier lambda for |delta|^2 <= eps^2 the maximiser is c / lambda clipped to the intervals; lambda
  /// from the coordinates that are not clipped, until those stay the same. l1: the dual is piecewise linear in the
  /// multiplier of |delta|_1 <= eps; its minimum is where a line from the left crosses one from the right, and delta a
  /// mixture of theirs. linf: coordinate by coordinate.
  /// - Complexity: O(d) for each trial of the multiplier, a handful.
  func support(_ c: UnsafePointer<Double>, _ maximizer: UnsafeMutablePointer<Double>) -> Double {
    let d = dimension
    guard let lower, let upper else { return supportOfBall(c, maximizer) }
    var (vertex, square, total, largest) = (0.0, 0.0, 0.0, 0.0)
    for i in 0..<d {
      var x = c[i] > 0 ? upper[i] : c[i] < 0 ? lower[i] : min(max(0, lower[i]), upper[i])
      if norm == .linf { x = min(max(x, -radius), radius) }
      maximizer[i] = x
      vertex += c[i] * x
      square += x * x
      total += abs(x)
      largest = max(largest, abs(c[i]))
    }
    switch norm {
    case .linf: return vertex
    case .l2: return square <= radius * radius ? vertex : roundSupport(c, lower, upper, maximizer, vertex)
    case .l1: return total <= radius ? vertex : crossSupport(c, lower, upper, maximizer, vertex, total, largest)
    }
  }

  private func supportOfBall(_ c: UnsafePointer<Double>, _ maximizer: UnsafeMutablePointer<Double>) -> Double {
    let d = dimension
    switch norm {
    case .l2:
      let length = Double.norm2(d, c)
      let scale = length > 0 ? radius / length : 0
      for i in 0..<d { maximizer[i] = scale * c[i] }
      return radius * length
    case .linf:
      var sum = 0.0
      for i in 0..<d {
        sum += abs(c[i])
        maximizer[i] = c[i] > 0 ? radius : c[i] < 0 ? -radius : 0
      }
      return radius * sum
    case .l1:
      var top = 0
      for i in 0..<d {
        maximizer[i] = 0
        if abs(c[i]) > abs(c[top]) { top = i }
      }
      maximizer[top] = c[top] < 0 ? -radius : radius
      return radius * abs(c[top])
    }
  }

  private func roundSupport(
    _ c: UnsafePointer<Double>, _ lower: UnsafePointer<Double>, _ upper: UnsafePointer<Double>,
    _ maximizer: UnsafeMutablePointer<Double>, _ vertex: Double
  ) -> Double {
    let (d, limit) = (dimension, radius * radius)
    var (low, high) = (0.0, Double.infinity)
    var multiplier = Double.norm2(d, c) / radius
    var best = vertex
    guard multiplier > 0, multiplier.isFinite else { return best }
    for _ in 0..<60 {
      var (free, held, value) = (0.0, 0.0, 0.0)
      let inverse = 1 / multiplier
      for i in 0..<d {
        let wish = c[i] * inverse
        let x = min(max(wish, lower[i]), upper[i])
        maximizer[i] = x
        value += x * (c[i] - 0.5 * multiplier * x)
        if x == wish { free += x * x } else { held += x * x }
      }
      best = min(best, value + 0.5 * multiplier * limit)
      let square = free + held
      if abs(square - limit) <= 1e-14 * limit { break }
      if square > limit { low = multiplier } else { high = multiplier }
      var next = held < limit ? multiplier * (free / (limit - held)).squareRoot() : .infinity
      if !(next > low && next < high) { next = high.isFinite ? (low + high) / 2 : 2 * multiplier }
      if next == multiplier { break }
      multiplier = next
    }
    return best
  }

  private func crossSupport(
    _ c: UnsafePointer<Double>, _ lower: UnsafePointer<Double>, _ upper: UnsafePointer<Double>,
    _ maximizer: UnsafeMutablePointer<Double>, _ vertex: Double, _ total: Double, _ largest: Double
  ) -> Double {
    func choice(_ i: Int, _ multiplier: Double) -> Double {
      var x = upper[i]
      var value = c[i] * x - multiplier * abs(x)
      let other = c[i] * lower[i] - multiplier * abs(lower[i])
      if other > value { (x, value) = (lower[i], other) }
      return lower[i] <= 0 && upper[i] >= 0 && value <= 0 ? 0 : x
    }
    func trial(_ multiplier: Double) -> (multiplier: Double, value: Double, length: Double) {
      var (value, length) = (multiplier * radius, 0.0)
      for i in 0..<dimension {
        let x = choice(i, multiplier)
        value += c[i] * x - multiplier * abs(x)
        length += abs(x)
      }
      return (multiplier, value, length)
    }
    var left = (multiplier: 0.0, value: vertex, length: total)
    // Beyond every |c_i| each coordinate is as small as its interval lets it be.
    var right = trial(2 * largest)
    guard right.length < radius else {
      for i in 0..<dimension { maximizer[i] = choice(i, 2 * largest) }
      return min(left.value, right.value)
    }
    for step in 0..<100 {
      let (fall, rise) = (left.length - radius, radius - right.length)
      var next = (left.value - right.value + fall * left.multiplier + rise * right.multiplier) / (fall + rise)
      let reached = left.value - fall * (next - left.multiplier)
      if step % 4 == 3 { next = (left.multiplier + right.multiplier) / 2 }
      guard next > left.multiplier && next < right.multiplier else { break }
      let found = trial(next)
      if step % 4 != 3, found.value <= reached + 1e-15 * abs(reached) { break }
      if found.length > radius { left = found } else { right = found }
    }
    let share = (radius - right.length) / (left.length - right.length)
    for i in 0..<dimension {
      let x = choice(i, right.multiplier)
      maximizer[i] = x + share * (choice(i, left.multiplier) - x)
    }
    let (fall, rise) = (left.length - radius, radius - right.length)
    let crossing = (left.value - right.value + fall * left.multiplier + rise * right.multiplier) / (fall + rise)
    return min(trial(min(max(crossing, left.multiplier), right.multiplier)).value, min(left.value, right.value))
  }
}
