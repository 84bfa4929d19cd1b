import CLinearAlgebra
import RealModule

extension Double: Scalar {
  public static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Double,
    _ a: UnsafePointer<Double>, _ strideA: Int, _ b: UnsafePointer<Double>, _ strideB: Int, _ beta: Double,
    _ c: UnsafeMutablePointer<Double>, _ strideC: Int
  ) {
    prepareBLAS()
    cblas_dgemm(
      rowMajor, transposition(transposeA), transposition(transposeB), Int32(m), Int32(n), Int32(k), alpha,
      a, Int32(strideA), b, Int32(strideB), beta, c, Int32(strideC))
  }

  public static func gemv(
    _ transposeA: Bool, _ m: Int, _ n: Int, _ alpha: Double, _ a: UnsafePointer<Double>, _ strideA: Int,
    _ x: UnsafePointer<Double>, _ beta: Double, _ y: UnsafeMutablePointer<Double>
  ) {
    prepareBLAS()
    cblas_dgemv(
      rowMajor, transposition(transposeA), Int32(m), Int32(n), alpha, a, Int32(strideA), x, 1, beta, y, 1)
  }

  public static func ger(
    _ m: Int, _ n: Int, _ alpha: Double, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>,
    _ a: UnsafeMutablePointer<Double>, _ strideA: Int
  ) {
    prepareBLAS()
    cblas_dger(rowMajor, Int32(m), Int32(n), alpha, x, 1, y, 1, a, Int32(strideA))
  }

  public static func syrk(
    _ transpose: Bool, _ n: Int, _ k: Int, _ alpha: Double, _ a: UnsafePointer<Double>, _ strideA: Int, _ beta: Double,
    _ c: UnsafeMutablePointer<Double>, _ strideC: Int
  ) {
    prepareBLAS()
    cblas_dsyrk(
      rowMajor, triangle(lower: true), transposition(transpose), Int32(n), Int32(k), alpha, a, Int32(strideA),
      beta, c, Int32(strideC))
  }

  public static func trsm(
    left: Bool, lower: Bool, transpose: Bool, unit: Bool, _ m: Int, _ n: Int, _ alpha: Double,
    _ a: UnsafePointer<Double>, _ strideA: Int, _ b: UnsafeMutablePointer<Double>, _ strideB: Int
  ) {
    prepareBLAS()
    cblas_dtrsm(
      rowMajor, Int32(left ? SHBlasLeft : SHBlasRight), triangle(lower: lower), transposition(transpose),
      Int32(unit ? SHBlasUnit : SHBlasNonUnit), Int32(m), Int32(n), alpha, a, Int32(strideA), b,
      Int32(strideB))
  }

  public static func dot(_ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>) -> Double {
    prepareBLAS()
    return cblas_ddot(Int32(n), x, 1, y, 1)
  }

  public static func norm2(_ n: Int, _ x: UnsafePointer<Double>) -> Double {
    prepareBLAS()
    return cblas_dnrm2(Int32(n), x, 1)
  }

  public static func axpy(_ n: Int, _ alpha: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    prepareBLAS()
    cblas_daxpy(Int32(n), alpha, x, 1, y, 1)
  }

  public static func scale(_ n: Int, _ alpha: Double, _ x: UnsafeMutablePointer<Double>) {
    prepareBLAS()
    cblas_dscal(Int32(n), alpha, x, 1)
  }
}
