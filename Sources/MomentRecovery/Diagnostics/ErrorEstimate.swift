import Dynamics
import LinearAlgebra

/// How far a recovered network is likely to be from the truth, as the samples themselves tell.
///
/// A least-squares fit is started at the recovered network. If the model holds, which ``FitTest`` of that fit says,
/// the fit is the better estimate, right also for inputs that are not symmetric; so the distance from it measures the
/// error of what was recovered, up to the fit's own, which its covariance gives:
///
///     expected |w - w*|^2  ~  |w - w_fit|^2 + tr Cov(w_fit),   and the same for A
///
/// with rows of W and columns of A of length 1, summed over the neurons as in ``RecoveryError``. [derived]
public struct ErrorEstimate: Codable, Equatable, Sendable {
  /// The ``RecoveryError`` of the recovered network, were the fit the truth.
  public let distance: RecoveryError.Level
  /// The expected error of the fit; `nil` where the samples do not determine all weights.
  public let uncertainty: RecoveryError.Level?
  /// What complete failure reads.
  public let failureLevel: RecoveryError.Level

  /// The two parts together as shares of complete failure, the larger one of W's and A's; infinite where the weights
  /// are not determined.
  public var share: Double {
    guard let uncertainty else { return .infinity }
    return max(
      (distance.hidden + uncertainty.hidden) / failureLevel.hidden,
      (distance.output + uncertainty.output) / failureLevel.output)
  }

  /// - Parameters:
  ///   - recovered: the network to be judged.
  ///   - fit: the least-squares fit.
  ///   - covariance: of the fit, from some samples; `nil` where they do not determine it.
  ///   - scale: what to multiply the covariance by, where the fit was to more samples than it.
  /// - Throws: `LinearAlgebraError` when a weight is not finite.
  init(of recovered: ReLUNetwork, fit: ReLUNetwork, covariance: RefinementCovariance?, scale: Double) throws {
    let error = try RecoveryError(of: recovered, from: fit)
    distance = RecoveryError.Level(hidden: error.hidden, output: error.output)
    uncertainty = covariance.map {
      let expected = $0.expectedError
      return RecoveryError.Level(hidden: scale * expected.hidden, output: scale * expected.output)
    }
    failureLevel = error.failureLevel
  }
}
