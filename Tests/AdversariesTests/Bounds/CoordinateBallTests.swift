import LinearAlgebra
import Randomness
import Testing

@testable import Adversaries

/// Supports of balls cut with intervals, against their definitions.
@Suite struct CoordinateBallTests {
  /// The maximiser lies in the set and attains the support; no random point of the set exceeds it.
  @Test(arguments: PerturbationNorm.allCases, [true, false])
  func supportsAreAttainedAndNotExceeded(_ norm: PerturbationNorm, _ aroundZero: Bool) {
    var random = RandomStream(seed: 5)
    for round in 0..<300 {
      let d = 1 + round % 6
      var c: [Double] = random.normals(d)
      if round % 4 == 0 { c = c.map { ($0 * 2).rounded() / 2 } }  // ties and zeros
      // Intervals around a point of the ball, so that the set is not empty.
      let inside = random.normals(d).map { (x: Double) in aroundZero ? 0 : x }
      let radius = norm.length(inside, count: d) + random.uniform()
      let lower = inside.map { $0 - random.uniform() }
      let upper = inside.map { $0 + random.uniform() }
      var maximizer = [Double](repeating: 0, count: d)
      let support = lower.withUnsafeBufferPointer { lower in
        upper.withUnsafeBufferPointer { upper in
          CoordinateBall(
            norm: norm, dimension: d, radius: radius, lower: lower.baseAddress, upper: upper.baseAddress
          ).support(c, &maximizer)
        }
      }
      let attained = zip(c, maximizer).reduce(0) { $0 + $1.0 * $1.1 }
      let size = zip(c, maximizer).reduce(0) { $0 + abs($1.0 * $1.1) } + 1e-300
      #expect(norm.length(maximizer, count: d) <= radius * (1 + 1e-6))
      for i in 0..<d { #expect(maximizer[i] >= lower[i] - 1e-12 && maximizer[i] <= upper[i] + 1e-12) }
      #expect(abs(support - attained) <= 1e-6 * size + 1e-9)
      #expect(support >= attained - 1e-6 * size - 1e-9)
      for _ in 0..<40 {
        var point = (0..<d).map { lower[$0] + (upper[$0] - lower[$0]) * random.uniform() }
        let length = norm.length(point, count: d)
        if length > radius {
          // Towards the point that is inside, until the ball is reached.
          var (low, high) = (0.0, 1.0)
          for _ in 0..<40 {
            let middle = (low + high) / 2
            let trial = zip(inside, point).map { $0 + middle * ($1 - $0) }
            if norm.length(trial, count: d) <= radius { low = middle } else { high = middle }
          }
          point = zip(inside, point).map { $0 + low * ($1 - $0) }
        }
        #expect(zip(c, point).reduce(0) { $0 + $1.0 * $1.1 } <= support + 1e-12)
      }
    }
  }

  @Test(arguments: PerturbationNorm.allCases)
  func withoutIntervalsTheDualNorm(_ norm: PerturbationNorm) {
    var random = RandomStream(seed: 6)
    let c: [Double] = random.normals(7)
    var maximizer = c
    let support = CoordinateBall(norm: norm, dimension: 7, radius: 0.3, lower: nil, upper: nil).support(c, &maximizer)
    #expect(abs(support - 0.3 * norm.dual.length(c, count: 7)) < 1e-15)
    #expect(abs(zip(c, maximizer).reduce(0) { $0 + $1.0 * $1.1 } - support) < 1e-15)
    #expect(norm.length(maximizer, count: 7) <= 0.3 * (1 + 1e-15))
  }
}
