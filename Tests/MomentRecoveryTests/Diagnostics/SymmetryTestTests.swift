import Datasets
import LinearAlgebra
import MomentRecovery
import Randomness
import Testing

@Suite struct SymmetryTestTests {
  private func test(_ distribution: InputDistribution, n: Int, d: Int, seed: UInt64) throws -> SymmetryTest {
    let network = RandomNetworks(inputs: d, neurons: 1, outputs: 1).network(random: RandomStream(seed: 1))
    let samples = RandomSamples(network, distribution, count: n, random: RandomStream(seed: seed)).matrixSamples()
    return try SymmetryTest(of: samples.x, moments: FirstMoments(of: samples), random: RandomStream(seed: seed).split(9))
  }

  @Test func symmetricInputsPassAsOftenAsTheyShould() throws {
    // Each of the two probabilities is uniform on 1/400, ..., 1: their means over 60 tests are .5 +- .037 each.
    var sums: [Double] = [], largest: [Double] = [], rejections = 0
    for (i, distribution) in [InputDistribution.gaussian, .mixture(shift: 1), .student(degrees: 5)].enumerated() {
      for seed in 0..<20 {
        let result = try test(distribution, n: 600, d: 4, seed: UInt64(100 * i + seed))
        sums.append(result.sumProbability)
        largest.append(result.largestProbability)
        if result.isRejected { rejections += 1 }
      }
    }
    for values in [sums, largest] {
      #expect(abs(values.reduce(0, +) / 60 - 0.5) < 4 * 0.037)
    }
    // 1 % each: 4 or more of 60 would happen once in 300.
    #expect(rejections < 4)
  }

  @Test(arguments: [InputDistribution.shifted(mean: 0.3), .exponential, .skew(shape: 5)])
  func lopsidedInputsAreFound(_ distribution: InputDistribution) throws {
    let result = try test(distribution, n: 3000, d: 6, seed: 7)
    #expect(result.isRejected)
    // Only a shift moves the mean.
    if case .shifted = distribution { #expect(result.meanDeviate > 4) } else { #expect(result.meanDeviate < 4) }
  }

  @Test func namesTheLopsidedInput() throws {
    var random = RandomStream(seed: 3)
    var x = Matrix<Double>(rows: 4000, columns: 5) { _, _ in random.normal() }
    for i in 0..<x.rows { x[i, 3] = -Double.log(1 - random.uniform()) - 1 }
    let y = Matrix<Double>(rows: 4000, columns: 1)
    let result = try SymmetryTest(
      of: x, moments: FirstMoments(of: MatrixSamples(x: x, y: y)), random: RandomStream(seed: 1))
    #expect(result.isRejected && result.worstInput == 3)
  }

  @Test func constantInputsDoNotMatter() throws {
    var random = RandomStream(seed: 3)
    let x = Matrix<Double>(rows: 500, columns: 3) { _, j in j == 1 ? 0 : random.normal() }
    let result = try SymmetryTest(
      of: x, moments: FirstMoments(of: MatrixSamples(x: x, y: Matrix(rows: 500, columns: 1))),
      random: RandomStream(seed: 1))
    #expect(!result.isRejected && result.meanDeviate.isFinite)
  }
}
