import LinearAlgebra

extension PerturbationSet {
  /// a = x + delta, rounded towards x, so that the attacked input as it is stored lies in the set too.
  ///
  /// In exact arithmetic |a_i - x_i| <= |delta_i| for every i, with the sign of delta_i or 0, and a_i is in the box
  /// where x_i + delta_i is. `a` may be `x` or `delta`.
  ///
  /// - Complexity: O(d).
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func attackedInput(
    _ x: UnsafePointer<Element>, _ delta: UnsafePointer<Element>, into a: UnsafeMutablePointer<Element>
  ) {
    addTowardsFirst(x, delta, a, count: dimension)
  }
}
