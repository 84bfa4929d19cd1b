import LinearAlgebra
import MomentRecovery
import Randomness
import Testing

/// Cells of the reference table (specs/moment-recovery.md): d = k = 10, orthonormal W and A, medians over seeds.
@Suite struct SpectralRecoveryTableTests {
  private func medians(
    _ distribution: InputDistribution, _ n: Int, noise: Double, seeds: Int, _ settings: SpectralSettings
  ) throws -> (hidden: Double, output: Double, count: Int) {
    var hidden: [Double] = [], output: [Double] = [], right = 0
    for seed in 0..<UInt64(seeds) {
      let stream = RandomStream(seed: 100 + seed)
      let truth = RandomNetworks(inputs: 10, neurons: 10, outputs: 10).network(random: stream.split(0))
      let samples = RandomSamples(truth, distribution, noise: noise, count: n, random: stream.split(1))
      let result = try SpectralRecovery(settings).recover(samples.matrixSamples())
      let error = try RecoveryError(of: result.network, from: truth)
      hidden.append(error.hidden)
      output.append(error.output)
      if result.network.neurons == 10 { right += 1 }
    }
    return (hidden.sorted()[seeds / 2], output.sorted()[seeds / 2], right)
  }

  /// The table's medians of ten seeds. Single seeds of the noiseless mixture differ by a factor of 8, medians of ten by
  /// some 1.5, and there the polish trades W for A (0.0106 -> 0.0129, 0.041 -> 0.034 over 41 seeds [measured]): hence
  /// factors of 2 for W and 1.6 for A. Random directions would read 14.
  @Test(arguments: [
    (InputDistribution.gaussian, 5000, 0.0, 0.0046, 0.014), (.gaussian, 10_000, 0.25, 0.029, 0.042),
    (.mixture(shift: 1), 5000, 0, 0.0092, 0.046), (.mixture(shift: 1), 10_000, 0.25, 0.036, 0.055),
  ])
  func practicalForm(_ distribution: InputDistribution, _ n: Int, _ noise: Double, _ w: Double, _ a: Double) throws {
    let found = try medians(distribution, n, noise: noise, seeds: 21, SpectralSettings())
    #expect(found.hidden < 2 * w && found.output < 1.6 * a, "\(found)")
    #expect(found.count == 21, "the number of neurons was right in \(found.count) of 21")
  }

  /// The paper's form is far worse on the same samples, and still no random guess (8 to 14).
  @Test func literalForm() throws {
    var settings = SpectralSettings.literal
    settings.neurons = .count(10)
    settings.diagonalization = .pencil(draws: 50)
    let literal = try medians(.gaussian, 10_000, noise: 0, seeds: 5, settings)
    let practical = try medians(.gaussian, 10_000, noise: 0, seeds: 5, SpectralSettings())
    #expect(literal.hidden > 5 * practical.hidden && literal.output > 5 * practical.output)
    #expect(literal.hidden < 4 && literal.output < 4, "\(literal)")
  }
}
