import LinearAlgebra

extension PerturbationSet {
  /// The nearest point of {|delta_i| <= eps} and the box: every coordinate is clipped for itself.
  @inline(__always) func projectOntoCube(
    _ delta: UnsafeMutablePointer<Element>, around x: UnsafePointer<Element>, radius: Element
  ) {
    clipToCube(delta, x, radius, box, count: dimension)
  }
}
