import Foundation
import Laboratory
import Randomness
import Testing

@Suite("Comparison of configurations")
struct ComparisonTests {
  @Test("Wilson's limits are SciPy's")
  func wilson() {
    // scipy.stats.binomtest(k, n).proportion_ci(c, method="wilson")
    let expected: [(k: Int, n: Int, confidence: Double, lower: Double, upper: Double)] = [
      (0, 10, 0.95, 0, 0.27753279986288926), (10, 10, 0.95, 0.7224672001371109, 1),
      (3, 10, 0.95, 0.10779126740630102, 0.6032218525388546),
      (1, 300, 0.99, 0.00039147259432444764, 0.02776871627112139),
      (150, 300, 0.9, 0.45272983981641224, 0.5472701601835878),
      (299, 300, 0.5, 0.9935490641073338, 0.99828020502585),
    ]
    for row in expected {
      let interval = ConfidenceInterval.wilson(successes: row.k, of: row.n, confidence: row.confidence)
      // Differences of numbers below 1: an absolute error of some units of 1's last place.
      #expect(abs(interval.lower - row.lower) < 1e-15 && abs(interval.upper - row.upper) < 1e-15, "\(row): \(interval)")
      #expect(interval.estimate == Double(row.k) / Double(row.n) && interval.contains(interval.estimate))
    }
    let none = ConfidenceInterval.wilson(successes: 0, of: 0)
    #expect(none.estimate.isNaN && none.lower == 0 && none.upper == 1)
  }

  @Test("Newcombe's interval of a difference of shares, his published examples")
  func difference() {
    // Statistics in Medicine 17 (1998), table II, method 10, to four decimals.
    let published: [(a: (Int, Int), b: (Int, Int), lower: Double, upper: Double)] = [
      ((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((6, 7), (2, 7), 0.0582, 0.8062),
      ((5, 56), (0, 29), -0.0381, 0.1926),
    ]
    for row in published {
      let (a, b) = ((successes: row.a.0, of: row.a.1), (successes: row.b.0, of: row.b.1))
      let interval = ConfidenceInterval.difference(a, b)
      #expect(abs(interval.lower - row.lower) < 5e-5 && abs(interval.upper - row.upper) < 5e-5, "\(row)")
      let swapped = ConfidenceInterval.difference(b, a)
      #expect(abs(swapped.lower + interval.upper) < 1e-15 && abs(swapped.upper + interval.lower) < 1e-15)
    }
    #expect(ConfidenceInterval.difference((0, of: 10), (0, of: 20)).contains(0))
  }

  @Test("differences are taken on the common seeds")
  func pairs() {
    let change = PairedDifferences([3: 0.75, 1: 0.5, 2: 0.25, 9: 1], [1: 0.25, 2: 0.25, 3: 1, 4: 7, 0: 7])
    #expect(change.keys == [1, 2, 3] && change.values == [-0.25, 0, 0.25])
    #expect(change.onlyFirst == [9] && change.onlySecond == [0, 4])
    #expect(change.decreases == 1 && change.ties == 1 && change.increases == 1)
    #expect(change.probabilityOfDecrease() == .wilson(successes: 1, of: 2))
    #expect(change.summary == SampleSummary([-0.25, 0, 0.25]))
    let disjoint = PairedDifferences([1: 1.0], [2: 1.0])
    #expect(disjoint.values.isEmpty && disjoint.summary.mean.isNaN)
  }

  @Test("diverged runs are compared by sign")
  func diverged() {
    let first: [Int: Double] = [1: .nan, 2: .infinity, 3: 1, 4: .nan, 5: 2, 6: 3]
    let second: [Int: Double] = [1: .infinity, 2: 1, 3: .nan, 4: .nan, 5: 1, 6: 2.5]
    let losses = PairedDifferences(first, second)
    #expect(losses.values == [0, -.infinity, .infinity, 0, -1, -0.5])
    #expect(losses.decreases == 3 && losses.increases == 1 && losses.ties == 2)
    #expect(losses.summary.nonFinite == 2 && losses.summary.median == -0.25 && losses.summary.mean.isNaN)
    let scores = PairedDifferences(first, second, nan: .smallest)
    #expect(scores.values == [.infinity, -.infinity, -.infinity, 0, -1, -0.5])
  }

  @Test("pairing cancels what a seed decides for both")
  func pairing() {
    let root = RandomStream(seed: 8)
    var (first, second) = ([Int: Double](), [Int: Double]())
    for seed in 0..<40 {
      var stream = root.split(seed)
      let task = 10 * stream.normal() as Double
      first[seed] = task + 0.1 * stream.normal()
      second[seed] = task - 0.2 + 0.1 * stream.normal()
    }
    let bootstrap = Bootstrap(resamples: 4000, stream: RandomStream(seed: 9))
    let paired = PairedDifferences(first, second).interval(of: .mean, by: bootstrap)
    // The differences have mean -0.2 and standard deviation 0.14, so the half-width is about 1.96 0.14 / sqrt 40 =
    // 0.044; that of each sample alone is about 3.
    #expect(paired.contains(-0.2) && paired.upper < 0 && paired.upper - paired.lower < 0.13)
    let alone = bootstrap.interval(of: .mean, in: Array(first.values))
    #expect(alone.upper - alone.lower > 3)
  }

  @Test("summaries and intervals survive JSON with infinities")
  func coding() throws {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let summary = SampleSummary([1, 2, .nan])
    let decoded = try decoder.decode(SampleSummary.self, from: encoder.encode(summary))
    #expect(decoded.mean == .infinity && decoded.median == 2 && decoded.standardError.isNaN && decoded.nonFinite == 1)
    let interval = ConfidenceInterval.wilson(successes: 3, of: 7)
    #expect(try decoder.decode(ConfidenceInterval.self, from: encoder.encode(interval)) == interval)
  }
}
