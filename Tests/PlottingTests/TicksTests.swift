import Testing

@testable import Plotting

@Suite("Ticks")
struct TicksTests {
  struct Golden: CustomTestStringConvertible, Sendable {
    var domain: ClosedRange<Double>
    var scale: Scale
    var limit: Int
    var whole = false
    var labels: String
    var minor = 0

    var testDescription: String { "\(scale) \(domain) in \(limit)" }
  }

  static let goldenAxes: [Golden] = [
    Golden(domain: 0...1, scale: .linear, limit: 6, labels: "0.0 0.2 0.4 0.6 0.8 1.0"),
    Golden(domain: 0...21, scale: .linear, limit: 6, labels: "0 5 10 15 20"),
    Golden(domain: 0...3, scale: .linear, limit: 10, labels: "0.0 0.5 1.0 1.5 2.0 2.5 3.0"),
    Golden(domain: 0...3, scale: .linear, limit: 10, whole: true, labels: "0 1 2 3"),
    Golden(domain: -0.5...0.5, scale: .linear, limit: 3, labels: "-0.5 0.0 0.5"),
    Golden(domain: 0...20_000, scale: .linear, limit: 6, labels: "0 5000 10000 15000 20000"),
    Golden(domain: 0...100_000, scale: .linear, limit: 6, labels: "0 20k 40k 60k 80k 100k"),
    Golden(domain: 0...2.5e6, scale: .linear, limit: 6, labels: "0 0.5M 1.0M 1.5M 2.0M 2.5M"),
    Golden(domain: 1e-9...5e-9, scale: .linear, limit: 5, labels: "1e-9 2e-9 3e-9 4e-9 5e-9"),
    Golden(domain: -1e300...1e300, scale: .linear, limit: 5, labels: "-1.0e300 -0.5e300 0 0.5e300 1.0e300"),
    Golden(domain: 1.0000001...1.0000002, scale: .linear, limit: 4, labels: "1.00000010 1.00000015 1.00000020"),
    Golden(domain: 5...5, scale: .linear, limit: 4, labels: "5"),
    Golden(domain: 1...1000, scale: .log10, limit: 8, labels: "1 10 100 1000", minor: 24),
    Golden(domain: 1e-17...1, scale: .log10, limit: 8, labels: "1e-15 1e-12 1e-9 1e-6 1e-3 1e0", minor: 12),
    Golden(domain: 1e-32...1, scale: .log10, limit: 6, labels: "1e-30 1e-24 1e-18 1e-12 1e-6 1e0", minor: 27),
    Golden(domain: 0.5...8, scale: .log10, limit: 8, labels: "0.5 1 2 5", minor: 9),
    Golden(domain: 1e-5...3e-4, scale: .log10, limit: 5, labels: "1e-5 2e-5 5e-5 1e-4 2e-4", minor: 7),
    Golden(domain: 3...4, scale: .log10, limit: 5, labels: "3.0 3.5 4.0"),
    // 600 decades: minor ticks every tenth decade, 61 marks less the three labelled ones.
    Golden(domain: 1e-300...1e300, scale: .log10, limit: 6, labels: "1e-200 1e0 1e200", minor: 58),
    Golden(domain: 2...64, scale: .log2, limit: 8, labels: "2 4 8 16 32 64"),
    Golden(domain: 0.25...4, scale: .log2, limit: 8, labels: "0.25 0.5 1 2 4"),
    Golden(domain: 1...1_048_576, scale: .log2, limit: 8, labels: "2^0 2^3 2^6 2^9 2^12 2^15 2^18", minor: 14),
    Golden(domain: -1000...1000, scale: .symlog(linearBelow: 0.01), limit: 9,
      labels: "-1000 -10 -0.1 0 0.1 10 1000", minor: 6),
    Golden(domain: 0...1, scale: .symlog(linearBelow: 1e-16), limit: 8,
      labels: "0 1e-15 1e-12 1e-9 1e-6 1e-3 1e0", minor: 11),
    Golden(domain: -0.5...0.5, scale: .symlog(linearBelow: 1), limit: 8, labels: "-0.4 -0.2 0.0 0.2 0.4"),
  ]

  @Test("labels and minor ticks are as they should be", arguments: goldenAxes)
  func labels(_ golden: Golden) {
    let ticks = Ticks.place(golden.domain, scale: golden.scale, limit: golden.limit, whole: golden.whole)
    #expect(ticks.compactMap { $0.label?.ascii }.joined(separator: " ") == golden.labels)
    #expect(ticks.count { $0.label == nil } == golden.minor)
  }

  @Test("ticks lie in the domain, ascend, respect the limit, and sit where their labels say")
  func invariants() {
    for scale in [Scale.linear, .log10, .log2, .symlog(linearBelow: 1e-3)] {
      for low in [1e-30, 3.7e-8, 0.02, 1, 6.5, 900] {
        for ratio in [1.01, 1.5, 4, 97, 1e5, 1e20] {
          for limit in 2...12 {
            let domain = low...(low * ratio)
            let ticks = Ticks.place(domain, scale: scale, limit: limit)
            let labelled = ticks.filter { $0.label != nil }
            let comment: Comment = "\(scale) \(domain) limit \(limit)"
            #expect(labelled.count <= limit, comment)
            #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.value < $1.value }, comment)
            // Ticks may stand outside by the millionth of a step that rounding is allowed.
            let slack = 1e-6 * (domain.upperBound - domain.lowerBound)
            #expect(ticks.allSatisfy { $0.value >= low * (1 - 1e-6) - slack }, comment)
            #expect(ticks.allSatisfy { $0.value <= domain.upperBound * (1 + 1e-6) }, comment)
            for tick in labelled where scale != .log2 {
              guard let written = Double(tick.label!.ascii) else { continue }  // with a prefix such as k
              #expect(abs(written - tick.value) <= 1e-12 * abs(tick.value), comment)
            }
          }
        }
      }
    }
  }

  @Test("labels are set with a true minus sign and raised exponents")
  func typography() {
    #expect(TickLabel.power(exponent: -17).unicode == "10⁻¹⁷")
    #expect(TickLabel.power("-1", exponent: 3).unicode == "−10³")
    #expect(TickLabel.power("2", exponent: -5).unicode == "2×10⁻⁵")
    #expect(TickLabel.decimal(-0.04, decimals: 1).ascii == "0.0", "no negative zero")
  }

  @Test("fixed decimals", arguments: [
    (0.0, 2, "0.00"), (-0.004, 2, "0.00"), (-1.005e3, 1, "-1005.0"), (0.05, 2, "0.05"), (12.345, 0, "12"),
    (99.996, 2, "100.00"),
  ])
  func fixedDecimals(x: Double, decimals: Int, text: String) {
    #expect(fixed(x, decimals) == text)
  }
}
