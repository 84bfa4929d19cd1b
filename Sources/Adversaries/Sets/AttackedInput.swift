import LinearAlgebra

extension PerturbationSet {
  /// a = x + delta, rounded towards x, so that the attacked input as it is stored lies in the set too.
  ///
  /// In exact arithmetic |a_i - x_i| <= |delta_i| for every i, with the sign of delta_i or 0, and a_i is in the box where
  /// x_i + delta_i is. `a` may be `x` or `delta`.
  ///
  /// - Complexity: O(d).
  public func attackedInput(
    _ x: UnsafePointer<Element>, _ delta: UnsafePointer<Element>, into a: UnsafeMutablePointer<Element>
  ) {
    addTowardsFirst(x, delta, a, count: dimension)
  }
}

@specialized(where T == Double)
@specialized(where T == Float)
func addTowardsFirst<T: Scalar>(
  _ x: UnsafePointer<T>, _ delta: UnsafePointer<T>, _ a: UnsafeMutablePointer<T>, count: Int
) {
  let limit = T.greatestFiniteMagnitude
  for i in 0..<count {
    let sum = x[i] + delta[i]
    let part = sum - x[i]
    // Knuth's TwoSum; no number where the sum overflows, which is cut to the largest one.
    let error = (x[i] - (sum - part)) + (delta[i] - part)
    if delta[i] > 0 && error < 0 {
      a[i] = sum.nextDown
    } else if delta[i] < 0 && error > 0 {
      a[i] = sum.nextUp
    } else {
      a[i] = max(-limit, min(limit, sum))
    }
  }
}
