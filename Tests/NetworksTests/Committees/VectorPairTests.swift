import Foundation
import Networks
import Testing

@Suite struct VectorPairTests {
  @Test(arguments: [0, 1e-150, 1e-17, 1e-8, 1e-3, 0.5, Double.pi / 2, 2, 3, .pi - 1e-3, .pi - 1e-8])
  func measuresTheAngle(angle: Double) {
    for (first, second) in [(1.0, 1.0), (1e-150, 1e150), (3e-8, 4)] {
      // In a coordinate plane the vectors carry small angles without rounding.
      let (u, v) = ([first, 0, 0], [second * cos(angle), second * sin(angle), 0])
      let pair = VectorPair(u, v, dimension: 3)
      #expect(abs(pair.firstNorm / first - 1) < 1e-15 && abs(pair.secondNorm / second - 1) < 1e-15)
      // A few roundings of p - q and p + q, whose components are of order one.
      #expect(abs(pair.angle - angle) < 1e-15, "\(pair.angle)")
      #expect(abs(pair.sine - sin(angle)) < 1e-15 && abs(pair.cosine - cos(angle)) < 1e-15)
      #expect(abs(pair.sine * pair.sine + pair.cosine * pair.cosine - 1) < 1e-15)
      if angle > 0 && angle < 1e-2 {
        #expect(abs(pair.angle / angle - 1) < 1e-15, "a small angle has all its digits")
      }
      let swapped = VectorPair(v, u, dimension: 3)
      #expect(swapped.angle == pair.angle && swapped.sine == pair.sine)
    }
  }

  @Test func antiparallelVectorsKeepTheirDigits() {
    // The sine of pi - a is a, to all digits, although the angle itself has only those of pi.
    for a in [1e-3, 1e-8, 1e-150] {
      let pair = VectorPair([2, 0], [-3 * cos(a), 3 * sin(a)], dimension: 2)
      #expect(abs(pair.sine / sin(a) - 1) < 1e-15 && pair.cosine < 0)
    }
    let opposite = VectorPair([1, 2, 2], [-2, -4, -4], dimension: 3)
    #expect(opposite.angle == .pi && opposite.sine == 0 && opposite.cosine == -1)
  }

  @Test func aZeroVectorHasNoAngle() {
    let pair = VectorPair([0, 0], [3, 4], dimension: 2)
    #expect(pair.firstNorm == 0 && pair.secondNorm == 5 && pair.angle == 0 && pair.sine == 0 && pair.cosine == 1)
  }
}
