import Adversaries
import LinearAlgebra
import Networks
import Randomness
import Testing

@testable import Adversaries

/// Losses of one sample against their definitions, slopes and curvatures against differences.
@Suite struct AttackLossTests {
  private func targets(_ loss: AttackLoss, outputs k: Int, _ random: inout RandomStream) -> [Double] {
    if loss == .squared { return random.normals(k) }
    if k == 1 { return [random.uniform() < 0.5 ? -1 : 1] }
    let label = random.integer(below: k)
    return (0..<k).map { $0 == label ? 1 : 0 }
  }

  @Test(arguments: AttackLoss.allCases, [1, 2, 5])
  func slopesAreDerivatives(_ loss: AttackLoss, _ k: Int) {
    var random = RandomStream(seed: 3)
    for _ in 0..<20 {
      let f: [Double] = random.normals(k, scale: 3)
      let y = targets(loss, outputs: k, &random)
      var slope = [Double](repeating: 0, count: k)
      _ = loss.value(f, y, outputs: k, slope: &slope)
      // Central differences with h = 1e-5: error h^2 of the third derivative and eps/h of rounding, both 1e-10.
      for c in 0..<k {
        var (up, down) = (f, f)
        up[c] += 1e-5
        down[c] -= 1e-5
        let difference = (loss.value(up, y, outputs: k) - loss.value(down, y, outputs: k)) / 2e-5
        #expect(abs(difference - slope[c]) < 1e-8 * max(1, abs(slope[c])))
      }
    }
  }

  @Test(arguments: [AttackLoss.squared, .crossEntropy], [1, 2, 5])
  func curvaturesAreDerivativesOfSlopes(_ loss: AttackLoss, _ k: Int) {
    var random = RandomStream(seed: 4)
    let f: [Double] = random.normals(k)
    let y = targets(loss, outputs: k, &random)
    let u: [Double] = random.normals(k)
    var (product, up, down) = (f, f, f)
    loss.curvatureProduct(f, y, u, outputs: k, into: &product)
    _ = loss.value(zip(f, u).map { $0 + 1e-5 * $1 }, y, outputs: k, slope: &up)
    _ = loss.value(zip(f, u).map { $0 - 1e-5 * $1 }, y, outputs: k, slope: &down)
    for c in 0..<k { #expect(abs((up[c] - down[c]) / 2e-5 - product[c]) < 1e-8) }
  }

  @Test func confidentSamplesKeepTheirLossAndSlope() {
    // f_y leads by 60: the loss is exp(-60), far below the rounding of 1; its slopes are as small.
    var slope: [Double] = [0, 0]
    let value = AttackLoss.crossEntropy.value([60, 0], [1, 0], outputs: 2, slope: &slope)
    #expect(abs(value / 8.75651076269652e-27 - 1) < 1e-13)
    #expect(abs(slope[0] / -8.75651076269652e-27 - 1) < 1e-13)
    #expect(abs(slope[1] / 8.75651076269652e-27 - 1) < 1e-13)
    // And of the wrong side, without overflow.
    #expect(AttackLoss.crossEntropy.value([-900, 900], [1, 0], outputs: 2) == 1800)
    #expect(AttackLoss.crossEntropy.value([-900], [1], outputs: 1) == 900)
  }

  @Test func oneOutputIsTwoClasses() {
    // log(1 + exp(-y f)) is the softmax loss of outputs (0, f).
    for f in [-3.0, -0.1, 0, 0.2, 7] {
      let one = AttackLoss.crossEntropy.value([f], [1.0], outputs: 1)
      let two = AttackLoss.crossEntropy.value([0, f], [0, 1.0], outputs: 2)
      #expect(abs(one - two) < 1e-15)
    }
  }

  @Test func marginsTellWhichClassIsWrong() {
    var random = RandomStream(seed: 5)
    for k in [1, 2, 4] {
      for _ in 0..<50 {
        let f: [Double] = random.normals(k)
        let y = targets(.margin, outputs: k, &random)
        let margin = AttackLoss.margin.value(f, y, outputs: k)
        #expect((margin > 0) == AttackLoss.isMisclassified(f, y, outputs: k))
      }
    }
  }
}
