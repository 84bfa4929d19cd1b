import Datasets
import Dynamics
import LinearAlgebra
import Randomness

/// Recovers the network behind samples and says whether to believe it: the whole of `shallows recover`.
///
///     y = A sigma(W x) + xi,   x symmetric, E xi = 0
///
/// The weights are found by spectral moments (``SpectralRecovery``), on demand refined by least squares
/// (``Refinement``), and judged (``RecoveryDiagnostics``, ``RecoveryJudgement``).
///
/// ```swift
/// let result = try Recovery(RecoverySettings(refine: true)).run(on: try FileSamples("data.npz"))
/// print(result.judgement.verdict, result.network.hidden)
/// ```
public struct Recovery: Sendable {
  public let settings: RecoverySettings
  public var cancellation: Cancellation?
  /// Called when a part begins, and while it goes on: what it is, and how much of it is done.
  public var progress: (@Sendable (_ stage: Stage, _ share: Double) -> Void)?

  /// The parts of a recovery, in their order.
  public enum Stage: String, Codable, Sendable, CaseIterable {
    case recovering, refining, testing, bootstrapping
  }

  public init(_ settings: RecoverySettings = RecoverySettings()) { self.settings = settings }

  /// - Throws: ``SpectralError`` for samples that nothing can be recovered from, ``MomentError`` for numbers that are
  ///   not finite, what reading throws, and `CancellationError` when it was cancelled.
  /// - Complexity: that of ``DetectorMatrix`` for the recovery; the tests look at a part of the samples.
  public func run(on source: any SampleSource) throws -> RecoveryResult {
    let clock = ContinuousClock(), begin = clock.now
    let random = RandomStream(seed: settings.seed)
    var spectralSettings = settings.spectral
    spectralSettings.seed = settings.seed
    let recovery = SpectralRecovery(spectralSettings)
    progress?(.recovering, 0)
    let spectral = try recovery.recover(source)
    try checkCancelled()
    let recovered = (clock.now - begin) / .seconds(1)

    var refined: WhitenedFit?
    if settings.refine {
      refined = try refine(spectral, on: source, iterations: 100)
      try checkCancelled()
    }
    let network = refined?.network ?? spectral.network

    progress?(.testing, 0)
    let diagnostics = try RecoveryDiagnostics(
      of: network, isRefined: refined != nil, spectral: spectral, recovery: recovery, source: source,
      random: random.split(1))
    try checkCancelled()
    let errors = try weightErrors(network, spectral.moments, recovery, source, random.split(2))
    try checkCancelled()
    return RecoveryResult(
      settings: settings, samples: source.count, network: network, spectral: spectral, refinement: refined.map {
        RecoveryResult.RefinementSummary(loss: $0.loss, iterations: $0.iterations, termination: $0.termination)
      }, diagnostics: diagnostics, weightErrors: errors, recoverySeconds: recovered,
      seconds: (clock.now - begin) / .seconds(1))
  }

  private func refine(
    _ spectral: SpectralResult, on source: any SampleSource, iterations: Int
  ) throws -> WhitenedFit {
    let report = progress
    return try WhitenedFit(
      from: spectral.network, on: source, moments: spectral.moments,
      driver: Driver(
        iterations: iterations, cancellation: cancellation,
        progress: { report?(.refining, Double($0.iteration) / Double(iterations)) }))
  }

  /// The bootstrap, where it was asked for or costs little.
  private func weightErrors(
    _ network: ReLUNetwork, _ moments: FirstMoments, _ recovery: SpectralRecovery, _ source: any SampleSource,
    _ random: RandomStream
  ) throws -> WeightErrors? {
    let replicates = settings.bootstrap ?? (replicateCost(network, source) * 40 < Self.moderateCost ? 40 : 0)
    guard replicates > 0 else { return nil }
    return try WeightErrors(
      of: network, replicates: replicates, of: source, random: random, cancellation: cancellation,
      progress: { progress?(.bootstrapping, Double($0) / Double(replicates)) }
    ) { replicate in
      // The fit to the replicate is near the one to the samples.
      settings.refine
        ? try WhitenedFit(from: network, on: replicate, moments: moments, driver: Driver(iterations: 6)).network
        : try? recovery.recover(replicate, near: network).network
    }
  }

  /// Multiply-adds that take some twenty seconds.
  private static let moderateCost = 4e11

  private func replicateCost(_ network: ReLUNetwork, _ source: any SampleSource) -> Double {
    let (d, k) = (Double(network.inputs), Double(network.neurons))
    let pairs = d * (d + 1) / 2 * k * (k + 1) / 2
    return Double(source.count) * pairs * (settings.refine ? 6 : 1)
  }

  private func checkCancelled() throws {
    if cancellation?.isCancelled ?? false { throw CancellationError() }
  }
}
