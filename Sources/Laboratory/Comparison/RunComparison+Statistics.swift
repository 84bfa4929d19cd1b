import Dynamics
import Randomness

extension RunComparison {
  /// A figure of a configuration over its seeds.
  public struct Summary: Sendable {
    public let sample: SampleSummary
    /// Of the statistic that was chosen.
    public let interval: ConfidenceInterval
    /// Against the baseline; `nil` of the baseline itself and where there is none.
    public let change: Change?
  }

  /// What changes from the baseline to a configuration, on the seeds that both have.
  public struct Change: Sendable {
    public let pairs: Int
    /// Of the differences: this configuration's value less the baseline's.
    public let interval: ConfidenceInterval
    /// In how many pairs this configuration is better than the baseline, worse, and equal.
    public let better: Int
    public let worse: Int
    public let ties: Int
    /// The share of pairs, without ties, in which it is better, with Wilson's interval.
    public let shareBetter: ConfidenceInterval
  }

  /// The bootstrap behind the intervals. Its stream depends on what is drawn alone: the interval of a configuration does
  /// not change when others join it.
  private static func bootstrap(_ names: String...) -> Bootstrap {
    Bootstrap(stream: RandomStream(seed: 0).split(Fingerprint(names.joined(separator: "\n")).value))
  }

  /// A figure over the seeds of a configuration; `nil` where no run of it has the figure as a number.
  public func summary(
    _ figure: String, of configuration: Configuration, statistic: Statistic, baseline: Configuration? = nil,
    nan: NaNOrder
  ) -> Summary? {
    let sample = configuration.sample(figure)
    guard !sample.isEmpty else { return nil }
    let change = baseline.flatMap { baseline -> Change? in
      guard baseline.hash != configuration.hash, let before = baseline.values[figure] else { return nil }
      return Self.change(
        before, configuration.values[figure] ?? [:], statistic, nan,
        Self.bootstrap(figure, baseline.hash, configuration.hash))
    }
    return Summary(
      sample: SampleSummary(sample, nan: nan),
      interval: Self.bootstrap(figure, configuration.hash).interval(of: statistic, in: sample, nan: nan), change: change
    )
  }

  private static func change(
    _ before: [UInt64: Double], _ now: [UInt64: Double], _ statistic: Statistic, _ nan: NaNOrder, _ bootstrap: Bootstrap
  ) -> Change {
    let differences = PairedDifferences(before, now, nan: nan)
    let (better, worse) =
      nan == .largest
      ? (differences.decreases, differences.increases) : (differences.increases, differences.decreases)
    return Change(
      pairs: differences.keys.count, interval: differences.interval(of: statistic, by: bootstrap), better: better,
      worse: worse, ties: differences.ties, shareBetter: .wilson(successes: better, of: better + worse))
  }
}
