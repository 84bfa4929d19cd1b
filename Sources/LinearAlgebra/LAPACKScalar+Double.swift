import CLinearAlgebra

extension Double: LAPACKScalar {
  public static func potrf(upper: Bool, _ n: Int, _ a: UnsafeMutablePointer<Double>, _ stride: Int) -> Int {
    prepareBLAS()
    return Int(shallows_dpotrf(upper ? 1 : 0, Int32(n), a, Int32(stride)))
  }

  public static func trsv(
    lower: Bool, transpose: Bool, _ n: Int, _ a: UnsafePointer<Double>, _ stride: Int,
    _ x: UnsafeMutablePointer<Double>
  ) {
    prepareBLAS()
    cblas_dtrsv(
      rowMajor, triangle(lower: lower), transposition(transpose), Int32(SHBlasNonUnit), Int32(n), a, Int32(stride), x,
      1)
  }

  public static func getrf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Double>, _ stride: Int, _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int {
    prepareBLAS()
    return Int(shallows_dgetrf(Int32(m), Int32(n), a, Int32(stride), pivots))
  }

  public static func getrs(
    transpose: Bool, _ n: Int, _ columns: Int, _ lu: UnsafePointer<Double>, _ stride: Int,
    _ pivots: UnsafePointer<Int32>, _ b: UnsafeMutablePointer<Double>, _ strideB: Int
  ) -> Int {
    prepareBLAS()
    return Int(
      shallows_dgetrs(
        transpose ? 1 : 0, Int32(n), Int32(columns), lu, Int32(stride), pivots, b, Int32(strideB)))
  }

  public static func getri(
    _ n: Int, _ lu: UnsafeMutablePointer<Double>, _ stride: Int, _ pivots: UnsafePointer<Int32>
  ) -> Int {
    prepareBLAS()
    return Int(shallows_dgetri(Int32(n), lu, Int32(stride), pivots))
  }

  public static func gecon(
    _ n: Int, _ lu: UnsafePointer<Double>, _ stride: Int, norm1: Double, _ reciprocal: UnsafeMutablePointer<Double>
  ) -> Int {
    prepareBLAS()
    return Int(shallows_dgecon(Int32(n), lu, Int32(stride), norm1, reciprocal))
  }

  public static func gelqf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Double>, _ stride: Int, _ tau: UnsafeMutablePointer<Double>
  ) -> Int {
    prepareBLAS()
    return Int(shallows_dgelqf(Int32(m), Int32(n), a, Int32(stride), tau))
  }

  public static func orglq(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Double>, _ stride: Int, _ tau: UnsafePointer<Double>
  ) -> Int {
    prepareBLAS()
    return Int(shallows_dorglq(Int32(m), Int32(n), Int32(k), a, Int32(stride), tau))
  }

  public static func syevd(
    vectors: Bool, upper: Bool, _ n: Int, _ a: UnsafeMutablePointer<Double>, _ stride: Int,
    _ values: UnsafeMutablePointer<Double>
  ) -> Int {
    prepareBLAS()
    return Int(shallows_dsyevd(vectors ? 1 : 0, upper ? 1 : 0, Int32(n), a, Int32(stride), values))
  }

  public static func geev(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, _ stride: Int, _ real: UnsafeMutablePointer<Double>,
    _ imaginary: UnsafeMutablePointer<Double>, _ vectors: UnsafeMutablePointer<Double>?, _ strideV: Int
  ) -> Int {
    prepareBLAS()
    return Int(shallows_dgeev(Int32(n), a, Int32(stride), real, imaginary, vectors, Int32(strideV)))
  }

  public static func gesdd(
    vectors: Bool, _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Double>, _ stride: Int,
    _ s: UnsafeMutablePointer<Double>, _ u: UnsafeMutablePointer<Double>, _ strideU: Int,
    _ vt: UnsafeMutablePointer<Double>, _ strideVT: Int
  ) -> Int {
    prepareBLAS()
    return Int(
      shallows_dgesdd(
        vectors ? 1 : 0, Int32(m), Int32(n), a, Int32(stride), s, u, Int32(strideU), vt, Int32(strideVT)))
  }
}
