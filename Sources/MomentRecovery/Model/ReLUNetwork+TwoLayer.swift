import LinearAlgebra
import Networks

extension ReLUNetwork {
  /// The same function as a network with one of the usual activations, without bias.
  ///
  /// Slopes 0, 0.01, 1 and -1 are those of ReLU, leaky ReLU, the identity and the absolute value; k neurons stay k.
  /// Any other slope takes 2k ReLU neurons, since
  ///
  ///     max(z, s z) = relu(z) - s relu(-z)    for s <= 1:    W' = (W, -W) one below the other, A' = (A, -s A)
  ///
  /// ```swift
  /// let network = recovered.twoLayerNetwork
  /// network.predict(x) == recovered.predict(x)      // up to rounding
  /// ```
  ///
  /// - Precondition: sizes are positive.
  public var twoLayerNetwork: TwoLayerNetwork<Double> {
    func network(_ activation: Activation, _ w: [Double], _ a: Matrix<Double>) -> TwoLayerNetwork<Double> {
      TwoLayerNetwork(
        shape: TwoLayerShape(inputs: inputs, hidden: a.columns, outputs: outputs, bias: false), activation: activation,
        parameters: w + a.elements)
    }
    switch slope {
    case 0: return network(.relu, hidden.elements, output)
    case 0.01: return network(.leakyReLU, hidden.elements, output)
    case 1: return network(.identity, hidden.elements, output)
    case -1: return network(.abs, hidden.elements, output)
    default:
      let k = neurons
      let both = Matrix(rows: outputs, columns: 2 * k) { $1 < k ? output[$0, $1] : -slope * output[$0, $1 - k] }
      return network(.relu, hidden.elements + hidden.elements.map { -$0 }, both)
    }
  }
}
