import LinearAlgebra

/// How the ascent of one input ended.
public struct AscentOutcome<Element: Scalar>: BitwiseCopyable, Sendable {
  public enum Status: UInt8, Sendable, BitwiseCopyable {
    /// The residual is at most the tolerance.
    case converged
    /// The budget was spent, or the loss can no longer be told from that of neighbours.
    case limit
    /// The gradient is zero.
    case flat
    /// A loss or a gradient is not finite.
    case nonFinite
  }

  /// L(delta).
  public var loss: Element = -.infinity
  /// |P(delta + R g/|g|) - delta| / R, R the Euclidean circumradius of the ball; 0 where g = 0.
  public var residual: Element = .infinity
  public var status = Status.limit
  /// Steps of the best start.
  public var iterations: Int32 = 0
  /// Evaluations of the loss, and of its gradient, by all starts.
  public var evaluations: Int32 = 0
  public var gradients: Int32 = 0
  /// The number of the best start in the engine's list; -1 where the ascent began at a given delta.
  public var start: Int32 = -1
  /// The class that the best start went towards, or the output (branches of losses without classes); -1 for others.
  public var towards: Int32 = -1

  public init() {}
}

/// The perturbations of n inputs and what is known of them.
public final class AscentResults<Element: Scalar>: @unchecked Sendable {
  public let count, dimension: Int
  /// n x d.
  public let deltas: Buffer<Element>
  public let outcomes: Buffer<AscentOutcome<Element>>

  public init(count: Int, dimension: Int) {
    (self.count, self.dimension) = (count, dimension)
    deltas = Buffer(count: count * dimension)
    outcomes = Buffer(count: count)
  }

  public func delta(_ i: Int) -> UnsafeMutablePointer<Element> { deltas.pointer + i * dimension }
  public subscript(i: Int) -> AscentOutcome<Element> { outcomes.pointer[i] }
}
