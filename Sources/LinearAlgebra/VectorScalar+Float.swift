import CKernels

extension Float: VectorScalar {
  public static func vectorExp(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
    shallows_exp_f32(x, y, Int64(count))
  }

  public static func vectorExpm1(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
    shallows_expm1_f32(x, y, Int64(count))
  }

  public static func vectorLog(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
    shallows_log_f32(x, y, Int64(count))
  }

  public static func vectorLog1p(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
    shallows_log1p_f32(x, y, Int64(count))
  }

  public static func vectorTanh(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
    shallows_tanh_f32(x, y, Int64(count))
  }

  public static func vectorSigmoid(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
    shallows_sigmoid_f32(x, y, Int64(count))
  }

  public static func vectorErf(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
    shallows_erf_f32(x, y, Int64(count))
  }

  public static func vectorAcos(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
    shallows_acos_f32(x, y, Int64(count))
  }

  public static func vectorAtan2(
    _ y: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ angle: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    shallows_atan2_f32(y, x, angle, Int64(count))
  }

  public static func activation(
    _ kind: Int32, _ z: UnsafePointer<Float>, _ h: UnsafeMutablePointer<Float>, _ s: UnsafeMutablePointer<Float>?,
    _ t: UnsafeMutablePointer<Float>?, _ count: Int
  ) {
    shallows_activation_f32(kind, z, h, s, t, Int64(count))
  }
}
