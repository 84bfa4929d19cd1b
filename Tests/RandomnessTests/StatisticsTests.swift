import Foundation
import LinearAlgebra
import Testing

@testable import Randomness

/// Statistics of fixed seeds against their known distribution. Every z-score below is bounded by 4.5: a right generator
/// fails one such test with probability 7e-6, and the seeds are fixed, so what passes once passes always.
@Suite struct StatisticsTests {
  static let limit = 4.5
  static let n = 1_000_000

  /// The mean of `values` minus `expected`, in standard errors of a mean of variables of the given variance.
  static func score(_ values: some Collection<Double>, expected: Double, variance: Double) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return (mean - expected) / (variance / Double(values.count)).squareRoot()
  }

  /// E z^k of a normal is (k - 1)!! for even k, so z, z^2, z^3, z^4 have variances 1, 2, 15, 96.
  @Test(arguments: [0, 1, 2] as [UInt64]) func normalMoments(seed: UInt64) {
    var stream = RandomStream(seed: seed)
    let z: [Double] = stream.normals(Self.n)
    #expect(abs(Self.score(z, expected: 0, variance: 1)) < Self.limit)
    #expect(abs(Self.score(z.map { $0 * $0 }, expected: 1, variance: 2)) < Self.limit)
    #expect(abs(Self.score(z.map { $0 * $0 * $0 }, expected: 0, variance: 15)) < Self.limit)
    #expect(abs(Self.score(z.map { $0 * $0 * $0 * $0 }, expected: 3, variance: 96)) < Self.limit)
  }

  /// The share of |z| > 3 is erfc(3 / sqrt 2) = 0.0026998.
  @Test func normalTail() {
    var stream = RandomStream(seed: 5)
    let z: [Double] = stream.normals(Self.n)
    let p = erfc(3 / 2.0.squareRoot())
    #expect(abs(Self.score(z.map { abs($0) > 3 ? 1 : 0 }, expected: p, variance: p * (1 - p))) < Self.limit)
  }

  /// Pearson's chi-square of 1000 equal cells: mean 999, variance 2 * 999.
  @Test(arguments: [0, 1] as [UInt64]) func uniformChiSquare(seed: UInt64) {
    var stream = RandomStream(seed: seed)
    var cells = [Int](repeating: 0, count: 1000)
    for _ in 0..<Self.n { cells[Int(stream.uniform() * 1000)] += 1 }
    let expected = Double(Self.n) / 1000
    let chi = cells.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    #expect(abs(chi - 999) / (2 * 999.0).squareRoot() < Self.limit)
  }

  /// The product of independent normals has mean 0 and variance 1: neighbouring children, child and parent, a child and
  /// its child, neighbouring seeds, and a stream with itself shifted by 1 to 5 words.
  @Test func streamsAreUncorrelated() {
    let stream = RandomStream(seed: 9)
    func normals(_ s: RandomStream) -> [Double] {
      var s = s
      return s.normals(100_000)
    }
    let own = normals(stream)
    var pairs = [
      (normals(stream.split(0)), normals(stream.split(1))), (own, normals(stream.split(0))),
      (normals(stream.split(1)), normals(stream.split(1).split(1))), (own, normals(RandomStream(seed: 10))),
    ]
    for lag in 1...5 { pairs.append((Array(own.dropFirst(lag)), Array(own.dropLast(lag)))) }
    for (i, (a, b)) in pairs.enumerated() {
      #expect(abs(Self.score(zip(a, b).map { $0 * $1 }, expected: 0, variance: 1)) < Self.limit, "pair \(i)")
    }
  }

  /// The first words of many children: their top bits are fair coins and uncorrelated from child to child.
  @Test func firstWordsOfChildren() {
    let stream = RandomStream(seed: 4)
    let u = (0..<100_000).map { i -> Double in
      var child = stream.split(i)
      return child.uniform() - 0.5
    }
    #expect(abs(Self.score(u, expected: 0, variance: 1.0 / 12)) < Self.limit)
    #expect(abs(Self.score(zip(u, u.dropFirst()).map { $0 * $1 }, expected: 0, variance: 1.0 / 144)) < Self.limit)
  }

  /// Each of the 24 orders of 4 things: chi-square of 23 degrees of freedom.
  @Test func permutationsAreEquallyLikely() {
    var stream = RandomStream(seed: 6)
    var cells: [[Int]: Int] = [:]
    let n = 120_000
    for _ in 0..<n { cells[stream.permutation(4), default: 0] += 1 }
    #expect(cells.count == 24)
    let expected = Double(n) / 24
    let chi = cells.values.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    #expect(abs(chi - 23) / 46.0.squareRoot() < Self.limit)
  }

  /// A bound of 3 * 2^61 leaves a quarter of all words outside whole copies: without rejection the lower third of the
  /// values would come with probability 3/8 or 1/4, never 1/3.
  @Test func integersHaveNoBias() {
    var stream = RandomStream(seed: 8)
    let bound = 3 << 61
    let low = (0..<100_000).map { _ in stream.integer(below: bound) % 3 == 0 ? 1.0 : 0 }
    #expect(abs(Self.score(low, expected: 1.0 / 3, variance: 2.0 / 9)) < Self.limit)
    #expect((0..<1000).allSatisfy { _ in (0..<7).contains(stream.integer(below: 7)) })
  }

  /// Uniform on the sphere of R^d: every x_i^2 has mean 1/d and variance 2 (d - 1) / (d^2 (d + 2)).
  @Test func sphere() {
    var stream = RandomStream(seed: 12)
    let d = 5
    let points: [[Double]] = (0..<20_000).map { _ in stream.sphere(d) }
    #expect(points.allSatisfy { abs($0.reduce(0) { $0 + $1 * $1 } - 1) < 1e-15 * Double(d) })
    let variance = 2.0 * Double(d - 1) / Double(d * d * (d + 2))
    for i in 0..<d {
      #expect(abs(Self.score(points.map { $0[i] }, expected: 0, variance: 1 / Double(d))) < Self.limit)
      #expect(abs(Self.score(points.map { $0[i] * $0[i] }, expected: 1 / Double(d), variance: variance)) < Self.limit)
    }
    #expect(abs(stream.sphere(1, Float.self)[0]) == 1)
  }

  /// For Haar measure on O(n), n >= 4: E tr Q = 0, E (tr Q)^2 = 1, E (tr Q)^4 = 3 (Diaconis and Shahshahani 1994), and
  /// E Q_ij^2 = 1/n. Without the sign fix of the QR factors the trace's mean would be far from 0.
  @Test func orthogonalIsHaar() {
    var stream = RandomStream(seed: 13)
    let n = 6
    let matrices: [Matrix<Double>] = (0..<20_000).map { _ in stream.orthogonal(n) }
    let trace = matrices.map { q in (0..<n).reduce(0) { $0 + q[$1, $1] } }
    #expect(abs(Self.score(trace, expected: 0, variance: 1)) < Self.limit)
    #expect(abs(Self.score(trace.map { $0 * $0 }, expected: 1, variance: 2)) < Self.limit)
    let variance = 2.0 * Double(n - 1) / Double(n * n * (n + 2))
    for i in 0..<n {
      for j in 0..<n {
        let entries = matrices.map { $0[i, j] }
        #expect(abs(Self.score(entries, expected: 0, variance: 1 / Double(n))) < Self.limit, "(\(i), \(j))")
        #expect(
          abs(Self.score(entries.map { $0 * $0 }, expected: 1 / Double(n), variance: variance)) < Self.limit,
          "(\(i), \(j))")
      }
    }
  }
}
