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
    let value = NormalQuantile.at((Double(k) + 0.5) * 0x1p-52)
    #expect(abs(value - z) <= 1e-15 * abs(z), "\(value) instead of \(z)")
  }

  @Test func isOddToTheLastBit() {
    for q in [1e-16, 0.1, 0.3, 0.425, 0.43, 0.49, 0.499999, 0.4999999999999] {
      #expect(NormalQuantile.at(-q) == -NormalQuantile.at(q))
    }
  }

  /// The three pieces meet: across |q| = 0.425 and across p = exp(-25) the function rises by what its slope says.
  @Test(arguments: [0.425, 0.5 - exp(-25.0)]) func piecesMeet(q: Double) {
    let h = 0x1p-50
    let rise = NormalQuantile.at(q + h) - NormalQuantile.at(q - h)
    let z = NormalQuantile.at(q)
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
      #expect(abs(NormalQuantile.logarithm(x) - reference) <= 3 * reference.ulp, "x = \(x)")
    }
  }
}
