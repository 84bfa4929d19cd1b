public import CKernels
import LinearAlgebra

extension RandomStream {
  /// A normal number of mean 0 and variance 1.
  ///
  /// The inverse distribution function (Wichura's AS 241, correct to a few ulp) at (k + 1/2) 2^-52, with k the top 52
  /// bits of one word: at most 8.21 in magnitude, symmetric to the last bit, and the same bits on every platform.
  @inlinable public mutating func normal() -> Double { shallows_normal_quantile(shallows_normal_offset(next())) }

  /// A normal number of mean 0 and variance 1: the `Double` rounded to `E`.
  @inlinable public mutating func normal<E: Scalar>(_ type: E.Type = E.self) -> E { E(normal() as Double) }

  /// Fills `count` elements with mean + scale z, z normal: the same z as `count` single draws, some times as fast.
  ///
  /// - Complexity: one word an element; allocates nothing.
  @inlinable public mutating func fillNormal<E: Scalar>(
    _ pointer: UnsafeMutablePointer<E>, count: Int, mean: E = 0, scale: E = 1
  ) {
    // Two times 1024 bytes: larger temporary allocations go to the heap.
    let size = 128
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: size) { words in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: size) { z in
        var start = 0
        while start < count {
          let n = min(size, count - start)
          forEachWord(n) { words[$0] = $1 }
          shallows_normal_quantiles(words.baseAddress!, z.baseAddress!, Int64(n))
          for i in 0..<n { pointer[start + i] = mean + scale * E(z[i]) }
          start += n
        }
      }
    }
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
}
