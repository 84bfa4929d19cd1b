import Datasets
import LinearAlgebra
import MomentRecovery
import Networks
import Randomness
import Testing

@Suite struct FitTestTests {
  private let network = RandomNetworks(inputs: 5, neurons: 4, outputs: 4, hidden: .condition(3))
    .network(random: RandomStream(seed: 11))

  private func test(
    _ claimed: ReLUNetwork, noise: Double, seed: UInt64, activation: Activation? = nil
  ) throws -> FitTest {
    let samples = RandomSamples(network, noise: noise, count: 4000, random: RandomStream(seed: seed), activation: activation)
      .matrixSamples()
    return try FitTest(of: claimed, on: (samples.x, samples.y), random: RandomStream(seed: seed).split(1))
  }

  @Test func trueNetworkPasses() throws {
    // The truth was not fitted to the samples, so the deviate is about standard normal: 20 of them average 0 +- .22.
    let deviates = try (0..<20).map { try test(network, noise: 0.3, seed: UInt64($0)).deviate }
    #expect(abs(deviates.reduce(0, +) / 20) < 4 * 0.25)
    #expect(deviates.allSatisfy { $0 < 4 })
  }

  @Test func exactFitPassesWithoutNoise() throws {
    let result = try test(network, noise: 0, seed: 1)
    #expect(result.deviate == 0 && result.explained == 0 && result.residual < 1e-20 && !result.isRejected)
  }

  @Test func missingNeuronIsFoundWithItsShare() throws {
    var claimed = network
    for j in 0..<4 { claimed.output[j, 2] = 0 }
    let result = try test(claimed, noise: 0.1, seed: 2)
    #expect(result.isRejected && result.deviate > 50)
    // What is missing is a relu(w.x): its variance is 1/2 - 1/(2 pi) = .341 of |a|^2 of the sum over four such, and the
    // functions hold relu(z) along the claimed neurons, so nearly all of it is explained; the mean is not variance, but
    // is left in the residuals, 1/(2 pi) = .159 more. Signal: at most 4 times as much, plus noise .4 in all.
    #expect(result.explained > 0.1 && result.explained < 0.5)
  }

  @Test func otherActivationIsFound() throws {
    #expect(try test(network, noise: 0.1, seed: 3, activation: .tanh).isRejected)
  }

  @Test func resolutionFallsWithTheNoise() throws {
    let low = try test(network, noise: 0.01, seed: 4).resolution, high = try test(network, noise: 1, seed: 4).resolution
    #expect(low < high / 20 && high < 0.2)
  }
}
