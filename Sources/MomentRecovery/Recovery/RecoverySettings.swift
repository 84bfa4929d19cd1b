import LinearAlgebra

/// What `shallows recover` is asked for.
public struct RecoverySettings: Codable, Equatable, Sendable {
  /// How the weights are found.
  public var spectral: SpectralSettings
  /// Whether W and A are then refined by least squares on all samples.
  public var refine: Bool
  /// Replicates of the bootstrap for the weights' standard errors; `nil` for 40 where they take moderate time, and
  /// otherwise none.
  public var bootstrap: Int?
  /// Decides all random choices.
  public var seed: UInt64

  public init(
    spectral: SpectralSettings = SpectralSettings(), refine: Bool = false, bootstrap: Int? = nil, seed: UInt64 = 0
  ) {
    self.spectral = spectral
    self.refine = refine
    self.bootstrap = bootstrap
    self.seed = seed
  }
}
