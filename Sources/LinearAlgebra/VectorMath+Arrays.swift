/// Conveniences on arrays: each returns a new array of the same length.
extension VectorMath {
  /// e^x; 0 at -infinity, gradual underflow, infinity on overflow.
  public static func exp<E: VectorScalar>(_ x: [E]) -> [E] { mapped(x, E.vectorExp) }

  /// e^x - 1 without cancellation near 0; -1 at -infinity.
  public static func expm1<E: VectorScalar>(_ x: [E]) -> [E] { mapped(x, E.vectorExpm1) }

  /// The natural logarithm; -infinity at 0, NaN below 0.
  public static func log<E: VectorScalar>(_ x: [E]) -> [E] { mapped(x, E.vectorLog) }

  /// log(1 + x) without cancellation near 0; -infinity at -1, NaN below -1.
  public static func log1p<E: VectorScalar>(_ x: [E]) -> [E] { mapped(x, E.vectorLog1p) }

  /// The hyperbolic tangent; +-1 at +-infinity.
  public static func tanh<E: VectorScalar>(_ x: [E]) -> [E] { mapped(x, E.vectorTanh) }

  /// The logistic function 1/(1 + e^-x); 0 and 1 at -+infinity, gradual underflow.
  public static func sigmoid<E: VectorScalar>(_ x: [E]) -> [E] { mapped(x, E.vectorSigmoid) }

  /// The error function 2/sqrt(pi) int_0^x e^(-u^2) du; +-1 at +-infinity.
  public static func erf<E: VectorScalar>(_ x: [E]) -> [E] { mapped(x, E.vectorErf) }

  /// The arc cosine, in [0, pi]; NaN outside [-1, 1].
  public static func acos<E: VectorScalar>(_ x: [E]) -> [E] { mapped(x, E.vectorAcos) }

  /// The angle of the point (x, y), element by element.
  ///
  /// - Precondition: the arrays have the same length.
  public static func atan2<E: VectorScalar>(_ y: [E], _ x: [E]) -> [E] {
    precondition(y.count == x.count, "atan2 of \(y.count) and \(x.count) elements")
    return mapped(y) { E.vectorAtan2($0, x, $1, $2) }
  }

  private static func mapped<E>(
    _ x: [E], _ function: (UnsafePointer<E>, UnsafeMutablePointer<E>, Int) -> Void
  ) -> [E] {
    [E](unsafeUninitializedCapacity: x.count) { y, initialized in
      x.withUnsafeBufferPointer { x in
        if let from = x.baseAddress, let to = y.baseAddress { function(from, to, x.count) }
      }
      initialized = x.count
    }
  }
}
