import LinearAlgebra
import Networks
import Randomness
import Testing

@testable import Adversaries

/// Lines around activations, curvature ranges and chords, against dense samples.
@Suite struct LinearRelaxationTests {
  private func intervals(_ seed: UInt64) -> [ClosedRange<Double>] {
    var random = RandomStream(seed: seed)
    return (0..<120).map { i in
      let scale = [0.01, 0.3, 1, 4, 30][i % 5]
      let (a, b) = (random.normal() * 2, random.normal() * scale)
      return min(a, a + b)...max(a, a + b)
    } + [-1...1, 0...2, -3...0, 0...0, 1.5...1.5, -50...60, -0.5...1e-9, 2.5...9, -9 ... -2.5]
  }

  @Test(arguments: Activation.allCases)
  func linesHoldTheActivationBetweenThem(_ activation: Activation) {
    var random = RandomStream(seed: 7)
    for interval in intervals(1) {
      let (l, u) = (interval.lowerBound, interval.upperBound)
      for point in [nil, l, u, l + (u - l) * random.uniform()] {
        let lines = LinearRelaxation(activation, on: interval, at: point)
        for i in 0...400 {
          let z = min(max(l + (u - l) * Double(i) / 400, l), u)
          let value: Double = activation.value(z)
          #expect(lines.lower(z) <= value && value <= lines.upper(z), "\(activation) on \(interval) at \(z)")
        }
      }
    }
  }

  /// At its own point each line reaches the envelope, found here as the best chord over a grid of pairs around it.
  @Test(arguments: Activation.allCases)
  func linesTouchTheEnvelopes(_ activation: Activation) {
    for interval in intervals(2).prefix(40) {
      let (l, u) = (interval.lowerBound, interval.upperBound)
      guard u > l else { continue }
      let count = 240
      let grid = (0...count).map { l + (u - l) * Double($0) / Double(count) }
      let values: [Double] = grid.map { activation.value($0) }
      for at in [0, 31, 120, 171, count] {
        let lines = LinearRelaxation(activation, on: interval, at: grid[at])
        var (above, below) = (values[at], values[at])
        for a in 0..<at {
          for b in at + 1..<count + 1 where a < at && at < b {
            let chord = values[a] + (values[b] - values[a]) * Double(at - a) / Double(b - a)
            above = max(above, chord)
            below = min(below, chord)
          }
        }
        // The grid misses tangent points by half a step: |sigma''| step^2 / 8, and a kink by the step times its jump.
        let step = (u - l) / Double(count)
        let missed =
          activation.isSmooth ? activation.bounds.second * step * step / 2 : step
        let rounding = 1e-12 * (1 + max(abs(l), abs(u)))
        #expect(lines.upper(grid[at]) - above < missed + rounding, "\(activation) on \(interval) at \(grid[at])")
        #expect(below - lines.lower(grid[at]) < missed + rounding, "\(activation) on \(interval) at \(grid[at])")
      }
    }
  }

  @Test(arguments: Activation.allCases.filter(\.isSmooth))
  func gapsShrinkWithTheSquareOfTheWidth(_ activation: Activation) {
    for center in [-2.0, -0.7, 0, 0.4, 1.9] {
      for width in [1, 0.1, 0.01] {
        let (l, u) = (center - width / 2, center + width / 2)
        let lines = LinearRelaxation(activation, on: l...u)
        let gap = lines.upper(center) - lines.lower(center)
        #expect(gap <= activation.bounds.second * width * width / 4 + 1e-12)
      }
    }
  }

  @Test(arguments: Activation.allCases.filter(\.isSmooth))
  func curvatureRangesHoldTheCurvature(_ activation: Activation) {
    let curve = ActivationCurve(activation)
    for interval in intervals(3) {
      let (l, u) = (interval.lowerBound, interval.upperBound)
      let range = curve.curvatureRange(l, u)
      var (least, largest) = (Double.infinity, -Double.infinity)
      for i in 0...600 {
        let value: Double = activation.secondDerivative(l + (u - l) * Double(i) / 600)
        least = min(least, value)
        largest = max(largest, value)
      }
      #expect(range.least <= least + 1e-14 && largest <= range.largest + 1e-14)
      // Tight but for the grid: the extremum is missed by half a step, |sigma''''| <= 10.
      let missed = 10 * (u - l) * (u - l) / 360_000 + 1e-14
      #expect(least - range.least <= missed && range.largest - largest <= missed)
    }
  }

  @Test func chordsLieAbove() {
    var random = RandomStream(seed: 11)
    for i in 0..<200 {
      let a = 5 * random.normal()
      let b = a + [0, 1e-12, 1e-3, 1, 20][i % 5] * random.uniform()
      let exponential = Chord.exponential(from: a, to: b, scale: 2)
      let square = Chord.halfSquare(from: a, to: b, shift: 0.7)
      for s in 0...20 {
        let t = min(max(a + (b - a) * Double(s) / 20, a), b)
        #expect(exponential.slope * t + exponential.offset >= Double.exp(t - 2))
        #expect(square.slope * (t + 0.7) + square.offset >= t * t / 2)
      }
      #expect(exponential.slope * b + exponential.offset <= Double.exp(b - 2) * (1 + 1e-10 * (1 + abs(a) + abs(b))))
      #expect(square.slope * (b + 0.7) + square.offset <= b * b / 2 + 1e-10)
    }
  }
}
