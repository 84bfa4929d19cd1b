import CKernels
import Foundation
import Testing

@testable import Randomness

@Suite struct NormalQuantileTests {
  /// sqrt(2) erfinv(2q) at q = (k + 1/2) 2^-52, by mpmath with 40 digits.
  static let exact: [(k: Int64, z: Double)] = [
    (-(1 << 51), -8.2095361516013868556), (-(1 << 51) + 1, -8.0765710041301246502),
    (-(1 << 50), -0.67448975019608139383), (0, 2.7829164246717669222e-16), (1 << 40, 0.00061196983180919887394),
    (1_913_999_999_999_999, 1.4394846627686048274), (1_914_000_000_000_000, 1.4394846627686063959),
    (1_891_511_843_495_608, 1.4050715603096328248), (2_251_662_374_731_776, 4.0087725941694441979),
    (2_251_799_812_636_672, 6.2302602126886423644), (2_251_799_813_655_248, 6.765091970401227032),
    ((1 << 51) - 1, 8.2095361516013868556),
  ]

  /// Eight roundings in a row at worst come to 4 ulp; 1e-15 is 4.5 of them.
  @Test(arguments: exact) func agreesWithManyDigits(k: Int64, z: Double) {
    let value = shallows_normal_quantile((Double(k) + 0.5) * 0x1p-52)
    #expect(abs(value - z) <= 1e-15 * abs(z), "\(value) instead of \(z)")
  }

  @Test func isOddToTheLastBit() {
    for q in [1e-16, 0.1, 0.3, 0.425, 0.43, 0.49, 0.499999, 0.4999999999999] {
      #expect(shallows_normal_quantile(-q) == -shallows_normal_quantile(q))
    }
  }

  /// The three pieces meet: across |q| = 0.425 and across p = exp(-25) the function rises by what its slope says.
  @Test(arguments: [0.425, 0.5 - exp(-25.0)]) func piecesMeet(q: Double) {
    let h = 0x1p-50
    let rise = shallows_normal_quantile(q + h) - shallows_normal_quantile(q - h)
    let z = shallows_normal_quantile(q)
    let slope = (2 * Double.pi).squareRoot() * exp(z * z / 2)
    // Two values of 2 ulp each, and the third-order term of the rise, about (h / p)^2 of it with p = 1/2 - q.
    let p = 0.5 - q
    #expect(abs(rise - 2 * h * slope) <= 4 * z.ulp + rise * (h / p) * (h / p))
  }

  /// Within 2 ulp of the system's logarithm, itself within 1.
  @Test func logarithm() {
    for i in 1...2000 {
      let x = exp(-Double(i) * 0.0185)
      let reference = log(x)
      #expect(abs(shallows_plain_log(x) - reference) <= 3 * reference.ulp, "x = \(x)")
    }
  }

  /// The bulk kernel, at whatever vector width this machine has, gives the bits of the scalar function: for the words of
  /// a stream, and for words next to every boundary between the three formulas, extremes of both signs included.
  @Test func bulkHasTheBitsOfTheScalar() {
    var stream = RandomStream(seed: 30)
    var words = (0..<20_001).map { _ in stream.next() }
    let boundaries = [0, 0.425, 0.5 - exp(-25.0), 0.5 - 0x1p-30, 0.5].flatMap { [$0, -$0] }
    for q in boundaries {
      let k = Int64((q * 0x1p52).rounded())
      for offset in -20...20 as ClosedRange<Int64> {
        let top = min(max(k + offset, -(1 << 51)), (1 << 51) - 1)
        words.append(UInt64(bitPattern: top << 12) | stream.next() >> 52)
      }
    }
    var z = [Double](repeating: .nan, count: words.count)
    shallows_normal_quantiles(words, &z, Int64(words.count))
    for (word, value) in zip(words, z) {
      let q = (Double(Int64(bitPattern: word) >> 12) + 0.5) * 0x1p-52
      #expect(shallows_normal_offset(word) == q)
      #expect(shallows_normal_quantile(q) == value, "q = \(q)")
    }
    #expect(z.contains { abs($0) > 8.2 })
  }
}
