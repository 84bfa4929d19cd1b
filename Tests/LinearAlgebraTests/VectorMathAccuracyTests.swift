import LinearAlgebra
import Testing

/// The kernels against many-digit references at hard points.
///
/// The distance of a result to the correctly rounded one is an integer number of ulp; an error of at most 2 ulp of
/// the exact value makes it at most 2. The worst errors found in a search are 1.83 (tanh f64) and 1.83 (tanh f32).
@Suite struct VectorMathAccuracyTests {
  static let unary = ["exp", "expm1", "log", "log1p", "tanh", "sigmoid", "erf", "acos"]

  @Test(arguments: unary) func double(function: String) {
    let (x, expected) = columns(reference(function, double: true)) { Double(bitPattern: $0) }
    check(function, x, expected, apply(function, x))
  }

  @Test(arguments: unary) func float(function: String) {
    let (x, expected) = columns(reference(function, double: false)) { Float(bitPattern: UInt32($0)) }
    check(function, x, expected, apply(function, x))
  }

  @Test func atan2Double() {
    let rows = table(VectorMathDoubleReference.atan2)
    let bits = { (u: UInt64) in Double(bitPattern: u) }
    let y = rows.map { number($0[0], bits) }, x = rows.map { number($0[1], bits) }
    check("atan2", y, rows.map { number($0[2], bits) }, VectorMath.atan2(y, x))
  }

  @Test func atan2Float() {
    let bits = { (u: UInt64) in Float(bitPattern: UInt32(u)) }
    let rows = table(VectorMathFloatReference.atan2)
    let y = rows.map { number($0[0], bits) }, x = rows.map { number($0[1], bits) }
    check("atan2", y, rows.map { number($0[2], bits) }, VectorMath.atan2(y, x))
  }

  private func check<E: Scalar>(_ function: String, _ x: [E], _ expected: [E], _ actual: [E]) {
    #expect(x.count > 150 && actual.count == x.count)
    for (i, (want, got)) in zip(expected, actual).enumerated() {
      if want.isNaN {
        #expect(got.isNaN, "\(function)(\(x[i])) = \(got)")
      } else {
        let near = abs(steps(want) - steps(got)) <= 2 && want.sign == got.sign
        let special = want.isZero || want.isInfinite || want.magnitude == 1 && x[i].isInfinite
        #expect(special ? want == got && want.sign == got.sign : near, "\(function)(\(x[i])) = \(got), not \(want)")
      }
    }
  }

  /// The number of floating-point numbers between 0 and x, with the sign of x.
  private func steps<E: Scalar>(_ x: E) -> Int {
    let magnitude =
      if let x = x as? Double { Int(x.magnitude.bitPattern) } else { Int((x as! Float).magnitude.bitPattern) }
    return x.sign == .minus ? -magnitude : magnitude
  }

  private func table(_ text: String) -> [[Substring]] {
    text.split(whereSeparator: { $0 == "," || $0 == "\n" }).map { $0.split(separator: " ") }
  }

  private func number<E: Scalar>(_ text: Substring, _ make: (UInt64) -> E) -> E {
    text == "nan" ? .nan : make(UInt64(text, radix: 16)!)
  }

  private func columns<E: Scalar>(_ text: String, _ make: (UInt64) -> E) -> ([E], [E]) {
    let rows = table(text)
    return (rows.map { number($0[0], make) }, rows.map { number($0[1], make) })
  }

  private func reference(_ function: String, double: Bool) -> String {
    typealias D = VectorMathDoubleReference
    typealias F = VectorMathFloatReference
    switch function {
    case "exp": return double ? D.exp : F.exp
    case "expm1": return double ? D.expm1 : F.expm1
    case "log": return double ? D.log : F.log
    case "log1p": return double ? D.log1p : F.log1p
    case "tanh": return double ? D.tanh : F.tanh
    case "sigmoid": return double ? D.sigmoid : F.sigmoid
    case "erf": return double ? D.erf : F.erf
    default: return double ? D.acos : F.acos
    }
  }
}

/// The kernel of a given name.
func apply<E: Scalar>(_ function: String, _ x: [E]) -> [E] {
  switch function {
  case "exp": return VectorMath.exp(x)
  case "expm1": return VectorMath.expm1(x)
  case "log": return VectorMath.log(x)
  case "log1p": return VectorMath.log1p(x)
  case "tanh": return VectorMath.tanh(x)
  case "sigmoid": return VectorMath.sigmoid(x)
  case "erf": return VectorMath.erf(x)
  case "acos": return VectorMath.acos(x)
  default: preconditionFailure("no kernel \(function)")
  }
}
