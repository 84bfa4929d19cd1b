import LinearAlgebra
import MomentRecovery
import Randomness
import Testing

@Suite struct TestErrorTests {
  @Test(arguments: [0, 0.3, -0.5]) func theKernelAgreesWithSampling(slope: Double) {
    let (a, b) = (
      RecoveryErrorTests.random(4, 3, 2, seed: 11, slope: slope), RecoveryErrorTests.random(3, 3, 2, seed: 12))
    var stream = RandomStream(seed: 13)
    let root: Matrix<Double> = stream.normalMatrix(rows: 3, columns: 3)
    let z: Matrix<Double> = stream.normalMatrix(rows: 200_000, columns: 3)
    let exact = a.meanSquaredError(against: b, covariance: root * root.transposed())
    let sampled = a.meanSquaredError(against: b, over: Matrix.product(z, .no, root, .yes))
    // The square of an output has a standard deviation of at most a few times its mean: 1 / sqrt(n) = 0.2 %.
    #expect(abs(sampled / exact - 1) < 0.02, "\(sampled) for \(exact)")
  }

  @Test func oneUnitByHand() {
    let zero = ReLUNetwork(hidden: Matrix([[1, 0]]), output: Matrix([[0], [0]]))
    let unit = ReLUNetwork(hidden: Matrix([[0, 2]]), output: Matrix([[3], [1]]))
    // E max(z, 0)^2 = 1/2 for z of variance 1: (9 + 1) 4 / 2 over two outputs.
    #expect(abs(unit.meanSquaredError(against: zero) - 10) < 1e-14)
    #expect(unit.meanSquaredError(against: unit) < 1e-14)
    #expect(unit.meanSquaredError(against: zero, over: Matrix([[7, 1], [7, -1]])) == 10)
  }
}
