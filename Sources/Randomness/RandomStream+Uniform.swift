import LinearAlgebra

extension RandomStream {
  /// A number uniform on [0, 1): a multiple of 2^-53 from the top 53 bits of one word.
  @inlinable public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number uniform on `range`, from one word.
  ///
  /// It is a + (b - a) u, with u a multiple of 2^-53 on [0, 1) for `Double` and of 2^-24 for `Float`. Where rounding
  /// would give b, the number below b is returned instead.
  ///
  /// - Precondition: the range is not empty and its bounds are finite.
  @inlinable public mutating func uniform<E: Scalar>(_ type: E.Type = E.self, in range: Range<E>) -> E {
    precondition(!range.isEmpty, "there is no number in an empty range")
    return Self.uniform(next(), in: range)
  }

  /// Fills `count` elements with numbers uniform on `range`: the same as `count` single draws.
  ///
  /// - Precondition: the range is not empty and its bounds are finite.
  /// - Complexity: one word an element.
  @inlinable public mutating func fillUniform<E: Scalar>(
    _ pointer: UnsafeMutablePointer<E>, count: Int, in range: Range<E> = 0..<1
  ) {
    precondition(!range.isEmpty, "there is no number in an empty range")
    forEachWord(count) { pointer[$0] = Self.uniform($1, in: range) }
  }

  /// `count` numbers uniform on `range`; see ``fillUniform(_:count:in:)``.
  public mutating func uniforms<E: Scalar>(_ count: Int, in range: Range<E> = 0..<1) -> [E] {
    Array(unsafeUninitializedCapacity: count) {
      if let base = $0.baseAddress { fillUniform(base, count: count, in: range) }
      $1 = count
    }
  }

  /// An integer uniform on 0..<bound, without bias.
  ///
  /// The high half of a word times the bound; the low half tells the few words that must be drawn again.
  /// Source: Lemire, "Fast random integer generation in an interval" (ACM TOMACS 2019), algorithm 5.
  ///
  /// - Precondition: `bound` is positive.
  @inlinable public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "there is no integer in 0..<\(bound)")
    let n = UInt64(bound)
    var product = next().multipliedFullWidth(by: n)
    if product.low < n {
      let threshold = (0 &- n) % n
      while product.low < threshold { product = next().multipliedFullWidth(by: n) }
    }
    return Int(product.high)
  }

  @inlinable @inline(__always)
  static func uniform<E: Scalar>(_ word: UInt64, in range: Range<E>) -> E {
    let bits = E.significandBitCount + 1
    let unit = E(sign: .plus, exponent: E.Exponent(-bits), significand: 1)
    // The top bits fit into a signed integer, whose conversion is one instruction.
    let u = E(Int64(bitPattern: word >> UInt64(64 - bits))) * unit
    let x = range.lowerBound + (range.upperBound - range.lowerBound) * u
    return x < range.upperBound ? x : range.upperBound.nextDown
  }
}
