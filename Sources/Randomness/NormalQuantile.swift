/// The inverse of the normal distribution function at 1/2 + q, for 0 < 1/2 + q < 1.
///
/// Three rational approximations, each of degree 7 over 7: in 0.180625 - q^2 where |q| <= 0.425, else in
/// sqrt(-log p) - 1.6 or - 5 with p = 1/2 - |q| the distance to the nearer end. Relative error about 1e-16 before
/// rounding. Odd in q to the last bit.
///
/// Only +, -, *, / and the square root are used, which IEEE 754 rounds exactly, and no system mathematics library:
/// the normal numbers of a seed are the same bits on every platform.
///
/// Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution" (Applied Statistics 1988),
/// routine PPND16.
@usableFromInline enum NormalQuantile {
  /// Whether q is in the central region, 85 % of all draws.
  @inlinable @inline(__always) static func isCentral(_ q: Double) -> Bool { q.magnitude <= 0.425 }

  @inlinable @inline(__always) static func at(_ q: Double) -> Double { isCentral(q) ? central(q) : tail(q) }

  @inlinable @inline(__always) static func central(_ q: Double) -> Double {
    let r = 0.180625 - q * q
    var a = 2.5090809287301226727e3
    a = a * r + 3.3430575583588128105e4
    a = a * r + 6.7265770927008700853e4
    a = a * r + 4.5921953931549871457e4
    a = a * r + 1.3731693765509461125e4
    a = a * r + 1.9715909503065514427e3
    a = a * r + 1.3314166789178437745e2
    a = a * r + 3.3871328727963666080
    var b = 5.2264952788528545610e3
    b = b * r + 2.8729085735721942674e4
    b = b * r + 3.9307895800092710610e4
    b = b * r + 2.1213794301586595867e4
    b = b * r + 5.3941960214247511077e3
    b = b * r + 6.8718700749205790830e2
    b = b * r + 4.2313330701600911252e1
    b = b * r + 1
    return q * a / b
  }

  /// Outside the central region.
  @usableFromInline static func tail(_ q: Double) -> Double {
    var r = (-logarithm(0.5 - q.magnitude)).squareRoot()
    var a, b: Double
    if r <= 5 {
      r -= 1.6
      a = 7.74545014278341407640e-4
      a = a * r + 2.27238449892691845833e-2
      a = a * r + 2.41780725177450611770e-1
      a = a * r + 1.27045825245236838258
      a = a * r + 3.64784832476320460504
      a = a * r + 5.76949722146069140550
      a = a * r + 4.63033784615654529590
      a = a * r + 1.42343711074968357734
      b = 1.05075007164441684324e-9
      b = b * r + 5.47593808499534494600e-4
      b = b * r + 1.51986665636164571966e-2
      b = b * r + 1.48103976427480074590e-1
      b = b * r + 6.89767334985100004550e-1
      b = b * r + 1.67638483018380384940
      b = b * r + 2.05319162663775882187
      b = b * r + 1
    } else {
      r -= 5
      a = 2.01033439929228813265e-7
      a = a * r + 2.71155556874348757815e-5
      a = a * r + 1.24266094738807843860e-3
      a = a * r + 2.65321895265761230930e-2
      a = a * r + 2.96560571828504891230e-1
      a = a * r + 1.78482653991729133580
      a = a * r + 5.46378491116411436990
      a = a * r + 6.65790464350110377720
      b = 2.04426310338993978564e-15
      b = b * r + 1.42151175831644588870e-7
      b = b * r + 1.84631831751005468180e-5
      b = b * r + 7.86869131145613259100e-4
      b = b * r + 1.48753612908506148525e-2
      b = b * r + 1.36929880922735805310e-1
      b = b * r + 5.99832206555887937690e-1
      b = b * r + 1
    }
    return q < 0 ? -a / b : a / b
  }

  /// log x for a normal number x > 0, to about 1 ulp: with x = 2^e m, sqrt(1/2) <= m < sqrt 2 and s = (m-1)/(m+1),
  /// log x = e log 2 + 2 artanh s, whose series converges by a factor of at least 34 a term.
  static func logarithm(_ x: Double) -> Double {
    var e = Double(x.exponent)
    var m = x.significand
    if m > 1.4142135623730951 {
      m *= 0.5
      e += 1
    }
    let s = (m - 1) / (m + 1)
    let t = s * s
    var sum = 1.0 / 23
    for k in Swift.stride(from: 21.0, through: 3, by: -2) { sum = sum * t + 1 / k }
    return e * 0.6931471805599453 + (2 * s + 2 * s * t * sum)
  }
}
