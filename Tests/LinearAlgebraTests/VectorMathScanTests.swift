import LinearAlgebra
import RealModule
import Testing

/// Properties over scans of the whole range of arguments.
@Suite struct VectorMathScanTests {
  /// Floats of both signs and all exponents: every 20,011th bit pattern, about 200,000 numbers.
  static let allExponents: [Float] = stride(from: UInt32(0), to: 0xff80_0000, by: 20_011)
    .map { Float(bitPattern: $0) }.filter { $0.isFinite }

  /// libm in double precision is a reference for single precision: its error of 1e-9 float ulp does not matter.
  @Test(arguments: VectorMathAccuracyTests.unary) func floatAgainstLibm(function: String) {
    let reference: (Double) -> Double =
      switch function {
      case "exp": Double.exp
      case "expm1": Double.expMinusOne
      case "log": { $0 < 0 ? .nan : Double.log($0) }
      case "log1p": { $0 < -1 ? .nan : Double.log(onePlus: $0) }
      case "tanh": Double.tanh
      case "sigmoid": { 1 / (1 + Double.exp(-$0)) }
      case "erf": Double.erf
      default: { abs($0) > 1 ? .nan : Double.acos($0) }
      }
    var worst = 0.0, at: Float = 0
    for (x, y) in zip(Self.allExponents, apply(function, Self.allExponents)) {
      let exact = reference(Double(x))
      if exact.isNaN || exact.magnitude >= 0x1.ffffffp127 {
        #expect(exact.isNaN ? y.isNaN : Double(y) == (exact < 0 ? -.infinity : .infinity), "\(function)(\(x)) = \(y)")
        continue
      }
      let unit = max(Float(exact.magnitude).ulp, .leastNonzeroMagnitude)
      let error = (Double(y) - exact).magnitude / Double(unit)
      if !(error <= worst) { (worst, at) = (error, x) }
    }
    #expect(worst <= 2, "\(function)(\(at)) is \(worst) ulp off")
  }

  /// Odd functions are odd to the last bit.
  @Test(arguments: ["tanh", "erf"]) func odd(function: String) {
    let positive = apply(function, Self.allExponents), negative = apply(function, Self.allExponents.map { -$0 })
    #expect(zip(positive, negative).allSatisfy { $0.bitPattern == (-$1).bitPattern })
  }

  /// Nondecreasing up to 2 ulp: neighbours may swap by rounding, but branches must meet.
  @Test(arguments: ["exp", "expm1", "tanh", "sigmoid", "erf"]) func nearlyMonotone(function: String) {
    let x = (0..<200_000).map { -30 + 60 * Double($0) / 200_000 }
    let y = apply(function, x)
    #expect(zip(y, y.dropFirst()).allSatisfy { $1 >= $0 - 2 * $0.ulp })
  }

  /// exp(log x) = x up to the error of the logarithm: |log x| ulp/2 is magnified into the result.
  @Test func inverses() {
    let x = (1..<10_000).map { Double($0) * 1e-3 }
    for (x, y) in zip(x, VectorMath.exp(VectorMath.log(x))) {
      #expect((y - x).magnitude <= (2 + 2 * Double.log(x).magnitude) * x.ulp * 2)
    }
  }
}
