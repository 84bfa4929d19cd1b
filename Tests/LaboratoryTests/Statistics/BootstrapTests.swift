import Foundation
import Laboratory
import Randomness
import Testing

@Suite("Bootstrap")
struct BootstrapTests {
  struct Reference: Sendable, CustomStringConvertible {
    let statistic: Statistic
    let method: Bootstrap.Method
    let lower: Double
    let upper: Double
    var description: String { "\(statistic), \(method)" }
  }

  /// scipy.stats.bootstrap(x, n_resamples=400000, confidence_level=0.95) of SciPy 1.
  static let references = [
    Reference(statistic: .mean, method: .percentile, lower: 0.44083333333333335, upper: 1.3683333333333332),
    Reference(statistic: .mean, method: .bca, lower: 0.5025, upper: 1.5425),
    Reference(statistic: .median, method: .percentile, lower: 0.285, upper: 0.94),
    Reference(statistic: .median, method: .bca, lower: 0.285, upper: 0.94),
    Reference(statistic: .standardDeviation, method: .percentile, lower: 0.26547841320, upper: 1.22971880254),
    Reference(statistic: .standardDeviation, method: .bca, lower: 0.41384821717, upper: 1.39052814942),
    Reference(statistic: .interquartileMean, method: .percentile, lower: 0.33, upper: 1.13833333333),
    Reference(statistic: .interquartileMean, method: .bca, lower: 0.30833333333, upper: 1.06833333333),
    Reference(statistic: .quantile(0.9), method: .percentile, lower: 0.759, upper: 3.1),
    Reference(statistic: .quantile(0.9), method: .bca, lower: 0.813, upper: 3.1),
  ]

  /// With B = 100,000 resamples here and 400,000 there, a quantile at the level 0.025 is off by a standard error of
  /// sqrt(0.025 0.975 (1/B + 1/4B)) = 0.00055 in its level, and BCa's by 0.0008, since z0 is drawn too. So SciPy's
  /// limit must lie between ours at levels 0.003 to either side; the slack of 1e-9 is for ties rounded differently.
  @Test("limits are SciPy's within the Monte Carlo error", arguments: references)
  func agreesWithSciPy(_ reference: Reference) {
    func interval(_ confidence: Double) -> ConfidenceInterval {
      Bootstrap(resamples: 100_000, confidence: confidence, method: reference.method, stream: RandomStream(seed: 5))
        .interval(of: reference.statistic, in: skewedSample)
    }
    let (narrow, plain, wide) = (interval(0.944), interval(0.95), interval(0.956))
    #expect(wide.lower - 1e-9 <= reference.lower && reference.lower <= narrow.lower + 1e-9, "\(plain)")
    #expect(narrow.upper - 1e-9 <= reference.upper && reference.upper <= wide.upper + 1e-9, "\(plain)")
    #expect(plain.method.rawValue == reference.method.rawValue)
    #expect(plain.estimate == reference.statistic.value(of: skewedSample))
  }

  @Test("the distribution of the mean of three values is the exact one of 27 resamples")
  func exact() {
    // Means of resamples of 0, 3, 9, times 3: 0 (1 of 27), 3 (3), 6 (3), 9 (3 + 1), 12 (6), 15 (3), 18 (3), 21 (3), 27.
    let interval = Bootstrap(
      resamples: 200_000, confidence: 1 - 2.0 * 5.5 / 27, method: .percentile, stream: RandomStream(seed: 2)
    ).interval(of: .mean, in: [9, 0, 3])
    // The levels 5.5/27 and 21.5/27 lie 1.5/27 inside a step, some 50 standard errors.
    #expect(interval.lower == 2 && interval.upper == 6 && interval.estimate == 4)
  }

  @Test("named statistics are those computed from each resample", arguments: [Bootstrap.Method.percentile, .bca])
  func namedAndGeneral(_ method: Bootstrap.Method) {
    let bootstrap = Bootstrap(resamples: 2000, method: method, stream: RandomStream(seed: 3))
    for statistic in [Statistic.mean, .median, .interquartileMean, .quantile(0.9), .standardDeviation] {
      let named = bootstrap.interval(of: statistic, in: skewedSample)
      let general = bootstrap.interval(in: skewedSample) { statistic.value(of: $0) }
      // The same resamples; sums with multiplicities round differently from sums one by one.
      #expect(abs(named.lower - general.lower) <= 1e-13 && abs(named.upper - general.upper) <= 1e-13, "\(statistic)")
      #expect(abs(named.estimate - general.estimate) <= 1e-14)
    }
  }

  @Test("the same stream gives the same limits, whatever the order of the sample")
  func reproducible() {
    let bootstrap = Bootstrap(resamples: 500, stream: RandomStream(seed: 4))
    let first = bootstrap.interval(of: .interquartileMean, in: skewedSample)
    #expect(bootstrap.interval(of: .interquartileMean, in: skewedSample) == first)
    #expect(bootstrap.interval(of: .interquartileMean, in: skewedSample.reversed()) == first)
    let other = Bootstrap(resamples: 500, stream: RandomStream(seed: 5))
    #expect(other.interval(of: .interquartileMean, in: skewedSample) != first)
  }

