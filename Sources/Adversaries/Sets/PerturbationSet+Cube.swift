import LinearAlgebra

extension PerturbationSet {
  /// The nearest point of {|delta_i| <= eps} and the box: every coordinate is clipped for itself.
  func projectOntoCube(
    _ delta: UnsafeMutablePointer<Element>, around x: UnsafePointer<Element>, radius: Element
  ) {
    clipToCube(delta, x, radius, box?.lowerBound ?? -.infinity, box?.upperBound ?? .infinity, count: dimension)
  }
}

@specialized(where T == Double)
@specialized(where T == Float)
func clipToCube<T: Scalar>(
  _ delta: UnsafeMutablePointer<T>, _ x: UnsafePointer<T>, _ radius: T, _ least: T, _ most: T, count: Int
) {
  for i in 0..<count {
    let lower = max(-radius, differenceTowardsZero(least, x[i]))
    let upper = min(radius, differenceTowardsZero(most, x[i]))
    let raised = delta[i] < lower ? lower : delta[i]
    delta[i] = raised > upper ? upper : raised
  }
}
