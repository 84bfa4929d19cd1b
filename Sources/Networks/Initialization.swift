import LinearAlgebra
import Randomness

/// How the weights of a two-layer network are drawn at the start.
///
/// With d' weights per neuron (the bias weight counts as one of them and is drawn like the others), m neurons and k
/// outputs:
///
/// | case            | w_jl                                       | v_cj                  |
/// |-----------------|--------------------------------------------|-----------------------|
/// | `mirroredLeCun` | N(0, 1/d'), second half copied             | +-zeta, mirrored      |
/// | `leCun`         | N(0, 1/d')                                 | N(0, 1/m)             |
/// | `glorot`        | N(0, 2/(d' + m))                           | N(0, 2/(m + k))       |
/// | `he`            | N(0, 2/d')                                 | N(0, 2/m)             |
/// | `orthogonal`    | orthonormal rows, or columns when m > d'   | N(0, 1/m)             |
///
/// The mirrored start pairs neuron j with neuron j + m/2: the same w and the opposite v, so that f = 0 up to
/// rounding. For one output v_j = zeta in the first half, as in Zhang et al., NeurIPS 2021 (arXiv 2210.12001). For
/// several outputs each pair draws its signs v_j in {-zeta, +zeta}^k at random; that extension is ours.
public enum Initialization: Hashable, Codable, Sendable {
  case mirroredLeCun(zeta: Double)
  case leCun, glorot, he, orthogonal

  /// A parameter vector (``TwoLayerShape`` has its layout). The same stream gives the same numbers up to rounding in
  /// either precision; W and V come from sub-streams 0 and 1 of `random`.
  ///
  /// - Throws: ``InitializationError`` for a mirrored start of an odd number of neurons or a zeta that is not positive.
  /// - Complexity: one draw per weight; O(max(m, d')^3) for `orthogonal`.
  public func parameters<Element: Scalar>(_ shape: TwoLayerShape, random: RandomStream) throws -> [Element] {
    let (m, d, k) = (shape.hidden, shape.weightsPerNeuron, shape.outputs)
    var (hidden, output) = (random.split(0), random.split(1))
    switch self {
    case .mirroredLeCun(let zeta):
      guard m % 2 == 0 else { throw InitializationError.oddWidth(m) }
      guard zeta > 0 && zeta.isFinite else { throw InitializationError.scale(zeta) }
      let half: [Element] = hidden.normals(m / 2 * d, scale: deviation(1, d))
      var v = [Element](repeating: Element(zeta), count: k * m)
      for j in 0..<m / 2 {
        for c in 0..<k {
          if k > 1 && output.normal() < 0 { v[c * m + j] = -Element(zeta) }
          v[c * m + j + m / 2] = -v[c * m + j]
        }
      }
      return half + half + v
    case .leCun: return hidden.normals(m * d, scale: deviation(1, d)) + output.normals(k * m, scale: deviation(1, m))
    case .glorot:
      return hidden.normals(m * d, scale: deviation(2, d + m)) + output.normals(k * m, scale: deviation(2, m + k))
    case .he: return hidden.normals(m * d, scale: deviation(2, d)) + output.normals(k * m, scale: deviation(2, m))
    case .orthogonal:
      let q: Matrix<Element> = hidden.orthogonal(max(m, d))
      return (0..<m).flatMap { q.row($0).prefix(d) } + output.normals(k * m, scale: deviation(1, m))
    }
  }

  /// A network with these weights.
  ///
  /// ```swift
  /// let start: TwoLayerNetwork<Double> = try Initialization.mirroredLeCun(zeta: 1).network(
  ///   TwoLayerShape(inputs: 6, hidden: 10, outputs: 1), activation: .tanh, random: RandomStream(seed: 7))
  /// ```
  ///
  /// - Throws: as ``parameters(_:random:)``.
  public func network<Element: Scalar>(
    _ shape: TwoLayerShape, activation: Activation, random: RandomStream
  ) throws -> TwoLayerNetwork<Element> {
    TwoLayerNetwork(shape: shape, activation: activation, parameters: try parameters(shape, random: random))
  }
}

private func deviation<Element: Scalar>(_ numerator: Int, _ denominator: Int) -> Element {
  Element((Double(numerator) / Double(denominator)).squareRoot())
}

/// Why an initialisation was refused.
public enum InitializationError: Error, Equatable, CustomStringConvertible {
  case oddWidth(Int)
  case scale(Double)

  public var description: String {
    switch self {
    case .oddWidth(let m):
      "a mirrored start pairs the neurons, so their number must be even; \(m) is odd (take \(m - 1) or \(m + 1))"
    case .scale(let zeta): "zeta is \(zeta); a mirrored start needs a positive, finite one"
    }
  }
}
