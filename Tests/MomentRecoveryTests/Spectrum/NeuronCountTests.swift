import Datasets
import LinearAlgebra
import MomentRecovery
import Randomness
import Testing

@Suite struct NeuronCountTests {
  private func count(_ samples: some SampleSource, seed: UInt64) throws -> NeuronCount {
    try NeuronCount(of: samples, moments: FirstMoments(of: samples), random: RandomStream(seed: seed))
  }

  /// d, k, l, n and the noise: square, k < d, l > k with y of exact rank k, and noise in all outputs.
  @Test(arguments: [
    (6, 6, 6, 2000, 0.0), (8, 4, 4, 2000, 0), (8, 4, 9, 2000, 0), (8, 4, 9, 2000, 0.25), (8, 4, 6, 20_000, 1),
    (5, 1, 3, 2000, 0.25),
  ])
  func findsTheNumber(_ d: Int, _ k: Int, _ l: Int, _ n: Int, _ noise: Double) throws {
    var wrong = 0
    for seed in 1...20 as ClosedRange<UInt64> {
      let truth = RandomNetworks(inputs: d, neurons: k, outputs: l).network(random: RandomStream(seed: seed))
      let samples = RandomSamples(truth, noise: noise, count: n, random: RandomStream(seed: 50 + seed))
      if try count(samples, seed: seed).neurons != k { wrong += 1 }
    }
    // A level of three deviations errs in about 1 of 200.
    #expect(wrong <= 1, "wrong in \(wrong) of 20")
  }

  @Test func unitsOfTheOutputsDoNotMatter() throws {
    let truth = RandomNetworks(inputs: 6, neurons: 3, outputs: 5).network(random: RandomStream(seed: 1))
    let samples = RandomSamples(truth, noise: 0.1, count: 3000, random: RandomStream(seed: 2)).matrixSamples()
    let units = [1e-6, 1, 1e5, 3, 1e-2]
    let scaled = MatrixSamples(
      x: samples.x, y: Matrix(rows: 3000, columns: 5) { samples.y[$0, $1] * units[$1] })
    let one = try count(samples, seed: 3), other = try count(scaled, seed: 3)
    #expect(one.neurons == 3 && other.neurons == 3)
    for (a, b) in zip(one.singularValues, other.singularValues) { #expect(abs(a - b) < 1e-8) }
    #expect((one.gap ?? 0) > 3)
    #expect(one.noiseLevels.count == 4)
  }

  @Test func outputsThatDoNotDependOnTheInputs() throws {
    let samples = MatrixSamples(x: MomentFixtures.normal(2000, 4, seed: 1), y: MomentFixtures.normal(2000, 3, seed: 2))
    #expect(try count(samples, seed: 1).neurons == 0)
  }
}
