/// A real number type with vectorised elementary functions behind it: `Float` or `Double`.
///
/// The static requirements are the entry points of the C kernels (CKernels/vectormath.h) for each precision. They read
/// `count` elements of x and write `count` elements of y; y may be x. Callers use ``VectorMath`` instead.
public protocol VectorScalar {
  static func vectorExp(_ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ count: Int)
  static func vectorExpm1(_ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ count: Int)
  static func vectorLog(_ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ count: Int)
  static func vectorLog1p(_ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ count: Int)
  static func vectorTanh(_ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ count: Int)
  static func vectorSigmoid(_ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ count: Int)
  static func vectorErf(_ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ count: Int)
  static func vectorAcos(_ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ count: Int)
  /// The angle of the point (x, y), element by element.
  static func vectorAtan2(
    _ y: UnsafePointer<Self>, _ x: UnsafePointer<Self>, _ angle: UnsafeMutablePointer<Self>, _ count: Int)

  /// h = sigma(z), s = sigma'(z), t = sigma''(z) for the activation function of number `kind` (`ShallowsActivation`
  /// in CKernels/vectormath.h); s and t may be nil, h may be z.
  static func activation(
    _ kind: Int32, _ z: UnsafePointer<Self>, _ h: UnsafeMutablePointer<Self>, _ s: UnsafeMutablePointer<Self>?,
    _ t: UnsafeMutablePointer<Self>?, _ count: Int)
}
