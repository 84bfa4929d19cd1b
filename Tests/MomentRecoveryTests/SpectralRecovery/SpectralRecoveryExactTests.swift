import Datasets
import LinearAlgebra
import MomentRecovery
import Randomness
import Testing

/// Without noise, samples in pairs x, -x satisfy the theorem's identities exactly: x is symmetric under the mean over
/// the samples. Recovery must then be exact up to rounding.
@Suite struct SpectralRecoveryExactTests {
  private func recovered(_ truth: ReLUNetwork, _ samples: MatrixSamples, _ settings: SpectralSettings) throws
    -> (error: RecoveryError, result: SpectralResult)
  {
    let result = try SpectralRecovery(settings).recover(samples)
    return (try RecoveryError(of: result.network, from: truth), result)
  }

  /// d, k, l and the slope: square, fewer neurons than inputs, more outputs than neurons, one neuron, leaky.
  @Test(arguments: [(4, 4, 4, 0.0), (6, 4, 4, 0), (5, 3, 7, 0), (4, 1, 2, 0), (5, 5, 5, 0.3), (5, 3, 6, -0.2)])
  func symmetricDesigns(_ d: Int, _ k: Int, _ l: Int, _ slope: Double) throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let truth = MomentFixtures.network(d: d, k: k, l: l, slope: slope, seed: 10 * seed)
      let samples = MomentFixtures.symmetric(truth, n: 300, seed: seed)
      let (error, result) = try recovered(
        truth, samples, SpectralSettings(neurons: .count(k), slope: slope, seed: seed))
      // Distances of unit vectors, 1e-8 each: squares below 1e-16 for each unit.
      #expect(error.hidden < 1e-16 * Double(k) && error.output < 1e-16 * Double(k), "seed \(seed): \(error)")
      let y = result.network.predict(samples.x)
      let worst = zip(y.elements, samples.y.elements).map { ($0 - $1).magnitude }.max() ?? 1
      #expect(worst < 1e-7, "scales are wrong: outputs differ by \(worst)")
      if let gap = result.gap { #expect(gap > 1e6) }
    }
  }

  @Test func plainCoordinates() throws {
    let truth = MomentFixtures.network(d: 5, k: 3, l: 5, seed: 3)
    let samples = MomentFixtures.symmetric(truth, n: 300)
    let settings = SpectralSettings(
      neurons: .count(3), whitens: false, diagonalization: .pencil(draws: 5), polishes: false)
    let (error, result) = try recovered(truth, samples, settings)
    #expect(error.hidden < 1e-14 && error.output < 1e-14)
    #expect(result.joint == nil && result.draws >= 1)
  }

  /// Half of the samples gives the z_i, the other half W.
  @Test func literalForm() throws {
    let network = RandomNetworks(inputs: 3, neurons: 3, outputs: 3).network(random: RandomStream(seed: 4))
    let samples = RandomSamples(network, count: 200_000, random: RandomStream(seed: 5))
    var settings = SpectralSettings.literal
    settings.neurons = .count(3)
    let result = try SpectralRecovery(settings).recover(samples)
    let error = try RecoveryError(of: result.network, from: network)
    // n = 2e5 in three dimensions: errors of some 1e-4, far from those of random directions (about 3).
    #expect(error.hidden < 0.02 && error.output < 0.02)
    #expect(abs(result.moments.count - 100_000) < 2000)
  }

  /// y' = M y and x' = N x for invertible M, N recover A' = M A and W' = W N^{-1}, from samples with noise.
  @Test func invariance() throws {
    let truth = RandomNetworks(inputs: 5, neurons: 4, outputs: 6).network(random: RandomStream(seed: 1))
    let samples = RandomSamples(truth, noise: 0.05, count: 20_000, random: RandomStream(seed: 2)).matrixSamples()
    let recovery = SpectralRecovery(SpectralSettings(neurons: .count(4), seed: 3))
    let base = try recovery.recover(samples).network
    let m = MomentFixtures.normal(6, 6, seed: 7), n = MomentFixtures.normal(5, 5, seed: 8)
    let mapped = MatrixSamples(
      x: Matrix.product(samples.x, .no, n, .yes), y: Matrix.product(samples.y, .no, m, .yes))
    let other = try recovery.recover(mapped).network
    let expected = ReLUNetwork(
      hidden: base.hidden * (try LU(n).inverse()), output: m * base.output)
    let error = try RecoveryError(of: other, from: expected)
    #expect(error.hidden < 1e-16 && error.output < 1e-16, "\(error)")
  }

  @Test func sameBitsForAnyNumberOfThreads() throws {
    let truth = RandomNetworks(inputs: 6, neurons: 5, outputs: 5).network(random: RandomStream(seed: 1))
    let samples = RandomSamples(truth, noise: 0.1, count: 5000, random: RandomStream(seed: 2))
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = 1
    let alone = try SpectralRecovery().recover(samples)
    Parallel.threads = 3
    let together = try SpectralRecovery().recover(samples)
    #expect(alone == together)
  }

  @Test func warmStart() throws {
    let truth = RandomNetworks(inputs: 6, neurons: 6, outputs: 6).network(random: RandomStream(seed: 1))
    let samples = RandomSamples(truth, noise: 0.1, count: 10_000, random: RandomStream(seed: 2))
    let recovery = SpectralRecovery(SpectralSettings(neurons: .count(6)))
    let cold = try recovery.recover(samples)
    let warm = try recovery.recover(samples, near: cold.network)
    let error = try RecoveryError(of: warm.network, from: cold.network)
    #expect(error.hidden < 1e-14 && error.output < 1e-14)
    #expect(warm.joint?.starts == 1 && warm.choice == nil)
    // A permutation of the start permutes the result.
    #expect(error.matching.compactMap { $0 } == Array(0..<6))
  }

  @Test func unusableInput() {
    let truth = RandomNetworks(inputs: 3, neurons: 2, outputs: 2).network(random: RandomStream(seed: 1))
    func recover(_ samples: some SampleSource, _ settings: SpectralSettings) throws {
      _ = try SpectralRecovery(settings).recover(samples)
    }
    let few = RandomSamples(truth, count: 5, random: RandomStream(seed: 2))
    #expect(throws: SpectralError.tooFewSamples(count: 5, needed: 6)) { try recover(few, SpectralSettings()) }
    let many = RandomSamples(truth, count: 500, random: RandomStream(seed: 2))
    #expect(throws: SpectralError.neurons(asked: 3, most: 2)) {
      try recover(many, SpectralSettings(neurons: .count(3)))
    }
    #expect(throws: SpectralError.slope(-1)) { try recover(many, SpectralSettings(slope: -1)) }
    let zero = MatrixSamples(x: MomentFixtures.normal(50, 3, seed: 1), y: Matrix(rows: 50, columns: 2))
    #expect(throws: SpectralError.noLinearPart) { try recover(zero, SpectralSettings()) }
  }
}
