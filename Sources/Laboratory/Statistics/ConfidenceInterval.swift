import CKernels

/// An estimate with limits that enclose the true value with a stated probability.
public struct ConfidenceInterval: Codable, Hashable, Sendable {
  /// How the limits were found.
  public enum Method: String, Codable, Sendable {
    /// Quantiles of the bootstrap distribution.
    case percentile
    /// Quantiles of the bootstrap distribution, corrected for bias and skewness.
    case bca
    /// Wilson's interval for a proportion.
    case wilson
    /// Newcombe's interval for the difference of two proportions, made of Wilson's.
    case newcombe
  }

  public let estimate: Double
  public let lower: Double
  public let upper: Double
  /// The probability, over repetitions of the whole experiment, that the limits enclose the true value.
  public let confidence: Double
  /// How these limits were found.
  public let method: Method

  public init(estimate: Double, lower: Double, upper: Double, confidence: Double, method: Method) {
    self.estimate = estimate
    self.lower = lower
    self.upper = upper
    self.confidence = confidence
    self.method = method
  }

  /// Whether `value` lies between the limits or on one; false where the limits are NaN.
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

  /// Wilson's interval for the probability of success, given `successes` in `count` independent trials: the p with
  ///
  ///     |k/n - p| <= z sqrt(p (1 - p) / n),   z the normal quantile at (1 + confidence) / 2.
  ///
  /// Unlike the textbook interval around k/n it stays within 0...1 and is meaningful for few trials and for none or all
  /// successful. Without trials it is 0...1 around NaN.
  ///
  /// ```swift
  /// ConfidenceInterval.wilson(successes: 10, of: 10)       // 0.722...1
  /// ```
  ///
  /// Source: Wilson, "Probable inference, the law of succession, and statistical inference" (JASA 1927).
  ///
  /// - Precondition: 0 <= successes <= count, and the confidence lies strictly between 0 and 1.
  public static func wilson(successes: Int, of count: Int, confidence: Double = 0.95) -> ConfidenceInterval {
    precondition(successes >= 0 && successes <= count, "\(successes) successes in \(count) trials")
    checkConfidence(confidence)
    guard count > 0 else {
      return ConfidenceInterval(estimate: .nan, lower: 0, upper: 1, confidence: confidence, method: .wilson)
    }
    let n = Double(count)
    let share = Double(successes) / n
    let z = shallows_normal_quantile(confidence / 2)
    let scale = 1 / (1 + z * z / n)
    let center = (share + z * z / (2 * n)) * scale
    let half = z * scale * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    // At either end one limit is the end itself, which rounding must not miss.
    return ConfidenceInterval(
      estimate: share, lower: successes == 0 ? 0 : center - half, upper: successes == count ? 1 : center + half,
      confidence: confidence, method: .wilson)
  }

  static func checkConfidence(_ confidence: Double) {
    precondition(confidence > 0 && confidence < 1, "a confidence of \(confidence); between 0 and 1 is accepted")
  }
}
