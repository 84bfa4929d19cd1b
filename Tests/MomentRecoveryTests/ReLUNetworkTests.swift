import LinearAlgebra
import MomentRecovery
import Randomness
import Testing

@Suite struct ReLUNetworkTests {
  @Test func predictsByHand() {
    let network = ReLUNetwork(
      hidden: Matrix([[1, 0], [0, 2]]), output: Matrix([[1, 1], [0, -3]]), slope: 0.5)
    // z = (-2, 6), sigma = (-1, 6).
    #expect(network.predict(Matrix([[-2, 3]])) == Matrix([[5, -18]]))
  }

  @Test func normalizingKeepsTheFunction() {
    var random = RandomStream(seed: 3)
    let network = ReLUNetwork(
      hidden: Matrix(rows: 3, columns: 4) { _, _ in random.normal() },
      output: Matrix(rows: 2, columns: 3) { _, _ in random.normal() })
    let x = Matrix<Double>(rows: 20, columns: 4) { _, _ in random.normal() }
    let unit = network.normalized()
    for i in 0..<3 { #expect(abs(Double.norm2(4, Array(unit.hidden.row(i))) - 1) < 1e-15) }
    let (a, b) = (network.predict(x), unit.predict(x))
    // Rounding: a few units in the last place of terms of size 10.
    for i in a.elements.indices { #expect(abs(a.elements[i] - b.elements[i]) < 1e-13) }
  }
}