  /// For normal samples the bootstrap distribution of the mean is nearly normal with variance (n - 1)/n s^2/n, so that
  /// the percentile interval encloses the mean with the probability that |t| < 1.96 sqrt((n - 1)/n) for Student's t
  /// with n - 1 degrees of freedom: 0.9287 for n = 20. 4000 samples give a standard error of 0.0041; 0.013 is three,
  /// with little left for the 1000 resamples.
  @Test("normal means are enclosed as often as theory says", arguments: [Bootstrap.Method.percentile, .bca])
  func coverage(_ method: Bootstrap.Method) {
    let root = RandomStream(seed: 20)
    let samples = 4000
    var (enclosed, below, above) = (0, 0, 0)
    for k in 0..<samples {
      var stream = root.split(k)
      let sample: [Double] = stream.normals(20, mean: 3, scale: 2)
      let interval = Bootstrap(resamples: 1000, method: method, stream: stream.split(1)).interval(of: .mean, in: sample)
      if interval.contains(3) { enclosed += 1 } else if interval.upper < 3 { below += 1 } else { above += 1 }
    }
    let share = Double(enclosed) / Double(samples)
    #expect(abs(share - 0.9287) < 0.013, "\(share)")
    // By symmetry misses fall on both sides alike: their difference has a standard error of sqrt(samples 0.0713) = 17.
    #expect(abs(below - above) < 60, "\(below) below, \(above) above")
  }

  @Test("BCa shifts the limits of a skewed statistic towards the long tail and evens out the misses")
  func skewness() {
    let root = RandomStream(seed: 21)
    func misses(_ method: Bootstrap.Method) -> (below: Int, above: Int) {
      var (below, above) = (0, 0)
      for k in 0..<1500 {
        var stream = root.split(k)
        let sample = (0..<20).map { _ in -log(1 - stream.uniform()) }
        let interval = Bootstrap(resamples: 1000, method: method, stream: stream.split(1))
          .interval(of: .mean, in: sample)
        if interval.upper < 1 { below += 1 } else if interval.lower > 1 { above += 1 }
      }
      return (below, above)
    }
    let (percentile, bca) = (misses(.percentile), misses(.bca))
    // The mean of 20 exponential numbers: percentile limits lie too low. 4000 other samples (seed 99) gave 346 misses
    // below and 65 above, and 255 and 119 with BCa: here differences of about 105 and 51, with a standard error of 12.
    let (plain, corrected) = (percentile.below - percentile.above, bca.below - bca.above)
    #expect(plain > 60, "\(percentile)")
    #expect(Double(abs(corrected)) < 0.75 * Double(plain), "\(percentile) \(bca)")
  }

  @Test("diverged runs make limits infinite, never vanish")
  func nonFinite() {
    let bootstrap = Bootstrap(resamples: 4000, stream: RandomStream(seed: 6))
    let sample = Array(1...9).map(Double.init) + [.nan]
    let median = bootstrap.interval(of: .median, in: sample)
    // Five of ten draws are the one diverged run with a probability of 0.0016: the median's upper limit stays finite.
    #expect(median.estimate == 5.5 && median.lower >= 1 && median.upper <= 9 && median.method == .bca)
    let mean = bootstrap.interval(of: .mean, in: sample)
    // The mean is infinite with a probability of 1 - 0.9^10 = 0.65, and skewness cannot be told.
    #expect(mean.estimate == .infinity && mean.upper == .infinity && mean.lower.isFinite && mean.method == .percentile)
    let best = bootstrap.interval(of: .quantile(0.9), in: sample, nan: .smallest)
    #expect(best.estimate.isFinite && best.upper == 9)
    let spread = bootstrap.interval(of: .standardDeviation, in: sample)
    #expect(spread.estimate.isNaN && spread.lower.isNaN && spread.upper.isNaN)
    #expect(!spread.contains(1))
  }

  @Test("degenerate samples")
  func degenerate() {
    let bootstrap = Bootstrap(resamples: 100, stream: RandomStream(seed: 7))
    for sample in [[], [1.0]] {
      let interval = bootstrap.interval(of: .mean, in: sample)
      #expect(interval.lower.isNaN && interval.upper.isNaN)
      #expect(sample.isEmpty ? interval.estimate.isNaN : interval.estimate == 1)
    }
    let equal = bootstrap.interval(of: .median, in: [0.1, 0.1, 0.1])
    #expect(equal.lower == 0.1 && equal.upper == 0.1 && equal.method == .bca)
    let constant = bootstrap.interval(in: skewedSample) { _ in 7 }
    #expect(constant.lower == 7 && constant.upper == 7)
    // A statistic that every resample raises: all of the distribution lies above, and the limits stay within it.
    let biased = bootstrap.interval(in: skewedSample) { Set($0).count == $0.count ? 0 : 1 + $0.reduce(0, +) }
    #expect(biased.estimate == 0 && biased.lower >= 1 && biased.upper >= biased.lower)
  }
}
