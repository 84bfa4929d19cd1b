/// Where values that are not numbers stand in the order of a sample.
///
/// A run that diverges ends in NaN, and leaving it out would make its configuration look better than it is. So NaN
/// always counts as the worst value: as plus infinity where small values are good, as minus infinity where large ones
/// are. Infinities stand for themselves.
public enum NaNOrder: String, Codable, Hashable, Sendable {
  /// NaN counts as plus infinity: for losses, errors and times.
  case largest
  /// NaN counts as minus infinity: for accuracies and success rates.
  case smallest

  /// The value, or the infinity that stands for NaN.
  func ordered(_ value: Double) -> Double {
    value.isNaN ? (self == .largest ? .infinity : -.infinity) : value
  }
}

/// A sample in ascending order without NaN: what quantiles and bootstrap resamples are taken from.
///
/// A resample is given by how often it holds each value, so that it needs no sorting; the sample itself holds each
/// once. A count of 0 leaves a value out, an infinite one too.
struct OrderedSample {
  let values: [Double]
  private let ones: [Int]

  init(_ sample: [Double], nan: NaNOrder) {
    values = sample.map(nan.ordered).sorted()
    ones = [Int](repeating: 1, count: sample.count)
  }

  func value(of statistic: Statistic) -> Double { value(of: statistic, counts: ones, total: values.count) }

  /// The statistic of the resample that holds `values[i]` `counts[i]` times, `total` values together.
  func value(of statistic: Statistic, counts: [Int], total: Int) -> Double {
    guard total > 0 else { return .nan }
    switch statistic {
    case .mean: return mean(counts, total)
    case .standardDeviation: return standardDeviation(counts, total)
    case .median: return quantile(0.5, counts, total)
    case .quantile(let p): return quantile(p, counts, total)
    case .interquartileMean: return interquartileMean(counts, total)
    }
  }

  private func mean(_ counts: [Int], _ total: Int) -> Double {
    var sum = 0.0
    for i in values.indices where counts[i] > 0 { sum += Double(counts[i]) * values[i] }
    return sum / Double(total)
  }

  private func standardDeviation(_ counts: [Int], _ total: Int) -> Double {
    guard total > 1 else { return .nan }
    let mean = mean(counts, total)
    var sum = 0.0
    for i in values.indices where counts[i] > 0 { sum += Double(counts[i]) * (values[i] - mean) * (values[i] - mean) }
    return (sum / Double(total - 1)).squareRoot()
  }

  private func quantile(_ p: Double, _ counts: [Int], _ total: Int) -> Double {
    let place = p * Double(total - 1)
    let rank = min(Int(place), total - 1)
    var (i, passed) = (0, counts[0])
    while passed <= rank {
      i += 1
      passed += counts[i]
    }
    let low = values[i]
    let weight = place - Double(rank)
    guard weight > 0 else { return low }
    while passed <= rank + 1 {
      i += 1
      passed += counts[i]
    }
    let high = values[i]
    let difference = high - low
    // The difference of infinities is NaN, and that of huge numbers overflows; the weighted mean is right for both.
    return difference.isFinite ? low + weight * difference : (1 - weight) * low + weight * high
  }

  /// The integral of the quantile step function over the middle half, as a mean.
  private func interquartileMean(_ counts: [Int], _ total: Int) -> Double {
    let (start, end) = (Double(total) / 4, 3 * Double(total) / 4)
    var sum = 0.0
    var passed = 0
    for i in values.indices where counts[i] > 0 {
      let overlap = min(Double(passed + counts[i]), end) - max(Double(passed), start)
      if overlap > 0 { sum += overlap * values[i] }
      passed += counts[i]
    }
    return sum / (end - start)
  }
}
