import Datasets
import Dynamics
import LinearAlgebra
import Randomness

/// What the samples say about a recovery, measured on a part of them that fits into memory.
public struct RecoveryDiagnostics: Codable, Equatable, Sendable {
  /// Samples looked at.
  public let samples: Int
  /// How many neurons E[y x^T] shows.
  public let neurons: NeuronCount
  public let symmetry: SymmetryTest
  /// Of the least-squares fit, which is the recovered network itself where it was refined.
  public let fit: FitTest
  /// Whether that fit came to an end by itself; `nil` where the recovered network is the fit.
  public let hasFitConverged: Bool?
  public let error: ErrorEstimate
  /// `nil` for fewer than 50 held-out samples.
  public let heldOut: HeldOutError?

  /// So many samples for each weight are enough to judge by; at least 20,000, and no more than half a gigabyte.
  private static let samplesPerWeight = 20
  private static let least = 20_000
  private static let bytes = 1 << 29

  init(
    of network: ReLUNetwork, isRefined: Bool, spectral: SpectralResult, recovery: SpectralRecovery,
    source: any SampleSource, random: RandomStream
  ) throws {
    let (k, d, l) = (network.neurons, network.inputs, network.outputs)
    let weights = k * (d + l)
    let wanted = min(max(Self.samplesPerWeight * weights, Self.least), Self.bytes / (8 * (d + l)))
    let share = min(1, Double(wanted) / Double(max(source.count, 1)))
    let probe = try source.heldOut(share, random: random.split(0)).heldOut.matrixSamples()
    samples = probe.count
    // Where the samples were split, the moments are those of one half.
    let isWhole = spectral.moments.count == source.count
    neurons =
      try spectral.choice
      ?? NeuronCount(
        of: source, moments: isWhole ? spectral.moments : FirstMoments(of: source), random: random.split(4))
    symmetry = try SymmetryTest(of: probe.x, moments: spectral.moments, random: random.split(1))

    let moments = spectral.moments
    var reference = network
    if isRefined {
      hasFitConverged = nil
    } else {
      let fit = try WhitenedFit(from: network, on: probe, moments: moments, driver: Driver(iterations: 100))
      (reference, hasFitConverged) = (fit.network, fit.hasConverged)
    }
    fit = try FitTest(of: reference, on: (probe.x, probe.y), random: random.split(2))
    // The fit to all samples is as much more certain as there are more of them.
    let more = isRefined ? Double(probe.count) / Double(max(source.count, 1)) : 1
    let covariance =
      weights <= ErrorEstimate.mostWeights
      ? try? RefinementCovariance(of: reference, on: probe, noise: .independent) : nil
    error = try ErrorEstimate(of: network, fit: reference, covariance: covariance, scale: more)

    let parts = source.heldOut(0.2, random: random.split(3))
    guard parts.heldOut.count >= 50, var trained = try? recovery.recover(parts.training, near: network).network
    else {
      heldOut = nil
      return
    }
    if isRefined {
      trained = try WhitenedFit(from: network, on: parts.training, moments: moments, driver: Driver(iterations: 6))
        .network
    }
    let freedom = Double(probe.count * l - k * (d + l - 1))
    let variance = (0..<l).reduce(0) { $0 + moments.outputs[$1, $1] - moments.outputMean[$1] * moments.outputMean[$1] }
    heldOut = try HeldOutError(
      of: trained, on: parts.heldOut,
      noiseFloor: freedom > 0 ? fit.meanSquare * Double(probe.count * l) / freedom : fit.meanSquare,
      outputVariance: variance / Double(l))
  }
}
