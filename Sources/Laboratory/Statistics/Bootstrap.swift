public import Randomness

/// Confidence intervals by drawing resamples, with replacement, from the sample itself.
///
/// ```swift
/// let bootstrap = Bootstrap(stream: RandomStream(seed: 1))
/// let interval = bootstrap.interval(of: .median, in: losses)      // interval.lower ... interval.upper
/// let spread = bootstrap.interval(in: losses) { quantile(0.75, of: $0) - quantile(0.25, of: $0) }
/// ```
///
/// The same stream gives the same interval, whatever the order of the sample: resamples are drawn from its values in
/// ascending order, and every call starts at the stream's position. Small samples make the limits
/// too narrow, whichever the method: at a nominal 95% those of the mean of 5, 10, 20 and 50 normal values enclose the
/// truth in 83, 90, 93 and 94% of all samples, and of exponential values, with BCa, in 80, 87, 91 and 93%.
///
/// The sample may hold infinities, and NaN as ``NaNOrder`` says; a limit is infinite where the resamples that reach
/// that far hold diverged runs. Limits are NaN for fewer than two values, from which no spread can be learnt, and where
/// a resample's statistic is NaN.
///
/// Source: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 13 and 14.
public struct Bootstrap: Sendable {
  /// How limits are read off the bootstrap distribution.
  public enum Method: String, Codable, Sendable {
    /// Its quantiles at (1 - confidence) / 2 and (1 + confidence) / 2.
    case percentile
    /// Its quantiles at levels corrected for bias and skewness, as (14.10) of the source has it.
    case bca
  }

  public let resamples: Int
  public let confidence: Double
  public let method: Method
  public let stream: RandomStream

  /// - Precondition: there is at least one resample, and the confidence lies strictly between 0 and 1.
  public init(resamples: Int = 10_000, confidence: Double = 0.95, method: Method = .bca, stream: RandomStream) {
    precondition(resamples > 0, "a bootstrap of \(resamples) resamples")
    ConfidenceInterval.checkConfidence(confidence)
    self.resamples = resamples
    self.confidence = confidence
    self.method = method
    self.stream = stream
  }

  /// The interval of a named statistic.
  ///
  /// - Complexity: O(n) for each resample without sorting, and O(n^2) for BCa, where the statistic is evaluated without
  ///   each value in turn (O(n) for the mean).
  public func interval(
    of statistic: Statistic, in sample: [Double], nan: NaNOrder = .largest
  ) -> ConfidenceInterval {
    statistic.checkProbability()
    let ordered = OrderedSample(sample, nan: nan)
    let estimate = statistic.value(of: sample, nan: nan)
    return interval(estimate, ordered) { ordered.value(of: statistic, counts: $0, total: $1) }
  }

  /// The interval of any statistic that does not depend on the order of the values.
  ///
  /// The statistic is handed the sample and its resamples in ascending order, never empty and without NaN.
  ///
  /// - Complexity: resamples + n evaluations of the statistic (without the n for the percentile method).
  public func interval(
    in sample: [Double], nan: NaNOrder = .largest, of statistic: ([Double]) -> Double
  ) -> ConfidenceInterval {
    let ordered = OrderedSample(sample, nan: nan)
    let estimate = sample.isEmpty ? .nan : statistic(ordered.values)
    var resample: [Double] = []
    return interval(estimate, ordered) { counts, total in
      resample.removeAll(keepingCapacity: true)
      for (value, count) in zip(ordered.values, counts) {
        resample.append(contentsOf: repeatElement(value, count: count))
      }
      return statistic(resample)
    }
  }

  private func interval(
    _ estimate: Double, _ sample: OrderedSample, _ statistic: ([Int], Int) -> Double
  ) -> ConfidenceInterval {
    let n = sample.values.count
    func interval(_ lower: Double, _ upper: Double, _ method: ConfidenceInterval.Method) -> ConfidenceInterval {
      ConfidenceInterval(estimate: estimate, lower: lower, upper: upper, confidence: confidence, method: method)
    }
    let named: ConfidenceInterval.Method = method == .bca ? .bca : .percentile
    guard n > 1 else { return interval(.nan, .nan, named) }

    var stream = stream
    var counts = [Int](repeating: 0, count: n)
    var drawn: [Double] = []
    drawn.reserveCapacity(resamples)
    for _ in 0..<resamples {
      counts.withUnsafeMutableBufferPointer { counts in
        counts.update(repeating: 0)
        for _ in 0..<n { counts[stream.integer(below: n)] += 1 }
      }
      drawn.append(statistic(counts, n))
    }
    guard !drawn.contains(where: \.isNaN) else { return interval(.nan, .nan, named) }
    let distribution = OrderedSample(drawn, nan: .largest)
    let plain = (lower: (1 - confidence) / 2, upper: (1 + confidence) / 2)
    let corrected =
      method == .bca
      ? BiasCorrection(sample: sample, distribution: distribution.values, statistic)?.levels(confidence) : nil
    let levels = corrected ?? plain
    return interval(
      distribution.value(of: .quantile(levels.lower)), distribution.value(of: .quantile(levels.upper)),
      corrected == nil ? .percentile : .bca)
  }
}
