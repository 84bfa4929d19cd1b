import LinearAlgebra
import MomentRecovery
import Randomness
import Testing

@Suite struct SingleLayerRecoveryTests {
  /// Samples in pairs x, -x give W exactly, whatever the rank of W, the number of outputs and the slope.
  @Test func symmetricDesign() throws {
    let w = MomentFixtures.normal(7, 4, seed: 1)
    let truth = ReLUNetwork(hidden: w, output: .identity(7), slope: 0.2)
    let layer = try SingleLayerRecovery(of: MomentFixtures.symmetric(truth, n: 50), slope: 0.2)
    for (a, b) in zip(layer.weights.elements, w.elements) { #expect(abs(a - b) < 1e-12) }
  }

  /// 95 % of the standardised errors of 400 weights lie within 1.96: 380 +- 4.4, so 360 is 4.6 deviations off.
  @Test func standardErrors() throws {
    let w = MomentFixtures.normal(20, 20, seed: 2)
    let truth = ReLUNetwork(hidden: w, output: .identity(20))
    let samples = RandomSamples(truth, .mixture(shift: 0.5), noise: 0.3, count: 4000, random: RandomStream(seed: 3))
    let layer = try SingleLayerRecovery(of: samples)
    let inside = (0..<400).count {
      let t = (layer.weights.elements[$0] - w.elements[$0]) / layer.standardErrors.elements[$0]
      return abs(t) < 1.96
    }
    #expect(inside > 360 && inside < 398)
  }
}
