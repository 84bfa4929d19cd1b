import CKernels
import LinearAlgebra
import RealModule

extension Activation {
  /// sigma(z).
  ///
  /// The reference that the vectorised kernels are tested against. NaN stays NaN; +-infinity gives the limit.
  public func value<T: Scalar>(_ z: T) -> T { triple(z).value }

  /// sigma'(z).
  public func derivative<T: Scalar>(_ z: T) -> T { triple(z).first }

  /// sigma''(z); zero at the kinks of ReLU, leaky ReLU and the absolute value.
  public func secondDerivative<T: Scalar>(_ z: T) -> T { triple(z).second }

  /// sigma, sigma' and sigma'' at once.
  @inline(__always) func triple<T: Scalar>(_ z: T) -> (value: T, first: T, second: T) {
    switch self {
    case .tanh:
      // 1 - tanh^2 cancels for large |z|; 1 / cosh^2 does not.
      let h = T.tanh(z)
      let c = 1 / T.cosh(z)
      return (h, c * c, -2 * h * c * c)
    case .sigmoid:
      let (p, slope) = logistic(z)
      return (p, slope, -slope * T.tanh(z / 2))
    case .softplus:
      let (p, slope) = logistic(z)
      return (max(z, 0) + T.log(onePlus: T.exp(-Swift.abs(z))), p, slope)
    case .silu:
      let (p, slope) = logistic(z)
      guard z.isFinite else { return z < 0 ? (0, 0, 0) : (z, 1 + (z - z), 0) }
      return (z * p, p + z * slope, slope * (2 - z * T.tanh(z / 2)))
    case .gelu:
      guard z.isFinite else { return z < 0 ? (0, 0, 0) : (z, 1 + (z - z), 0) }
      let cumulative = T.erfc(-z * rootHalf()) / 2
      let density = T.exp(-z * z / 2) * inverseRootTwoPi()
      return (z * cumulative, cumulative + z * density, density == 0 ? 0 : density * (2 - z * z))
    case .erf:
      let slope = T.exp(-z * z) * 2 * T.sqrt(1 / T.pi)
      return (T.erf(z), slope, slope == 0 ? 0 : -2 * z * slope)
    case .relu: return (z > 0 ? z : z.isNaN ? z : 0, z > 0 ? 1 : 0, 0)
    case .leakyReLU: return (z > 0 ? z : T(0.01) * z, z > 0 ? 1 : z < 0 ? T(0.01) : 0, 0)
    case .abs: return (Swift.abs(z), z > 0 ? 1 : z < 0 ? -1 : 0, 0)
    case .identity: return (z, 1, 0)
    }
  }
}

/// 1 / (1 + exp(-z)) and its derivative, without overflow or cancellation on either side.
@inline(__always) private func logistic<T: Scalar>(_ z: T) -> (T, T) {
  let e = T.exp(-Swift.abs(z))
  let small = e / (1 + e)
  let large = 1 / (1 + e)
  return (z < 0 ? small : large, small * large)
}

@inline(__always) private func rootHalf<T: Scalar>() -> T { T.sqrt(T(0.5)) }
@inline(__always) private func inverseRootTwoPi<T: Scalar>() -> T { T.sqrt(1 / (2 * T.pi)) }

extension Activation {
  /// The number of the activation's vectorised kernel.
  var kernel: Int32 {
    let kind: ShallowsActivation =
      switch self {
      case .tanh: SHTanh
      case .sigmoid: SHSigmoid
      case .softplus: SHSoftplus
      case .silu: SHSiLU
      case .gelu: SHGELU
      case .erf: SHErf
      case .relu: SHReLU
      case .leakyReLU: SHLeakyReLU
      case .abs: SHAbs
      case .identity: SHIdentity
      }
    return Int32(kind.rawValue)
  }
}

/// h = sigma(z), and where given s = sigma'(z) and t = sigma''(z), for `count` contiguous elements. h may be z.
@inline(__always) package func applyActivation<T: Scalar>(
  _ activation: Activation, _ z: UnsafePointer<T>, _ h: UnsafeMutablePointer<T>, _ s: UnsafeMutablePointer<T>?,
  _ t: UnsafeMutablePointer<T>?, _ count: Int
) {
  T.activation(activation.kernel, z, h, s, t, count)
}
