import LinearAlgebra

/// The network that ``SpectralRecovery`` found, and every number that says whether to believe it.
///
/// Numbers that do not exist (gaps of a single neuron) or are infinite (condition of a singular matrix) are `nil`.
public struct SpectralResult: Codable, Equatable, Sendable {
  /// W with rows of length 1, and A.
  public let network: ReLUNetwork
  /// Z, k x k: unit rows z_i; z_i . y~ is c_i sigma(w_i x) up to the noise, c_i > 0.
  public let directions: Matrix<Double>
  /// Z L_y, k x l: row i maps y to the output of neuron i, in units in which A is its inverse on the span of A.
  public let detectors: Matrix<Double>
  public let coordinates: Coordinates
  /// First moments of the samples (of the half that gave W, when they were split).
  public let moments: FirstMoments
  /// How k was found; `nil` when it was given.
  public let choice: NeuronCount?
  /// The neurons asked for. More than k where E[x y^T] has no higher rank, even with all rounding errors.
  public let neuronsAsked: Int

  /// Singular values of C^{-1/2} E[x y^T] (E y y^T)^{-1/2}, descending, between 0 and 1.
  public let crossSingularValues: [Double]
  public let nullSpace: NullSpace
  /// `nil` for a pencil, a warm start, or a single neuron.
  public let joint: JointDiagonalization?
  /// Draws of pencils and those that had complex pairs.
  public let draws, complexDraws: Int
  /// |f(z_i)| / s_1: what the detector leaves of each neuron.
  public let detectorValues: [Double]
  /// Rows that the polish moved; `nil` without one.
  public let polished: Int?
  /// |mean(z_i . y~)| in standard errors: the sign of neuron i is sure where it is large.
  public let signMargins: [Double]
  /// lambda_max / lambda_min of C; s_max / s_min of A and W (A with W's rows at length 1), and of Z.
  public let inputCondition, outputCondition, hiddenCondition, directionsCondition: Double?

  /// s_{K-k} / s_{K-k+1} of the detector's matrix: above 3 reliable, below 1.3 not [measured].
  public var gap: Double? { nullSpace.gap }
  /// s_{K-k} / s_1 of the detector's matrix.
  public var relativeRange: Double? { nullSpace.relativeRange }
}

/// Why ``SpectralRecovery`` cannot even begin.
public enum SpectralError: Error, Equatable, Sendable, CustomStringConvertible {
  /// More neurons than inputs or outputs, or none.
  case neurons(asked: Int, most: Int)
  case tooFewSamples(count: Int, needed: Int)
  /// E[x y^T] is 0: all x, or all y, or every even function of x.
  case noLinearPart
  /// The slope is not in -1 < s < 1.
  case slope(Double)

  public var description: String {
    switch self {
    case .neurons(let asked, let most):
      "\(asked) neurons were asked for; accepted: 1 to \(most), the lesser of the numbers of inputs and outputs."
    case .tooFewSamples(let count, let needed):
      "There are \(count) samples; accepted: at least \(needed), more than the inputs and outputs together and "
        + "than k (k + 1) / 2 for k neurons."
    case .noLinearPart:
      "E[x y^T] is 0 within the sampling errors: the outputs do not depend on the inputs, or only by an even function."
    case .slope(let slope): "A slope of \(slope) was given; accepted: numbers above -1 and below 1."
    }
  }
}
