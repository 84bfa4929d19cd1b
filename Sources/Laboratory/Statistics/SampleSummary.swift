/// What a sample of runs looks like: its size, its middle, its spread and its extremes.
///
/// ```swift
/// let losses = SampleSummary([0.1, 0.2, 0.4, .nan])
/// losses.median          // 0.3
/// losses.mean            // inf: one run of four diverged
/// losses.nonFinite       // 1
/// ```
///
/// Nothing is left out: values that are not finite are counted in ``nonFinite`` and take part, NaN as the worst value
/// (``NaNOrder``); see ``Statistic`` for what then becomes of each figure. All figures of an empty sample are NaN, and
/// so are the standard deviation and the standard error of a single value, about whose spread nothing is known.
///
/// An encoder for JSON needs a `nonConformingFloatEncodingStrategy` for samples with such figures.
public struct SampleSummary: Codable, Hashable, Sendable {
  /// The number of values, those that are not finite included.
  public let count: Int
  /// How many of the values are infinite or NaN.
  public let nonFinite: Int
  /// The arithmetic mean.
  public let mean: Double
  /// The standard deviation of the mean: ``standardDeviation`` over the square root of ``count``.
  public let standardError: Double
  /// The square root of the unbiased variance (n - 1 in the denominator).
  public let standardDeviation: Double
  public let median: Double
  /// The quantile at 1/4; see ``quantile(_:of:nan:)``.
  public let lowerQuartile: Double
  /// The quantile at 3/4.
  public let upperQuartile: Double
  /// The mean of the middle half; see ``Statistic/interquartileMean``.
  public let interquartileMean: Double
  public let minimum: Double
  public let maximum: Double

  /// Summarises the values, in any order; sums are taken in the order given.
  /// - Complexity: O(n log n).
  public init(_ sample: [Double], nan: NaNOrder = .largest) {
    let ordered = OrderedSample(sample, nan: nan)
    count = sample.count
    nonFinite = sample.reduce(0) { $0 + ($1.isFinite ? 0 : 1) }
    mean = Statistic.mean(sample, nan)
    if count > 1 {
      let variance = Statistic.squaredDeviations(sample, mean, nan) / Double(count - 1)
      standardDeviation = variance.squareRoot()
      standardError = (variance / Double(count)).squareRoot()
    } else {
      (standardDeviation, standardError) = (.nan, .nan)
    }
    median = ordered.value(of: .median)
    lowerQuartile = ordered.value(of: .quantile(0.25))
    upperQuartile = ordered.value(of: .quantile(0.75))
    interquartileMean = ordered.value(of: .interquartileMean)
    minimum = ordered.values.first ?? .nan
    maximum = ordered.values.last ?? .nan
  }
}
