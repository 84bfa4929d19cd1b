import CKernels
import LinearAlgebra

// The "rows" kernels of CKernels/network.h in either precision: samples are rows, and may be listed by number.

/// A factor with rows `stride` apart: all of them in their order, or the listed ones.
package struct Rows<Element: Scalar> {
  package let pointer: UnsafePointer<Element>
  package let stride: Int
  package var list: UnsafePointer<Int32>?

  package init(pointer: UnsafePointer<Element>, stride: Int, list: UnsafePointer<Int32>? = nil) {
    (self.pointer, self.stride, self.list) = (pointer, stride, list)
  }
}

/// The smallest number of whole vectors that holds `count` elements, in elements.
@inline(__always) package func paddedLanes(_ count: Int) -> Int {
  let group = Int(SHALLOWS_ROW_GROUP)
  return (count + group - 1) / group * group
}

/// c = a b, elementwise times s where given, or c += a b; a is m x d, or d x m where `transposed`; b is d x n with rows
/// that can be read up to whole vectors.
@inline(__always) package func rowsProduct<T: Scalar>(
  _ m: Int, _ d: Int, _ n: Int, _ a: Rows<T>, transposed: Bool = false, _ b: UnsafePointer<T>, _ ldb: Int,
  times s: UnsafePointer<T>? = nil, adding: Bool = false, into c: UnsafeMutablePointer<T>, _ ldc: Int
) {
  let (row, column) = transposed ? (1, Int64(a.stride)) : (Int64(a.stride), 1)
  if T.self == Double.self {
    shallows_rows_product_f64(
      Int64(m), Int64(d), Int64(n), rebound(a.pointer), row, column, a.list, rebound(b), Int64(ldb),
      s.map { rebound($0) }, adding ? 1 : 0, rebound(c), Int64(ldc))
  } else {
    shallows_rows_product_f32(
      Int64(m), Int64(d), Int64(n), rebound(a.pointer), row, column, a.list, rebound(b), Int64(ldb),
      s.map { rebound($0) }, adding ? 1 : 0, rebound(c), Int64(ldc))
  }
}

/// c = g^T x, or c += g^T x, for one panel of samples and one strip of inputs; g is count x m and x count x n.
@inline(__always) func rowsGradient<T: Scalar>(
  _ m: Int, _ count: Int, _ n: Int, _ g: UnsafePointer<T>, _ ldg: Int, _ x: Rows<T>, adding: Bool,
  into c: UnsafeMutablePointer<T>, _ ldc: Int
) {
  if T.self == Double.self {
    shallows_rows_gradient_f64(
      Int64(m), Int64(count), Int64(n), rebound(g), Int64(ldg), rebound(x.pointer), Int64(x.stride), x.list,
      adding ? 1 : 0, rebound(c), Int64(ldc))
  } else {
    shallows_rows_gradient_f32(
      Int64(m), Int64(count), Int64(n), rebound(g), Int64(ldg), rebound(x.pointer), Int64(x.stride), x.list,
      adding ? 1 : 0, rebound(c), Int64(ldc))
  }
}

/// c = a^T with zeros up to `ldc` columns; a is m x d.
@inline(__always) package func rowsTranspose<T: Scalar>(
  _ m: Int, _ d: Int, _ a: UnsafePointer<T>, _ lda: Int, into c: UnsafeMutablePointer<T>, _ ldc: Int
) {
  if T.self == Double.self {
    shallows_rows_transpose_f64(Int64(m), Int64(d), rebound(a), Int64(lda), rebound(c), Int64(ldc))
  } else {
    shallows_rows_transpose_f32(Int64(m), Int64(d), rebound(a), Int64(lda), rebound(c), Int64(ldc))
  }
}
