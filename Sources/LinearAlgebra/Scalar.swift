import RealModule

/// A real number type with BLAS behind it: `Float` or `Double`.
///
/// Generic code is written once over `Scalar`; the static requirements are the entry points of BLAS for each
/// precision. All matrices are row-major. They are thin: callers outside this module use the checked wrappers
/// on ``MatrixView`` instead.
public protocol Scalar:
  Real, BinaryFloatingPoint, Codable, Sendable, BitwiseCopyable, LosslessStringConvertible, LAPACKScalar, VectorScalar
{
  /// C <- alpha op(A) op(B) + beta C, with op(A) m x k and op(B) k x n.
  static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Self,
    _ a: UnsafePointer<Self>, _ strideA: Int, _ b: UnsafePointer<Self>, _ strideB: Int, _ beta: Self,
    _ c: UnsafeMutablePointer<Self>, _ strideC: Int)

  /// y <- alpha op(A) x + beta y, with A m x n before op.
  static func gemv(
    _ transposeA: Bool, _ m: Int, _ n: Int, _ alpha: Self, _ a: UnsafePointer<Self>, _ strideA: Int,
    _ x: UnsafePointer<Self>, _ beta: Self, _ y: UnsafeMutablePointer<Self>)

  /// A <- A + alpha x y^T, with A m x n.
  static func ger(
    _ m: Int, _ n: Int, _ alpha: Self, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>,
    _ a: UnsafeMutablePointer<Self>, _ strideA: Int)

  /// The lower triangle of C <- alpha A A^T + beta C (or A^T A when `transpose`), with C n x n and inner size k.
  static func syrk(
    _ transpose: Bool, _ n: Int, _ k: Int, _ alpha: Self, _ a: UnsafePointer<Self>, _ strideA: Int, _ beta: Self,
    _ c: UnsafeMutablePointer<Self>, _ strideC: Int)

  /// Triangular solve with many right-hand sides: B <- op(A)^-1 B (`left`) or B op(A)^-1, with B m x n.
  static func trsm(
    left: Bool, lower: Bool, transpose: Bool, unit: Bool, _ m: Int, _ n: Int, _ alpha: Self,
    _ a: UnsafePointer<Self>, _ strideA: Int, _ b: UnsafeMutablePointer<Self>, _ strideB: Int)

  static func dot(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self
  static func norm2(_ n: Int, _ x: UnsafePointer<Self>) -> Self
  /// y <- y + alpha x
  static func axpy(_ n: Int, _ alpha: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func scale(_ n: Int, _ alpha: Self, _ x: UnsafeMutablePointer<Self>)
}
