import LinearAlgebra

/// Adam: a <- beta1 a + (1 - beta1) g; b <- beta2 b + (1 - beta2) g^2;
/// d = (a / (1 - beta1^t)) / (sqrt(b / (1 - beta2^t)) + epsilon), element by element.
///
/// Kingma and Ba 2015, algorithm 1. The step length comes from the step rule.
public struct Adam<Element: Scalar>: Direction {
  public let beta1: Element
  public let beta2: Element
  public let epsilon: Element

  /// - Precondition: both betas lie in [0, 1), `epsilon > 0`.
  public init(beta1: Element = 0.9, beta2: Element = 0.999, epsilon: Element = 1e-8) {
    precondition((0..<1).contains(beta1) && (0..<1).contains(beta2), "Adam's betas lie in [0, 1)")
    precondition(epsilon > 0, "Adam's epsilon is positive")
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  public var remembered: Int { 2 }

  public func advance(
    _ memory: inout DirectionMemory<Element>, gradient: UnsafePointer<Element>,
    into direction: UnsafeMutablePointer<Element>, count: Int
  ) {
    memory.seen += 1
    let correction1 = 1 / (1 - Element.pow(beta1, memory.seen))
    let correction2 = 1 / (1 - Element.pow(beta2, memory.seen))
    memory.vectors.withUnsafeMutableBufferPointer {
      guard let first = $0.baseAddress else { return }
      adamUpdate(
        first, first + count, gradient, direction, beta1, beta2, epsilon, correction1, correction2, count: count)
    }
  }
}

@specialized(where Element == Double)
@specialized(where Element == Float)
private func adamUpdate<Element: Scalar>(
  _ first: UnsafeMutablePointer<Element>, _ second: UnsafeMutablePointer<Element>, _ gradient: UnsafePointer<Element>,
  _ direction: UnsafeMutablePointer<Element>, _ beta1: Element, _ beta2: Element, _ epsilon: Element,
  _ correction1: Element, _ correction2: Element, count: Int
) {
  for i in 0..<count {
    let g = gradient[i]
    let a = beta1 * first[i] + (1 - beta1) * g
    let b = beta2 * second[i] + (1 - beta2) * (g * g)
    first[i] = a
    second[i] = b
    direction[i] = a * correction1 / ((b * correction2).squareRoot() + epsilon)
  }
}
