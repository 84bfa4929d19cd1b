import CKernels

extension Double: VectorScalar {
  public static func vectorExp(_ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int) {
    shallows_exp_f64(x, y, Int64(count))
  }

  public static func vectorExpm1(_ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int) {
    shallows_expm1_f64(x, y, Int64(count))
  }

  public static func vectorLog(_ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int) {
    shallows_log_f64(x, y, Int64(count))
  }

  public static func vectorLog1p(_ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int) {
    shallows_log1p_f64(x, y, Int64(count))
  }

  public static func vectorTanh(_ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int) {
    shallows_tanh_f64(x, y, Int64(count))
  }

  public static func vectorSigmoid(_ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int) {
    shallows_sigmoid_f64(x, y, Int64(count))
  }

  public static func vectorErf(_ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int) {
    shallows_erf_f64(x, y, Int64(count))
  }

  public static func vectorAcos(_ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int) {
    shallows_acos_f64(x, y, Int64(count))
  }

  public static func vectorAtan2(
    _ y: UnsafePointer<Double>, _ x: UnsafePointer<Double>, _ angle: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    shallows_atan2_f64(y, x, angle, Int64(count))
  }

  public static func activation(
    _ kind: Int32, _ z: UnsafePointer<Double>, _ h: UnsafeMutablePointer<Double>, _ s: UnsafeMutablePointer<Double>?,
    _ t: UnsafeMutablePointer<Double>?, _ count: Int
  ) {
    shallows_activation_f64(kind, z, h, s, t, Int64(count))
  }
}
