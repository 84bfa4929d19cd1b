/// What the factorizations need of LAPACK, for each precision.
///
/// All routines are column-major, as LAPACK is: a row-major matrix arrives as its transpose. They return LAPACK's
/// `info`: 0 when done, i > 0 for a failure at index i (counted from 1).
public protocol LAPACKScalar {
  static func potrf(upper: Bool, _ n: Int, _ a: UnsafeMutablePointer<Self>, _ stride: Int) -> Int
  /// x <- op(A)^-1 x for a row-major triangle A.
  static func trsv(
    lower: Bool, transpose: Bool, _ n: Int, _ a: UnsafePointer<Self>, _ stride: Int, _ x: UnsafeMutablePointer<Self>)
  static func getrf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Self>, _ stride: Int, _ pivots: UnsafeMutablePointer<Int32>) -> Int
  static func getrs(
    transpose: Bool, _ n: Int, _ columns: Int, _ lu: UnsafePointer<Self>, _ stride: Int,
    _ pivots: UnsafePointer<Int32>, _ b: UnsafeMutablePointer<Self>, _ strideB: Int) -> Int
  static func getri(
    _ n: Int, _ lu: UnsafeMutablePointer<Self>, _ stride: Int, _ pivots: UnsafePointer<Int32>) -> Int
  static func gecon(
    _ n: Int, _ lu: UnsafePointer<Self>, _ stride: Int, norm1: Self, _ reciprocal: UnsafeMutablePointer<Self>) -> Int
  static func gelqf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Self>, _ stride: Int, _ tau: UnsafeMutablePointer<Self>) -> Int
  static func orglq(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Self>, _ stride: Int, _ tau: UnsafePointer<Self>) -> Int
  static func syevd(
    vectors: Bool, upper: Bool, _ n: Int, _ a: UnsafeMutablePointer<Self>, _ stride: Int,
    _ values: UnsafeMutablePointer<Self>) -> Int
  /// Right eigenvectors are written only when `vectors` is not nil.
  static func geev(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, _ stride: Int, _ real: UnsafeMutablePointer<Self>,
    _ imaginary: UnsafeMutablePointer<Self>, _ vectors: UnsafeMutablePointer<Self>?, _ strideV: Int) -> Int
  static func gesdd(
    vectors: Bool, _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Self>, _ stride: Int,
    _ s: UnsafeMutablePointer<Self>, _ u: UnsafeMutablePointer<Self>, _ strideU: Int,
    _ vt: UnsafeMutablePointer<Self>, _ strideVT: Int) -> Int
}
