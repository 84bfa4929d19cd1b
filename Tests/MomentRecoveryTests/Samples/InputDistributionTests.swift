import Datasets
import Foundation
import LinearAlgebra
import Randomness
import Testing

@testable import MomentRecovery

@Suite struct InputDistributionTests {
  static let all: [InputDistribution] = [
    .gaussian, .mixture(shift: 1), .laplace, .uniform, .rademacher, .student(degrees: 9), .correlated(condition: 10),
    .shifted(mean: 0.5), .exponential, .skew(shape: 5), .symmetrized(.exponential), .symmetrized(.skew(shape: -2)),
  ]

  static func inputs(_ distribution: InputDistribution, _ n: Int) -> Matrix<Double> {
    let network = ReLUNetwork(hidden: Matrix(rows: 1, columns: 3, repeating: 1), output: Matrix(rows: 1, columns: 1))
    return RandomSamples(network, distribution, count: n, random: RandomStream(seed: 11)).matrixSamples().x
  }

  @Test func textRoundTrips() throws {
    for distribution in Self.all {
      #expect(try InputDistribution("\(distribution)") == distribution)
      let json = try JSONEncoder().encode(distribution)
      #expect(try JSONDecoder().decode(InputDistribution.self, from: json) == distribution)
    }
    #expect(try InputDistribution("mixture") == .mixture(shift: 1))
    #expect("\(InputDistribution.mixture(shift: 1))" == "mixture=1")
    #expect("\(InputDistribution.shifted(mean: 0.5))" == "shifted=0.5")
    for text in ["", "normal", "gaussian=1", "student", "student=2", "student=2.5", "correlated=0.5", "shifted=nan",
      "mixture=", "symmetrized:"] {
      #expect(throws: InputDistribution.Unknown(text: text.replacingOccurrences(of: "symmetrized:", with: ""))) {
        try InputDistribution(text)
      }
    }
  }

  /// Mean, variance and third moment against their own standard errors, estimated from the same samples.
  @Test(arguments: all) func momentsAreAsSaid(_ distribution: InputDistribution) {
    let n = 40_000
    let x = Self.inputs(distribution, n)
    let mean = { (f: (Double) -> Double, j: Int) -> (value: Double, error: Double) in
      let values = x.column(j).map(f)
      let m = values.reduce(0, +) / Double(n)
      let v = values.reduce(0) { $0 + ($1 - m) * ($1 - m) } / Double(n)
      return (m, (v / Double(n)).squareRoot())
    }
    var variance = (value: 0.0, error: 0.0)
    for j in 0..<3 {
      let first = mean({ $0 }, j)
      let expected = if case .shifted(let shift) = distribution { shift } else { 0.0 }
      // 5 standard errors; 36 comparisons of this sort.
      #expect(abs(first.value - expected) < 5 * first.error, "mean \(first.value) of coordinate \(j)")
      let second = mean({ $0 * $0 }, j)
      variance.value += (second.value - first.value * first.value) / 3
      variance.error += second.error / 3
      let third = mean({ ($0 - first.value) * ($0 - first.value) * ($0 - first.value) }, j)
      switch distribution {
      case .exponential: #expect(abs(third.value - 2) < 5 * third.error)
      // The skew normal's coefficient, (4 - pi) / 2 (mean / deviation)^3, at shape 5.
      case .skew: #expect(abs(third.value - 0.8510) < 5 * third.error)
      default: #expect(abs(third.value) < 5 * third.error, "third moment \(third.value)")
      }
    }
    let expected = if case .mixture = distribution { 2.0 } else { 1.0 }
    #expect(abs(variance.value - expected) < 5 * variance.error, "variance \(variance.value)")
  }

  @Test func mixtureMovesAllCoordinatesTogether() {
    let x = Self.inputs(.mixture(shift: 4), 5000)
    var positive = 0
    for i in 0..<5000 {
      let signs = Set(x.row(i).map { $0 > 0 })
      // A coordinate lies beyond 4 deviations with probability 3e-5.
      if signs == [true] { positive += 1 } else if signs != [false] { #expect(x.row(i).map(abs).min()! < 1) }
    }
    #expect(abs(positive - 2500) < 6 * 36)
  }

  @Test func correlatedInputsHaveTheCondition() throws {
    let x = Self.inputs(.correlated(condition: 10), 100_000)
    let covariance = Matrix.product(x, .yes, x).map { $0 / 100_000 }
    let values = try SymmetricEigen(covariance).values.sorted()
    // Relative errors of eigenvalues are sqrt(2 / n) = 0.0045 each.
    #expect(abs(values[2] / values[0] - 10) < 0.4)
    #expect(abs(values[1] / values[0] - 10.0.squareRoot()) < 0.15)
  }

  @Test func heavyTailsAreHeavy() {
    let student = Self.inputs(.student(degrees: 5), 40_000).elements.map(abs).max()!
    let normal = Self.inputs(.gaussian, 40_000).elements.map(abs).max()!
    #expect(student > 2 * normal)
  }
}
