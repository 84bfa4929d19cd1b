import LinearAlgebra

/// Momentum: u <- beta u + g; d = u, or with Nesterov's look-ahead d = g + beta u.
///
/// Polyak 1964; Nesterov's form as Sutskever et al. 2013 state it for a fixed beta.
public struct Momentum<Element: Scalar>: Direction {
  public let beta: Element
  public let nesterov: Bool

  /// - Precondition: `0 <= beta < 1`.
  public init(beta: Element = 0.9, nesterov: Bool = false) {
    precondition(0 <= beta && beta < 1, "momentum lies in [0, 1)")
    self.beta = beta
    self.nesterov = nesterov
  }

  public var remembered: Int { 1 }

  public func advance(
    _ memory: inout DirectionMemory<Element>, gradient: UnsafePointer<Element>,
    into direction: UnsafeMutablePointer<Element>, count: Int
  ) {
    memory.seen += 1
    memory.vectors.withUnsafeMutableBufferPointer {
      guard let velocity = $0.baseAddress else { return }
      blend(1, gradient, beta, velocity, count: count)
      direction.update(from: nesterov ? gradient : UnsafePointer(velocity), count: count)
      if nesterov { Element.axpy(count, beta, velocity, direction) }
    }
  }
}
