import CLinearAlgebra

extension Float: LAPACKScalar {
  public static func potrf(upper: Bool, _ n: Int, _ a: UnsafeMutablePointer<Float>, _ stride: Int) -> Int {
    prepareBLAS()
    return Int(shallows_spotrf(upper ? 1 : 0, Int32(n), a, Int32(stride)))
  }

  public static func trsv(
    lower: Bool, transpose: Bool, _ n: Int, _ a: UnsafePointer<Float>, _ stride: Int,
    _ x: UnsafeMutablePointer<Float>
  ) {
    prepareBLAS()
    cblas_strsv(
      rowMajor, triangle(lower: lower), transposition(transpose), Int32(SHBlasNonUnit), Int32(n), a, Int32(stride), x,
      1)
  }

  public static func getrf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Float>, _ stride: Int, _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int {
    prepareBLAS()
    return Int(shallows_sgetrf(Int32(m), Int32(n), a, Int32(stride), pivots))
  }

  public static func getrs(
    transpose: Bool, _ n: Int, _ columns: Int, _ lu: UnsafePointer<Float>, _ stride: Int,
    _ pivots: UnsafePointer<Int32>, _ b: UnsafeMutablePointer<Float>, _ strideB: Int
  ) -> Int {
    prepareBLAS()
    return Int(
      shallows_sgetrs(
        transpose ? 1 : 0, Int32(n), Int32(columns), lu, Int32(stride), pivots, b, Int32(strideB)))
  }

  public static func getri(
    _ n: Int, _ lu: UnsafeMutablePointer<Float>, _ stride: Int, _ pivots: UnsafePointer<Int32>
  ) -> Int {
    prepareBLAS()
    return Int(shallows_sgetri(Int32(n), lu, Int32(stride), pivots))
  }

  public static func gecon(
    _ n: Int, _ lu: UnsafePointer<Float>, _ stride: Int, norm1: Float, _ reciprocal: UnsafeMutablePointer<Float>
  ) -> Int {
    prepareBLAS()
    return Int(shallows_sgecon(Int32(n), lu, Int32(stride), norm1, reciprocal))
  }

  public static func gelqf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Float>, _ stride: Int, _ tau: UnsafeMutablePointer<Float>
  ) -> Int {
    prepareBLAS()
    return Int(shallows_sgelqf(Int32(m), Int32(n), a, Int32(stride), tau))
  }

  public static func orglq(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Float>, _ stride: Int, _ tau: UnsafePointer<Float>
  ) -> Int {
    prepareBLAS()
    return Int(shallows_sorglq(Int32(m), Int32(n), Int32(k), a, Int32(stride), tau))
  }

  public static func syevd(
    vectors: Bool, upper: Bool, _ n: Int, _ a: UnsafeMutablePointer<Float>, _ stride: Int,
    _ values: UnsafeMutablePointer<Float>
  ) -> Int {
    prepareBLAS()
    return Int(shallows_ssyevd(vectors ? 1 : 0, upper ? 1 : 0, Int32(n), a, Int32(stride), values))
  }

  public static func geev(
    _ n: Int, _ a: UnsafeMutablePointer<Float>, _ stride: Int, _ real: UnsafeMutablePointer<Float>,
    _ imaginary: UnsafeMutablePointer<Float>, _ vectors: UnsafeMutablePointer<Float>?, _ strideV: Int
  ) -> Int {
    prepareBLAS()
    return Int(shallows_sgeev(Int32(n), a, Int32(stride), real, imaginary, vectors, Int32(strideV)))
  }

  public static func gesdd(
    vectors: Bool, _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Float>, _ stride: Int,
    _ s: UnsafeMutablePointer<Float>, _ u: UnsafeMutablePointer<Float>, _ strideU: Int,
    _ vt: UnsafeMutablePointer<Float>, _ strideVT: Int
  ) -> Int {
    prepareBLAS()
    return Int(
      shallows_sgesdd(
        vectors ? 1 : 0, Int32(m), Int32(n), a, Int32(stride), s, u, Int32(strideU), vt, Int32(strideVT)))
  }
}
