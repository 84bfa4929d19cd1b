import LinearAlgebra
import Networks
import Optimization

/// The feasible set of the constrained problem [our reconstruction], about one start:
/// W in the ball B(W0, eps), Frobenius or per neuron, and s_j v_j in [zeta, kappa zeta] for every output weight that
/// started at s_j zeta. At a given start each output weight has its own zeta, its size; one that is zero stays there.
public struct FeasibleRegion: Sendable {
  public let radius: Double
  public let perNeuron: Bool
  public let kappa: Double
  private let shape: TwoLayerShape

  init(radius: Double, perNeuron: Bool, kappa: Double, shape: TwoLayerShape) {
    self.radius = radius
    self.perNeuron = perNeuron
    self.kappa = kappa
    self.shape = shape
  }

  /// The projection onto the set around `start`; without a common zeta, output weights have their own.
  func projection<Element: Scalar>(around start: [Element], zeta: Double?) -> any Projection<Element> {
    let center = Array(start[shape.hiddenRange])
    let ball: any Projection<Element> =
      perNeuron
      ? RowBalls(range: shape.hiddenRange, rows: shape.hidden, center: center, radius: Element(radius))
      : Ball(range: shape.hiddenRange, center: center, radius: Element(radius))
    let outputs = Array(start[shape.outputRange])
    let factor = Element(kappa)
    let box =
      zeta.map {
        Box.signed(range: shape.outputRange, reference: outputs, smallest: Element($0), largest: Element(kappa * $0))
      }
      ?? Box(
        range: shape.outputRange, lower: outputs.map { min($0, factor * $0) },
        upper: outputs.map { max($0, factor * $0) })
    return Product([ball, box])
  }

  /// The unit outward normal of the ball at `end`, over the whole parameter vector, where it is active; per-neuron balls
  /// have several and give `nil`, which leaves all directions free and the bounds built on it valid.
  func outwardNormal(at end: [Double], from start: [Double]) -> [Double]? {
    guard !perNeuron else { return nil }
    var normal = [Double](repeating: 0, count: end.count)
    for i in shape.hiddenRange { normal[i] = end[i] - start[i] }
    let length = normal.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0, length >= radius * (1 - 1e-9) else { return nil }
    return normal.map { $0 / length }
  }
}
