import CLinearAlgebra
import RealModule

extension Float: Scalar {
  public static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Float,
    _ a: UnsafePointer<Float>, _ strideA: Int, _ b: UnsafePointer<Float>, _ strideB: Int, _ beta: Float,
    _ c: UnsafeMutablePointer<Float>, _ strideC: Int
  ) {
    prepareBLAS()
    cblas_sgemm(
      rowMajor, transposition(transposeA), transposition(transposeB), Int32(m), Int32(n), Int32(k), alpha,
      a, Int32(strideA), b, Int32(strideB), beta, c, Int32(strideC))
  }

  public static func gemv(
    _ transposeA: Bool, _ m: Int, _ n: Int, _ alpha: Float, _ a: UnsafePointer<Float>, _ strideA: Int,
    _ x: UnsafePointer<Float>, _ beta: Float, _ y: UnsafeMutablePointer<Float>
  ) {
    prepareBLAS()
    cblas_sgemv(
      rowMajor, transposition(transposeA), Int32(m), Int32(n), alpha, a, Int32(strideA), x, 1, beta, y, 1)
  }

  public static func ger(
    _ m: Int, _ n: Int, _ alpha: Float, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>,
    _ a: UnsafeMutablePointer<Float>, _ strideA: Int
  ) {
    prepareBLAS()
    cblas_sger(rowMajor, Int32(m), Int32(n), alpha, x, 1, y, 1, a, Int32(strideA))
  }

  public static func syrk(
    _ transpose: Bool, _ n: Int, _ k: Int, _ alpha: Float, _ a: UnsafePointer<Float>, _ strideA: Int, _ beta: Float,
    _ c: UnsafeMutablePointer<Float>, _ strideC: Int
  ) {
    prepareBLAS()
    cblas_ssyrk(
      rowMajor, triangle(lower: true), transposition(transpose), Int32(n), Int32(k), alpha, a, Int32(strideA),
      beta, c, Int32(strideC))
  }

  public static func trsm(
    left: Bool, lower: Bool, transpose: Bool, unit: Bool, _ m: Int, _ n: Int, _ alpha: Float,
    _ a: UnsafePointer<Float>, _ strideA: Int, _ b: UnsafeMutablePointer<Float>, _ strideB: Int
  ) {
    prepareBLAS()
    cblas_strsm(
      rowMajor, Int32(left ? SHBlasLeft : SHBlasRight), triangle(lower: lower), transposition(transpose),
      Int32(unit ? SHBlasUnit : SHBlasNonUnit), Int32(m), Int32(n), alpha, a, Int32(strideA), b,
      Int32(strideB))
  }

  public static func dot(_ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>) -> Float {
    prepareBLAS()
    return cblas_sdot(Int32(n), x, 1, y, 1)
  }

  public static func norm2(_ n: Int, _ x: UnsafePointer<Float>) -> Float {
    prepareBLAS()
    return cblas_snrm2(Int32(n), x, 1)
  }

  public static func axpy(_ n: Int, _ alpha: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    prepareBLAS()
    cblas_saxpy(Int32(n), alpha, x, 1, y, 1)
  }

  public static func scale(_ n: Int, _ alpha: Float, _ x: UnsafeMutablePointer<Float>) {
    prepareBLAS()
    cblas_sscal(Int32(n), alpha, x, 1)
  }
}
