public import LinearAlgebra

/// The perturbations delta of one input x that an adversary may choose from: a ball, cut by a box.
///
///     S = {delta : |delta|_p <= eps,  lower <= x_i + delta_i <= upper for every i}
///
/// The set holds what all inputs have in common; x, of `dimension` elements and inside the box, and its own eps are
/// arguments. Every point that a method of this type writes lies in S *exactly*: the sum of squares or sizes of the
/// numbers stored, taken without rounding, is within eps^p, and so is every x_i + delta_i within the box.
///
/// ```swift
/// let set = PerturbationSet<Double>(norm: .l2, dimension: 784, box: 0...1)
/// let scratch = Buffer<Double>(count: set.scratchCount)
/// set.project(delta, around: x, radius: 1.5, scratch: scratch.pointer)
/// ```
///
/// No method allocates; `scratch` has ``scratchCount`` elements and may be shared by sets of the same dimension.
public struct PerturbationSet<Element: Scalar>: Sendable {
  public let norm: PerturbationNorm
  public let dimension: Int
  /// The values that each coordinate of x + delta may take; `nil` for any.
  public let box: ClosedRange<Element>?

  /// - Precondition: `dimension` is not negative.
  public init(norm: PerturbationNorm, dimension: Int, box: ClosedRange<Element>? = nil) {
    precondition(dimension >= 0, "there is no space of \(dimension) dimensions")
    (self.norm, self.dimension, self.box) = (norm, dimension, box)
  }

  /// The elements that the `scratch` of every method must have.
  public var scratchCount: Int { 4 * dimension }

  /// Replaces delta by the point of S nearest to it:
  ///
  ///     argmin |z - delta|_2  over  z in S
  ///
  /// A point of S stays as it is, unless it is within rounding of the sphere; then it may move by as much; results of
  /// this method stay. What rounding costs is a few units in the last place of eps. With eps = 0 the result is 0.
  ///
  /// - Parameters:
  ///   - delta: `dimension` finite numbers. Where one is not, the result may not be either.
  ///   - x: the input, inside the box; it is not written to.
  ///   - radius: eps, finite and at least 0.
  ///   - scratch: ``scratchCount`` elements.
  /// - Complexity: O(d) for the maximum norm; O(d) times the steps of a search for one multiplier otherwise, one to
  ///   five in practice.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func project(
    _ delta: UnsafeMutablePointer<Element>, around x: UnsafePointer<Element>, radius: Element,
    scratch: UnsafeMutablePointer<Element>
  ) {
    guard radius > 0 else {
      delta.update(repeating: 0, count: dimension)
      return
    }
    switch norm {
    case .linf: projectOntoCube(delta, around: x, radius: radius)
    case .l2 where dimension == 1, .l1 where dimension == 1: projectOntoCube(delta, around: x, radius: radius)
    case .l2: projectOntoBall(delta, around: x, radius: radius, scratch: scratch)
    case .l1: projectOntoCross(delta, around: x, radius: radius, scratch: scratch)
    }
  }
}
