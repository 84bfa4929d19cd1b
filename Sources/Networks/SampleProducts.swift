import CKernels
import LinearAlgebra

// The kernels of CKernels/network.h in either precision. Samples run along the rows of b, c, g, x, s, f and y.

/// The smallest multiple of the kernels' sample group that is at least `count`.
@inline(__always) func paddedSamples(_ count: Int) -> Int {
  let group = Int(SHALLOWS_SAMPLE_GROUP)
  return (count + group - 1) / group * group
}

/// A distance between rows for `samples` columns that does not put all rows into the same sets of the cache.
@inline(__always) func paddedRow(_ samples: Int) -> Int {
  let padded = paddedSamples(samples)
  return padded % 64 == 0 ? padded + Int(SHALLOWS_SAMPLE_GROUP) : padded
}

/// c = a b, elementwise times s where given; a is m x d with the given strides.
@inline(__always) func samplesProduct<T: Scalar>(
  _ m: Int, _ d: Int, _ n: Int, _ a: UnsafePointer<T>, rowStride: Int, columnStride: Int, _ b: UnsafePointer<T>,
  _ ldb: Int, times s: UnsafePointer<T>? = nil, _ c: UnsafeMutablePointer<T>, _ ldc: Int
) {
  if T.self == Double.self {
    shallows_samples_product_f64(
      Int64(m), Int64(d), Int64(n), rebound(a), Int64(rowStride), Int64(columnStride), rebound(b), Int64(ldb),
      s.map { rebound($0) }, rebound(c), Int64(ldc))
  } else {
    shallows_samples_product_f32(
      Int64(m), Int64(d), Int64(n), rebound(a), Int64(rowStride), Int64(columnStride), rebound(b), Int64(ldb),
      s.map { rebound($0) }, rebound(c), Int64(ldc))
  }
}

/// c = g x^T, m x d with rows d apart.
@inline(__always) func samplesOuter<T: Scalar>(
  _ m: Int, _ d: Int, _ n: Int, _ g: UnsafePointer<T>, _ ldg: Int, _ x: UnsafePointer<T>, _ ldx: Int,
  _ c: UnsafeMutablePointer<T>
) {
  if T.self == Double.self {
    shallows_samples_outer_f64(
      Int64(m), Int64(d), Int64(n), rebound(g), Int64(ldg), rebound(x), Int64(ldx), rebound(c), Int64(d))
  } else {
    shallows_samples_outer_f32(
      Int64(m), Int64(d), Int64(n), rebound(g), Int64(ldg), rebound(x), Int64(ldx), rebound(c), Int64(d))
  }
}

/// f <- scale (f - y) for the first `count` of n samples, 0 beyond; the sum of (f - y)^2 / 2.
@inline(__always) func samplesResidual<T: Scalar>(
  _ k: Int, _ count: Int, _ n: Int, _ scale: T, _ f: UnsafeMutablePointer<T>, _ ldf: Int, _ y: UnsafePointer<T>,
  _ ldy: Int
) -> T {
  if T.self == Double.self {
    unsafeBitCast(
      shallows_samples_residual_f64(
        Int64(k), Int64(count), Int64(n), unsafeBitCast(scale, to: Double.self), rebound(f), Int64(ldf), rebound(y),
        Int64(ldy)), to: T.self)
  } else {
    unsafeBitCast(
      shallows_samples_residual_f32(
        Int64(k), Int64(count), Int64(n), unsafeBitCast(scale, to: Float.self), rebound(f), Int64(ldf), rebound(y),
        Int64(ldy)), to: T.self)
  }
}

@inline(__always) func rebound<T, U>(_ pointer: UnsafePointer<T>) -> UnsafePointer<U> {
  UnsafeRawPointer(pointer).assumingMemoryBound(to: U.self)
}

@inline(__always) func rebound<T, U>(_ pointer: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<U> {
  UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: U.self)
}
