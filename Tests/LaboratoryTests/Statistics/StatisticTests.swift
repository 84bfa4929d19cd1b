import Laboratory
import Randomness
import Testing

/// The sample that the literals of the tests of statistics come from.
let skewedSample = [0.31, 0.58, 0.12, 1.94, 0.77, 0.45, 3.10, 0.26, 0.66, 1.05, 0.09, 0.83]

/// Whether two numbers agree to four units in the last place: two orders of a few sums and products.
func agree(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 4 * max(a.magnitude, b.magnitude).ulp || a == b }

@Suite("Statistics of a sample")
struct StatisticTests {
  @Test("quantiles are NumPy's")
  func quantiles() {
    let signed = [-3.5, 1e-3, 2.25, 7.125, 0.3, -1e3, 12, 0.7, 5.5]
    // numpy.quantile(x, p) of NumPy 2.
    let expected: [(p: Double, value: Double)] = [
      (0, 0.09), (0.05, 0.1065), (0.25, 0.2975), (1.0 / 3, 0.4033333333333333), (0.5, 0.62), (0.75, 0.885),
      (0.9, 1.8510000000000002), (1, 3.1),
    ]
    for (p, value) in expected { #expect(agree(quantile(p, of: skewedSample), value), "p = \(p)") }
    #expect(agree(quantile(0.25, of: signed), 0.001))
    #expect(agree(quantile(0.37, of: signed), 0.28803999999999996))
    #expect(agree(quantile(0.5, of: signed), 0.7))
    #expect(agree(quantile(0.8, of: signed), 6.15))
    // The interpolation from -1000 to -3.5 cancels: the rounding is that of 1000, not of the result.
    #expect(abs(quantile(0.1, of: signed) + 202.8) <= 4 * (1e3).ulp)
  }

  @Test("the interquartile mean weighs the ends by what of them is in the middle half")
  func interquartileMean() {
    // numpy.repeat(numpy.sort(x[:n]), 4)[n:3 * n].mean(); for n = 4, 8, 12 also scipy.stats.trim_mean(x[:n], 0.25).
    let expected = [
      0.31, 0.44499999999999995, 0.3233333333333333, 0.44499999999999995, 0.5559999999999998, 0.5233333333333333,
      0.6749999999999998, 0.5275, 0.5555555555555555, 0.628, 0.5631818181818181, 0.6,
    ]
    for n in 1...12 {
      let value = Statistic.interquartileMean.value(of: Array(skewedSample.prefix(n)))
      #expect(agree(value, expected[n - 1]), "n = \(n): \(value)")
    }
  }

  @Test("a summary has every figure, and those of SciPy")
  func summary() {
    let summary = SampleSummary(skewedSample)
    #expect(summary.count == 12 && summary.nonFinite == 0)
    #expect(agree(summary.mean, 0.8466666666666667))
    #expect(agree(summary.standardDeviation, 0.8695070006862647))
    #expect(agree(summary.standardError, 0.25100505045423954))
    #expect(agree(summary.median, 0.62) && agree(summary.interquartileMean, 0.6))
    #expect(agree(summary.lowerQuartile, 0.2975) && agree(summary.upperQuartile, 0.885))
    #expect(summary.minimum == 0.09 && summary.maximum == 3.1)
    for (statistic, value) in [
      (Statistic.mean, summary.mean), (.standardDeviation, summary.standardDeviation), (.median, summary.median),
      (.interquartileMean, summary.interquartileMean), (.quantile(0.25), summary.lowerQuartile),
    ] {
      #expect(statistic.value(of: skewedSample) == value, "\(statistic)")
    }
  }

  @Test("empty samples and single values have no spread")
  func small() {
    let empty = SampleSummary([])
    #expect(empty.count == 0 && empty.nonFinite == 0)
    for figure in [
      empty.mean, empty.standardError, empty.standardDeviation, empty.median, empty.lowerQuartile, empty.upperQuartile,
      empty.interquartileMean, empty.minimum, empty.maximum,
    ] {
      #expect(figure.isNaN)
    }
    let single = SampleSummary([2.5])
    for figure in [
      single.mean, single.median, single.lowerQuartile, single.upperQuartile, single.interquartileMean, single.minimum,
      single.maximum,
    ] {
      #expect(figure == 2.5)
    }
    #expect(single.standardDeviation.isNaN && single.standardError.isNaN)
  }

  @Test("a diverged run counts as the worst")
  func notANumber() {
    let losses = SampleSummary([.nan, 1, 4, 2, 3])
    #expect(losses.count == 5 && losses.nonFinite == 1)
    #expect(losses.median == 3 && losses.lowerQuartile == 2 && losses.upperQuartile == 4)
    // 1.25...3.75 of five: three quarters of 2, all of 3, three quarters of 4.
    #expect(losses.interquartileMean == 3)
    #expect(losses.mean == .infinity && losses.maximum == .infinity && losses.minimum == 1)
    #expect(losses.standardDeviation.isNaN && losses.standardError.isNaN)

    let accuracies = SampleSummary([.nan, 1, 4, 2, 3], nan: .smallest)
    #expect(accuracies.nonFinite == 1 && accuracies.median == 2 && accuracies.lowerQuartile == 1)
    #expect(accuracies.mean == -.infinity && accuracies.minimum == -.infinity && accuracies.maximum == 4)
    #expect(accuracies.interquartileMean == 2)
    for nan in [NaNOrder.largest, .smallest] {
      #expect(Statistic.mean.value(of: [.nan, 1], nan: nan) == (nan == .largest ? .infinity : -.infinity))
    }
  }

  @Test("infinities are values like others")
  func infinities() {
    let half = SampleSummary([1, 2, .infinity, .infinity])
    #expect(half.nonFinite == 2 && half.median == .infinity && half.lowerQuartile == 1.75)
    #expect(half.interquartileMean == .infinity && half.upperQuartile == .infinity)
    #expect(quantile(1.0 / 3, of: [1, 2, .infinity, .infinity]) == 2)
    #expect(quantile(0.1, of: [-.infinity, 5]) == -.infinity && quantile(1, of: [-.infinity, 5]) == 5)
    let both = SampleSummary([-.infinity, .infinity])
    #expect(both.mean.isNaN && both.median.isNaN && both.minimum == -.infinity && both.maximum == .infinity)
    #expect(SampleSummary([-.infinity, 1, .infinity]).median == 1)
    let all = SampleSummary([.nan, .nan, .nan])
    #expect(all.nonFinite == 3 && all.median == .infinity && all.interquartileMean == .infinity)
  }

  @Test("finite values beyond the square root of the largest have a finite mean and quantiles")
  func huge() {
    let huge = Double.greatestFiniteMagnitude
    let summary = SampleSummary([huge, huge])
    #expect(summary.mean == huge && summary.median == huge && summary.nonFinite == 0)
    #expect(agree(quantile(0.25, of: [-huge, huge]), -huge / 2))
  }

  @Test("quantiles, their mirror image and their scale, for samples of every size")
  func properties() {
    var stream = RandomStream(seed: 11)
    for n in 1...40 {
      let sample: [Double] = stream.normals(n)
      for p in stride(from: 0, through: 1, by: 0.125) {
        let value = quantile(p, of: sample)
        // Scaling by a power of 2 is exact; the mirror image interpolates from the other side.
        #expect(quantile(p, of: sample.map { 8 * $0 }) == 8 * value)
        #expect(abs(quantile(1 - p, of: sample.map { -$0 }) + value) <= 8 * (4.0).ulp, "n = \(n), p = \(p)")
        let below = sample.count(where: { $0 < value })
        let above = sample.count(where: { $0 > value })
        #expect(Double(below) <= p * Double(n - 1) + 1 && Double(above) <= (1 - p) * Double(n - 1) + 1)
      }
    }
  }
}
