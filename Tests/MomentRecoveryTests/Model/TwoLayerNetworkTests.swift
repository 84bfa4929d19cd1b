import LinearAlgebra
import MomentRecovery
import Networks
import Randomness
import Testing

@Suite struct TwoLayerNetworkTests {
  @Test(arguments: [
    (0, .relu, 3), (0.01, .leakyReLU, 3), (1, .identity, 3), (-1, .abs, 3), (0.3, .relu, 6), (-0.5, .relu, 6),
  ] as [(Double, Activation, Int)])
  func sameFunction(_ slope: Double, _ activation: Activation, _ width: Int) {
    var stream = RandomStream(seed: 2)
    let network = ReLUNetwork(
      hidden: stream.normalMatrix(rows: 3, columns: 4), output: stream.normalMatrix(rows: 2, columns: 3), slope: slope)
    let same = network.twoLayerNetwork
    #expect(same.activation == activation && same.shape.hidden == width && !same.shape.bias)
    let x: Matrix<Double> = stream.normalMatrix(rows: 50, columns: 4)
    // Sums of at most six products of numbers of size 3 or so.
    for (a, b) in zip(network.predict(x).elements, same.predict(x).elements) { #expect(abs(a - b) < 1e-13) }
  }
}
