/// Two configurations compared on the same seeds: the differences second - first, seed by seed.
///
/// What a seed decides for both (the data, the split) cancels in its difference, so far fewer seeds tell two
/// configurations apart than two separate samples would need.
///
/// ```swift
/// let change = PairedDifferences([1: 0.50, 2: 0.40, 3: 0.90], [1: 0.45, 2: 0.38, 4: 0.2])
/// change.keys                        // [1, 2]
/// change.summary.mean                // -0.035
/// change.interval(of: .mean, by: Bootstrap(stream: RandomStream(seed: 1)))
/// ```
///
/// A run that diverged is compared as an infinite value (NaN as ``NaNOrder`` says): the difference to a finite value is
/// infinite, and two that diverged alike differ by 0. So the median of the differences remains finite while fewer than
/// half of the pairs are undecidable, and the mean does not.
public struct PairedDifferences<Key: Hashable & Comparable & Sendable>: Sendable {
  /// The keys, such as seeds, that both have, ascending.
  public let keys: [Key]
  /// The differences second - first, in the order of ``keys``; never NaN.
  public let values: [Double]
  /// The keys that only the first has, ascending: these runs take no part.
  public let onlyFirst: [Key]
  /// The keys that only the second has, ascending: these runs take no part.
  public let onlySecond: [Key]

  public init(_ first: [Key: Double], _ second: [Key: Double], nan: NaNOrder = .largest) {
    keys = first.keys.filter { second[$0] != nil }.sorted()
    onlyFirst = first.keys.filter { second[$0] == nil }.sorted()
    onlySecond = second.keys.filter { first[$0] == nil }.sorted()
    values = keys.map { key in
      let (a, b) = (nan.ordered(first[key]!), nan.ordered(second[key]!))
      return a == b ? 0 : b - a
    }
  }

  /// In how many pairs the second's value is the smaller one.
  public var decreases: Int { values.count(where: { $0 < 0 }) }
  /// In how many pairs the second's value is the larger one.
  public var increases: Int { values.count(where: { $0 > 0 }) }
  /// In how many pairs both are equal, or diverged alike.
  public var ties: Int { values.count(where: { $0 == 0 }) }

  /// The summary of the differences; none of them is NaN.
  public var summary: SampleSummary { SampleSummary(values) }

  /// The interval of a statistic of the differences.
  public func interval(of statistic: Statistic, by bootstrap: Bootstrap) -> ConfidenceInterval {
    bootstrap.interval(of: statistic, in: values)
  }

  /// The probability that the second's value is the smaller one, of the pairs that are no ties, with Wilson's interval.
  public func probabilityOfDecrease(confidence: Double = 0.95) -> ConfidenceInterval {
    .wilson(successes: decreases, of: decreases + increases, confidence: confidence)
  }
}
