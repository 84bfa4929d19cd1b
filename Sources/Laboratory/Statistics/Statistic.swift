/// A figure of a sample, such as the final losses of one configuration over its seeds.
///
/// ```swift
/// Statistic.median.value(of: [3, 1, 2, 10])              // 2.5
/// Statistic.interquartileMean.value(of: [3, 1, 2, 10])   // 2.5, the mean of 2 and 3
/// Statistic.median.value(of: [1, 2, .nan])               // 2: the diverged run counts as the largest
/// ```
///
/// Values need not be finite. NaN counts as an infinity, see ``NaNOrder``, and infinities are values like any other:
/// quantiles and the interquartile mean stay finite as long as those that they depend on are, while the mean is
/// infinite (NaN if infinities of both signs occur) and the standard deviation NaN. No statistic exists of an empty
/// sample: it is NaN.
public enum Statistic: Hashable, Sendable, CustomStringConvertible {
  /// The arithmetic mean, summed in the order given.
  case mean
  /// The square root of the sum of squared deviations from the mean over n - 1; NaN for a single value.
  case standardDeviation
  /// The middle value, or the mean of the two middle ones.
  case median
  /// The mean of the middle half: with x_1 <= ... <= x_n each standing for an interval of length 1/n, the mean over
  /// [1/4, 3/4]. Values at the ends count in part, so that it is defined for every n and equals the mean trimmed by a
  /// quarter on both sides where n is a multiple of 4.
  ///
  /// Source: Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice" (NeurIPS 2021).
  case interquartileMean
  /// The quantile at a probability in 0...1; see ``quantile(_:of:nan:)``.
  case quantile(Double)

  public var description: String {
    switch self {
    case .mean: "mean"
    case .standardDeviation: "standard deviation"
    case .median: "median"
    case .interquartileMean: "interquartile mean"
    case .quantile(let p): "\(p) quantile"
    }
  }

  /// The statistic of `sample`.
  ///
  /// - Complexity: O(n) for the mean and the standard deviation, O(n log n) for the others.
  /// - Precondition: the probability of a quantile lies in 0...1.
  public func value(of sample: [Double], nan: NaNOrder = .largest) -> Double {
    checkProbability()
    switch self {
    case .mean: return Self.mean(sample, nan)
    case .standardDeviation:
      guard sample.count > 1 else { return .nan }
      return (Self.squaredDeviations(sample, Self.mean(sample, nan), nan) / Double(sample.count - 1)).squareRoot()
    case .median, .interquartileMean, .quantile: return OrderedSample(sample, nan: nan).value(of: self)
    }
  }

  func checkProbability() {
    if case .quantile(let p) = self { precondition(p >= 0 && p <= 1, "no quantile at \(p); 0 to 1 is accepted") }
  }

  static func mean(_ sample: [Double], _ nan: NaNOrder) -> Double {
    guard !sample.isEmpty else { return .nan }
    let n = Double(sample.count)
    let sum = sample.reduce(0) { $0 + nan.ordered($1) }
    // The sum of huge but finite values may overflow where their mean does not.
    return sum.isFinite || !sample.allSatisfy(\.isFinite) ? sum / n : sample.reduce(0) { $0 + $1 / n }
  }

  static func squaredDeviations(_ sample: [Double], _ mean: Double, _ nan: NaNOrder) -> Double {
    sample.reduce(0) { sum, value in
      let deviation = nan.ordered(value) - mean
      return sum + deviation * deviation
    }
  }
}

/// The quantile at probability `p` of a sample, linear between order statistics.
///
/// With x_0 <= ... <= x_(n-1) and h = (n - 1) p it is x_k + (h - k) (x_(k+1) - x_k), k = floor h: type 7 of Hyndman and
/// Fan, "Sample quantiles in statistical packages" (The American Statistician 1996), the default of NumPy and R.
/// Between a finite and an infinite value the quantile is the infinite one; between minus and plus infinity, and of an
/// empty sample, it is NaN.
///
/// ```swift
/// quantile(0.25, of: [1, 2, 3, 4])       // 1.75
/// ```
///
/// - Precondition: `p` lies in 0...1.
/// - Complexity: O(n log n).
public func quantile(_ p: Double, of sample: [Double], nan: NaNOrder = .largest) -> Double {
  Statistic.quantile(p).value(of: sample, nan: nan)
}
