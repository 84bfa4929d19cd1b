import LinearAlgebra
import Randomness
import Testing

@testable import Adversaries

/// Supports against closed forms, sorting and halving; random points; what holds coordinates.
@Suite struct SupportTests {
  private func boxes(_ d: Int, _ random: inout RandomStream) -> ([Double], [Double], [Double]) {
    let x: [Double] = (0..<d).map { _ in max(0, min(1, random.uniform() * 3 - 1)) }
    return (x, x.map { 0 - $0 }, x.map { 1 - $0 })
  }

  @Test func withoutBoxItIsTheDualNorm() {
    var random = RandomStream(seed: 31)
    for d in [1, 2, 7, 100] {
      let c: [Double] = random.normals(d)
      for norm in PerturbationNorm.allCases {
        let (value, point) = SetCase<Double>(norm, x: [Double](repeating: 0, count: d), radius: 0.7).support(c)
        let expected = 0.7 * norm.dual.length(c, count: d)
        #expect(abs(value - expected) <= 1e-14 * expected)
        #expect(abs(dot(c, point) - expected) <= 1e-14 * expected)
      }
    }
  }

  @Test func crossAndBoxAreAKnapsack() {
    var random = RandomStream(seed: 32)
    for d in [1, 2, 3, 8, 50, 300] {
      for _ in 0..<40 {
        let (x, lower, upper) = boxes(d, &random)
        // Equal sizes too, as gradients of simple nets have.
        let tied = random.uniform() < 0.5
        let c: [Double] = (0..<d).map { _ in
          tied ? Double(random.integer(below: 5) - 2) : random.normal()
        }
        let radius = random.uniform() * Double(d) * 0.7
        let (value, point) = SetCase<Double>(.l1, x: x, radius: radius, box: 0...1).support(c)
        var (left, expected) = (radius, 0.0)
        for i in (0..<d).sorted(by: { abs(c[$0]) > abs(c[$1]) }) where c[i] != 0 {
          let step = min(left, c[i] < 0 ? -lower[i] : upper[i])
          expected += abs(c[i]) * step
          left -= step
        }
        #expect(abs(value - expected) <= 1e-13 * max(expected, 1), "\(d) \(radius) \(c) \(x)")
        #expect(abs(dot(c, point) - value) <= 1e-13 * max(expected, 1))
      }
    }
  }

  @Test func ballAndBoxByHalving() {
    var random = RandomStream(seed: 33)
    for d in [1, 2, 3, 8, 50, 300] {
      for _ in 0..<40 {
        let (x, lower, upper) = boxes(d, &random)
        let c: [Double] = (0..<d).map { _ in (random.normal() as Double) * .pow(10, -6 * random.uniform()) }
        let radius = random.uniform() * Double(d).squareRoot()
        let (value, _) = SetCase<Double>(.l2, x: x, radius: radius, box: 0...1).support(c)
        func point(_ t: Double) -> [Double] {
          (0..<d).map { c[$0] == 0 ? 0 : min(max(t * c[$0], lower[$0]), upper[$0]) }
        }
        var (low, high) = (0.0, 1e12)
        for _ in 0..<300 {
          let t = (low + high) / 2
          let y = point(t)
          if dot(y, y) > radius * radius { high = t } else { low = t }
        }
        #expect(abs(value - dot(c, point(low))) <= 1e-13 * max(value, 1e-3), "\(d) \(radius) \(c) \(x)")
      }
    }
  }

  /// Uniform in a ball of any norm, the mean of |delta| / eps is d / (d + 1) and its variance d / (d + 1)^2 / (d + 2).
  @Test(arguments: PerturbationNorm.allCases)
  func randomPointsFillTheBall(_ norm: PerturbationNorm) {
    let (d, count) = (3, 20_000)
    let set = PerturbationSet<Double>(norm: norm, dimension: d)
    let x = [Double](repeating: 0, count: d)
    var (delta, scratch) = (x, [Double](repeating: 0, count: set.scratchCount))
    var random = RandomStream(seed: 34)
    var (sum, first, squares) = (0.0, 0.0, [0.0, 0, 0])
    for _ in 0..<count {
      let position = random.position
      set.randomPoint(around: x, radius: 2, random: &random, into: &delta, scratch: &scratch)
      #expect(random.position == position + UInt64(d + 2))
      sum += norm.length(delta, count: d) / 2
      first += delta[0]
      for i in 0..<d { squares[i] += delta[i] * delta[i] }
    }
    let n = Double(count)
    // Five standard deviations of the means.
    #expect(abs(sum / n - 0.75) < 5 * (3.0 / 80 / n).squareRoot())
    let variance = squares[0] / n
    #expect(abs(first / n) < 5 * (variance / n).squareRoot())
    for i in 1..<d { #expect(abs(squares[i] / squares[0] - 1) < 0.1) }
    for _ in 0..<100 {
      set.randomPoint(around: x, radius: 2, onSphere: true, random: &random, into: &delta, scratch: &scratch)
      #expect(abs(norm.length(delta, count: d) - 2) < 1e-14)
    }
  }

  @Test func whatHoldsCoordinates() {
    func statuses(_ norm: PerturbationNorm, _ delta: [Double], radius: Double) -> [CoordinateStatus] {
      let set = PerturbationSet<Double>(norm: norm, dimension: 4, box: 0...1)
      var found = [CoordinateStatus](repeating: .atZero, count: 4)
      let free = set.freeCoordinates(at: delta, around: [0.25, 0.5, 0.5, 0.75], radius: radius, into: &found)
      #expect(free == found.count { $0 == .free })
      return found
    }
    #expect(statuses(.l2, [-0.25, 0.125, 0, 0.25], radius: 3) == [.atLower, .free, .free, .atUpper])
    #expect(statuses(.linf, [-0.25, 0.375, -0.375, 0], radius: 0.375) == [.atLower, .atRadius, .atRadius, .free])
    #expect(statuses(.l1, [-0.25, 0.5, 0, 0.125], radius: 0.875) == [.atLower, .atUpper, .atZero, .free])
    // Inside the cross-polytope, 0 is no kink that holds anything.
    #expect(statuses(.l1, [-0.25, 0.125, 0, 0.125], radius: 0.875) == [.atLower, .free, .free, .free])
    #expect(statuses(.l2, [0, 0, 0, 0], radius: 0) == [.atRadius, .atRadius, .atRadius, .atRadius])
    let ball = PerturbationSet<Double>(norm: .l2, dimension: 2)
    #expect(ball.isNormActive([0.6, 0.8], radius: 1) && !ball.isNormActive([0.6, 0.7], radius: 1))
  }
}
