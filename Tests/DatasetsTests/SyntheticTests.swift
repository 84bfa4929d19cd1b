import Foundation
import LinearAlgebra
import Randomness
import Testing

@testable import Datasets

@Suite struct SyntheticTests {
  @Test func gaussianInputsAreStandardNormalAndTheirBeginningIsFixed() {
    let many = Synthetic.gaussian(samples: 20_000, inputs: 5, stream: RandomStream(seed: 4))
    let x = many.inputs.elements
    let mean = x.reduce(0, +) / 1e5
    let square = x.reduce(0) { $0 + $1 * $1 } / 1e5
    // Standard errors of the mean and of the second moment of 1e5 normals: 0.0032 and 0.0045. Five of each.
    #expect(abs(mean) < 0.016)
    #expect(abs(square - 1) < 0.023)
    for labels in [Synthetic.Labels.signs, .normal, .linear(noise: 0.1), .teacher(width: 3, noise: 0)] {
      let few = Synthetic.gaussian(samples: 40, inputs: 5, labels: labels, stream: RandomStream(seed: 4))
      #expect(few.inputs == many.inputs.selectingRows(0..<40))
    }
  }

  @Test func randomLabelsAreBalanced() throws {
    let stream = RandomStream(seed: 2)
    let data = Synthetic.gaussian(samples: 30_000, inputs: 1, labels: .random(classes: 3), stream: stream)
    #expect(data.classes == ["0", "1", "2"])
    // Standard deviation of a count: sqrt(30000 * 2/9) = 82. Five of them.
    for c in data.summary().classCounts { #expect(abs(c.count - 10_000) < 410) }
    let signs = Synthetic.gaussian(samples: 10, inputs: 2, stream: RandomStream(seed: 2))
    #expect(signs.classes == ["-1", "1"])
    #expect(Set(try #require(signs.signs()).elements) == [-1, 1])
  }

  @Test func linearTargetsFollowAUnitVector() throws {
    let data = Synthetic.gaussian(samples: 50_000, inputs: 3, labels: .linear(noise: 0), stream: RandomStream(seed: 6))
    let y = data.oneHot()
    #expect(y.columns == 1)
    // E[x y] = u, of length 1; the standard error of each component is at most sqrt(2 / 50000) = 0.0063. Five of it.
    let u = (0..<3).map { j in (0..<data.count).reduce(0) { $0 + data.inputs[$1, j] * y[$1, 0] } / 50_000 }
    #expect(abs(u.reduce(0) { $0 + $1 * $1 }.squareRoot() - 1) < 0.032)
  }

  @Test func teachersAreBoundedAndNoiseHasItsSize() throws {
    func values(_ noise: Double) -> [Double] {
      let data = Synthetic.gaussian(samples: 20_000, inputs: 4, labels: .teacher(width: 4, noise: noise),
        stream: RandomStream(seed: 9))
      guard case .values(let y, _) = data.target else { return [] }
      return y.elements
    }
    let (clean, noisy) = (values(0), values(0.5))
    // m^(-1/2) times m terms below 1 in magnitude.
    #expect(clean.allSatisfy { abs($0) < 2 })
    #expect(Set(clean).count == 20_000)
    let variance = zip(clean, noisy).reduce(0) { $0 + ($1.1 - $1.0) * ($1.1 - $1.0) } / 20_000
    // Standard error of the variance: 0.25 sqrt(2 / 20000) = 0.0025. Five of it.
    #expect(abs(variance - 0.25) < 0.0125)
  }

  @Test func shapesInThePlaneLieOnTheirCurves() throws {
    let stream = RandomStream(seed: 1)
    let moons = Synthetic.twoMoons(samples: 101, noise: 0, stream: stream)
    let rings = Synthetic.rings(samples: 99, classes: 3, noise: 0, stream: stream)
    let spirals = Synthetic.spirals(samples: 100, classes: 4, turns: 1.5, noise: 0, stream: stream)
    #expect(moons.summary().classCounts.map(\.count) == [51, 50])
    #expect(rings.summary().classCounts.map(\.count) == [33, 33, 33])
    for i in 0..<99 {
      let (x, y) = (moons.inputs[i, 0], moons.inputs[i, 1])
      // Rounding of a sine, a cosine and a few sums: a few units of 1.1e-16.
      #expect(i % 2 == 0 ? abs(hypot(x, y) - 1) < 1e-15 && y >= 0 : abs(hypot(x - 1, y - 0.5) - 1) < 1e-15 && y <= 0.5)
      #expect(abs(hypot(rings.inputs[i, 0], rings.inputs[i, 1]) - Double(i % 3 + 1)) < 2e-15)
      let (a, b) = (spirals.inputs[i, 0], spirals.inputs[i, 1])
      let expected = 2 * Double.pi * (1.5 * hypot(a, b) + Double(i % 4) / 4)
      #expect(abs(sin(atan2(b, a) - expected)) < 1e-13 && cos(atan2(b, a) - expected) > 0)
    }
  }
}
