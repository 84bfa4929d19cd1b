/// Elementary functions of whole vectors.
///
///     y[i] = f(x[i]),  i = 0..<count
///
/// The error is below 2 units in the last place of the exact result over the whole domain, subnormal numbers included
/// (worst cases found are listed in CKernels/vectormath_f64.c and vectormath_f32.c). NaN gives NaN; odd functions keep
/// the sign of zero. An element's result depends on that element alone, never on `count`, its position, the number of
/// threads or the machine: the same bits with and without AVX2 or AVX-512.
///
/// ```swift
/// VectorMath.tanh([0.0, 1.0])  // [0.0, 0.7615941559557649]
/// ```
///
/// The output may be the input itself; otherwise they must not overlap. Nothing is allocated except the result of the
/// conveniences on arrays.
///
/// - Complexity: O(`count`); about 1 to 2.5 elements a nanosecond in double precision, 3.5 to 7 in single, on one thread
///   with AVX-512 [measured].
public enum VectorMath {
  /// e^x; 0 at -infinity, gradual underflow, infinity on overflow.
  @inlinable public static func exp<E: VectorScalar>(
    _ x: UnsafePointer<E>, into y: UnsafeMutablePointer<E>, count: Int
  ) {
    E.vectorExp(x, y, count)
  }

  /// e^x - 1 without cancellation near 0; -1 at -infinity.
  @inlinable public static func expm1<E: VectorScalar>(
    _ x: UnsafePointer<E>, into y: UnsafeMutablePointer<E>, count: Int
  ) {
    E.vectorExpm1(x, y, count)
  }

  /// The natural logarithm; -infinity at 0, NaN below 0.
  @inlinable public static func log<E: VectorScalar>(
    _ x: UnsafePointer<E>, into y: UnsafeMutablePointer<E>, count: Int
  ) {
    E.vectorLog(x, y, count)
  }

  /// log(1 + x) without cancellation near 0; -infinity at -1, NaN below -1.
  @inlinable public static func log1p<E: VectorScalar>(
    _ x: UnsafePointer<E>, into y: UnsafeMutablePointer<E>, count: Int
  ) {
    E.vectorLog1p(x, y, count)
  }

  /// The hyperbolic tangent; +-1 at +-infinity.
  @inlinable public static func tanh<E: VectorScalar>(
    _ x: UnsafePointer<E>, into y: UnsafeMutablePointer<E>, count: Int
  ) {
    E.vectorTanh(x, y, count)
  }

  /// The logistic function 1/(1 + e^-x); 0 and 1 at -+infinity, gradual underflow.
  @inlinable public static func sigmoid<E: VectorScalar>(
    _ x: UnsafePointer<E>, into y: UnsafeMutablePointer<E>, count: Int
  ) {
    E.vectorSigmoid(x, y, count)
  }

  /// The error function 2/sqrt(pi) int_0^x e^(-u^2) du; +-1 at +-infinity.
  @inlinable public static func erf<E: VectorScalar>(
    _ x: UnsafePointer<E>, into y: UnsafeMutablePointer<E>, count: Int
  ) {
    E.vectorErf(x, y, count)
  }

  /// The arc cosine, in [0, pi]; NaN outside [-1, 1].
  @inlinable public static func acos<E: VectorScalar>(
    _ x: UnsafePointer<E>, into y: UnsafeMutablePointer<E>, count: Int
  ) {
    E.vectorAcos(x, y, count)
  }

  /// The angle of the point (x, y) in [-pi, pi], with the conventions of C's `atan2` at zeros and infinities.
  @inlinable public static func atan2<E: VectorScalar>(
    _ y: UnsafePointer<E>, _ x: UnsafePointer<E>, into angle: UnsafeMutablePointer<E>, count: Int
  ) {
    E.vectorAtan2(y, x, angle, count)
  }
}
