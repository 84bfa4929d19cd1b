/// Sums of doubles without rounding, as expansions: numbers without common bits whose sum is the exact one.
///
/// Source: Shewchuk, "Adaptive precision floating-point arithmetic" (Discrete Comput. Geom. 1997), Grow-Expansion.
struct ExactSum {
  private var parts: [Double] = []

  mutating func add(_ value: Double) {
    var carry = value
    var kept: [Double] = []
    for part in parts {
      let sum = carry + part
      let shadow = sum - carry
      let error = (carry - (sum - shadow)) + (part - shadow)
      if error != 0 { kept.append(error) }
      carry = sum
    }
    if carry != 0 { kept.append(carry) }
    parts = kept
  }

  /// Adds `sign` times the exact square; no part of it may underflow.
  mutating func addSquare(_ value: Double, sign: Double = 1) {
    let square = value * value
    add(sign * square)
    add(sign * (-square).addingProduct(value, value))
  }

  /// The sign of the sum, which is that of its largest part, the last one.
  var sign: Int { parts.last.map { $0 > 0 ? 1 : -1 } ?? 0 }
  var estimate: Double { parts.reduce(0, +) }
}
