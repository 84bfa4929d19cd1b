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
/// with rows of W and columns of A of length 1, summed over the neurons as in ``RecoveryError``; and likewise for the
/// lengths of A's columns, (|a|/|a*| - 1)^2. [derived]
public struct ErrorEstimate: Codable, Equatable, Sendable {
  /// The ``RecoveryError`` of the recovered network, were the fit the truth.
  public let distance: RecoveryError.Level
  /// The expected error of the fit; `nil` where the samples do not determine all weights, and for very many weights.
  public let uncertainty: RecoveryError.Level?
  /// What complete failure reads.
  public let failureLevel: RecoveryError.Level
  /// The same two parts for the lengths of A's columns, the mean over the neurons: 1 is complete failure.
  public let lengthDistance: Double
  public let lengthUncertainty: Double?

  /// Whether there are so many weights, more than ``mostWeights``, that their covariance was left out. The distance
  /// then stands alone: it has the fit's own error in it, unless the recovered network is the fit.
  public let isCovarianceLeftOut: Bool

  /// The covariance of so many weights takes 1.4 GB.
  static let mostWeights = 6000

  /// The two parts together as shares of complete failure, the largest of W's, A's and that of A's lengths; infinite
  /// where the weights are not determined.
  public var share: Double {
    guard isCovarianceLeftOut || (uncertainty != nil && lengthUncertainty != nil) else { return .infinity }
    return max(
      (distance.hidden + (uncertainty?.hidden ?? 0)) / failureLevel.hidden,
      (distance.output + (uncertainty?.output ?? 0)) / failureLevel.output, lengthDistance + (lengthUncertainty ?? 0))
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
    let (own, others) = (recovered.normalized().outputLengths, fit.normalized().outputLengths)
    let ratios = error.matching.enumerated().map { i, j in j.map { own[$0] / others[i] } ?? 0 }
    lengthDistance = ratios.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / Double(max(ratios.count, 1))
    lengthUncertainty = covariance.map { scale * $0.expectedLengthError }
    isCovarianceLeftOut = recovered.neurons * (recovered.inputs + recovered.outputs) > Self.mostWeights
  }
}

extension ReLUNetwork {
  /// |a_i|.
  fileprivate var outputLengths: [Double] {
    (0..<neurons).map { i in Double.norm2(outputs, output.column(i)) }
  }
}

extension RefinementCovariance {
  /// The expected (|a_i| - |a*_i|)^2 / |a_i|^2 to first order, the mean over the neurons.
  fileprivate var expectedLengthError: Double {
    let (k, d, l) = (network.neurons, network.inputs, network.outputs)
    var sum = 0.0
    for i in 0..<k {
      let a = network.output.column(i), first = k * d + i * l
      let square = a.reduce(0) { $0 + $1 * $1 }
      guard square > 0 else { return .infinity }
      for m in 0..<l {
        for q in 0..<l { sum += a[m] * a[q] * covariance[first + m, first + q] / (square * square) }
      }
    }
    return sum / Double(max(k, 1))
  }
}
