import Datasets
import Dynamics
import LinearAlgebra
import MomentRecovery
import Networks
import Randomness
import Testing

@Suite struct RecoveryTests {
  private func samples(
    _ networks: RandomNetworks, _ distribution: InputDistribution = .gaussian, noise: Double = 0.1, count: Int = 10_000,
    seed: UInt64 = 5, activation: Activation? = nil
  ) -> RandomSamples {
    RandomSamples(
      networks.network(random: RandomStream(seed: seed).split(1)), distribution, noise: noise, count: count,
      random: RandomStream(seed: seed), activation: activation)
  }

  private func settings(_ neurons: Int? = nil, refine: Bool = false, bootstrap: Int = 0) -> RecoverySettings {
    RecoverySettings(
      spectral: SpectralSettings(neurons: neurons.map { .count($0) } ?? .automatic), refine: refine,
      bootstrap: bootstrap, seed: 3)
  }

  private func share(_ result: RecoveryResult, _ truth: ReLUNetwork) throws -> Double {
    let error = try RecoveryError(of: result.network, from: truth)
    return max(error.hidden / error.failureLevel.hidden, error.output / error.failureLevel.output)
  }

  private let networks = RandomNetworks(inputs: 6, neurons: 5, outputs: 6, hidden: .condition(3))

  @Test func goodSamplesAreReliable() throws {
    let source = samples(networks)
    let result = try Recovery(settings()).run(on: source)
    #expect(result.judgement.verdict == .reliable, "\(result.judgement.reasons)")
    #expect(result.network.neurons == 5)
    let estimate = result.diagnostics.error.share, true_ = try share(result, source.network)
    // The estimate is itself uncertain; within a factor of 2 where errors are sums over 55 numbers.
    #expect(true_ < 0.08 && estimate < 2 * true_ && estimate > true_ / 2)
    #expect(result.guarantee.checks.allSatisfy { $0.verdict != .fails })
  }

  @Test func refinementLowersTheErrorAndSaysSo() throws {
    let source = samples(networks)
    let plain = try Recovery(settings()).run(on: source), refined = try Recovery(settings(refine: true)).run(on: source)
    #expect(try share(refined, source.network) < share(plain, source.network) / 2)
    #expect(refined.diagnostics.error.share < plain.diagnostics.error.share)
    #expect(refined.judgement.verdict == .reliable)
  }

  @Test func wrongModelsAreNotReliable() throws {
    func verdict(_ source: RandomSamples, _ neurons: Int? = nil) throws -> RecoveryJudgement {
      try Recovery(settings(neurons)).run(on: source).judgement
    }
    let shifted = try verdict(samples(networks, .shifted(mean: 0.5)))
    #expect(shifted.verdict != .reliable && shifted.hints.contains { $0.contains("negated") })
    let fewOutputs = try verdict(samples(RandomNetworks(inputs: 6, neurons: 5, outputs: 3)))
    #expect(fewOutputs.verdict != .reliable && fewOutputs.hints.contains { $0.contains("outputs") })
    let tooMany = try verdict(samples(networks), 6)
    #expect(tooMany.verdict != .reliable && tooMany.hints.contains { $0.contains("--neurons 5") })
    let tooFew = try verdict(samples(networks), 4)
    #expect(tooFew.verdict != .reliable && tooFew.hints.contains { $0.contains("--neurons 5") })
    #expect(try verdict(samples(networks, activation: .tanh)).verdict == .failed)
    let singular = RandomNetworks(inputs: 6, neurons: 5, outputs: 6, hidden: .rank(4))
    #expect(try verdict(samples(singular), 5).verdict != .reliable)
  }

  @Test func bootstrapErrorsMatchTheScatterOfRecoveries() throws {
    let networks = RandomNetworks(inputs: 3, neurons: 2, outputs: 2)
    let truth = networks.network(random: RandomStream(seed: 8))
    func run(_ seed: UInt64, bootstrap: Int) throws -> RecoveryResult {
      let source = RandomSamples(truth, noise: 0.2, count: 3000, random: RandomStream(seed: seed))
      return try Recovery(settings(2, bootstrap: bootstrap)).run(on: source)
    }
    let errors = try #require(run(1, bootstrap: 100).weightErrors)
    #expect(errors.failures == 0 && errors.replicates == 100)
    var scatter = 0.0
    for seed in 10..<50 {
      let error = try RecoveryError(of: run(UInt64(seed), bootstrap: 0).network, from: truth)
      scatter += error.hidden / 40
    }
    let predicted = errors.hidden.elements.reduce(0) { $0 + $1 * $1 }
    // 6 numbers, 40 recoveries, heavy-tailed errors, one bootstrap: within a factor of 2.
    #expect(predicted > scatter / 2 && predicted < 2 * scatter, "predicted \(predicted), scatter \(scatter)")
  }

  @Test func sameBitsForAnyNumberOfThreads() throws {
    let source = samples(networks, count: 3000)
    let threads = Parallel.threads
    defer { Parallel.threads = threads }
    let results = try [1, 2, 3].map { count in
      Parallel.threads = count
      return try Recovery(settings(refine: true, bootstrap: 2)).run(on: source)
    }
    for other in results.dropFirst() {
      #expect(other.network == results[0].network)
      #expect(other.diagnostics == results[0].diagnostics)
      #expect(other.weightErrors == results[0].weightErrors)
    }
  }

  @Test func cancellationEndsIt() throws {
    var recovery = Recovery(settings())
    let cancellation = Cancellation()
    cancellation.cancel()
    recovery.cancellation = cancellation
    #expect(throws: CancellationError.self) { _ = try recovery.run(on: samples(networks, count: 500)) }
  }

  @Test func oneNeuronHasNoGapButAVerdict() throws {
    let source = samples(RandomNetworks(inputs: 4, neurons: 1, outputs: 1), count: 4000)
    let result = try Recovery(settings()).run(on: source)
    #expect(result.network.neurons == 1 && result.judgement.verdict == .reliable)
    #expect(result.guarantee["gap"]?.verdict == .vacuous)
  }
}
