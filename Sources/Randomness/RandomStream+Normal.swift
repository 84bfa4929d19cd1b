import LinearAlgebra

extension RandomStream {
  /// A normal number of mean 0 and variance 1.
  ///
  /// The inverse distribution function at (k + 1/2) 2^-52, with k the top 52 bits of one word: at most 8.21 in
  /// magnitude, symmetric to the last bit, and the same bits on every platform.
  @inlinable public mutating func normal() -> Double { Self.normal(next()) }

  /// A normal number of mean 0 and variance 1: the `Double` rounded to `E`.
  @inlinable public mutating func normal<E: Scalar>(_ type: E.Type = E.self) -> E { E(Self.normal(next())) }

  /// Fills `count` elements with mean + scale z, z normal: the same z as `count` single draws.
  ///
  /// - Complexity: one word an element.
  @inlinable public mutating func fillNormal<E: Scalar>(
    _ pointer: UnsafeMutablePointer<E>, count: Int, mean: E = 0, scale: E = 1
  ) {
    forEachWord(count) { pointer[$0] = mean + scale * E(Self.normal($1)) }
  }

  /// `count` normal numbers; see ``fillNormal(_:count:mean:scale:)``.
  public mutating func normals<E: Scalar>(_ count: Int, mean: E = 0, scale: E = 1) -> [E] {
    Array(unsafeUninitializedCapacity: count) {
      if let base = $0.baseAddress { fillNormal(base, count: count, mean: mean, scale: scale) }
      $1 = count
    }
  }

  /// A matrix of independent normal numbers, drawn row after row.
  public mutating func normalMatrix<E: Scalar>(
    rows: Int, columns: Int, mean: E = 0, scale: E = 1
  ) -> Matrix<E> {
    Matrix(rows: rows, columns: columns, elements: normals(rows * columns, mean: mean, scale: scale))
  }

  @inlinable @inline(__always) static func normal(_ word: UInt64) -> Double {
    NormalQuantile.at((Double(Int64(bitPattern: word) >> 12) + 0.5) * 0x1p-52)
  }
}
