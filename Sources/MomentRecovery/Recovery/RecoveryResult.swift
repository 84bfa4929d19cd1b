import Dynamics
import LinearAlgebra

/// What a recovery found, and whether to believe it.
public struct RecoveryResult: Sendable {
  public let settings: RecoverySettings
  /// n.
  public let samples: Int
  /// The recovered network, rows of W of length 1.
  public let network: ReLUNetwork
  /// What the moments gave, with everything that was measured on the way.
  public let spectral: SpectralResult
  public let refinement: RefinementSummary?
  public let diagnostics: RecoveryDiagnostics
  /// Standard errors of the weights; `nil` where the bootstrap was left out.
  public let weightErrors: WeightErrors?
  /// Wall time until the moments had given the weights, and of everything.
  public let recoverySeconds: Double
  public let seconds: Double

  public struct RefinementSummary: Codable, Sendable, Equatable {
    /// 1/2n sum |y - A sigma(W x)|^2.
    public let loss: Double
    public let iterations: Int
    public let termination: Termination
  }

  /// The theorem's hypotheses and conclusions.
  public var guarantee: Guarantee { RecoveryGuarantee(self).checks }

  public var judgement: RecoveryJudgement { RecoveryGuarantee(self).judgement }
}
