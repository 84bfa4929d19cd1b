import LinearAlgebra
import Networks
import RealModule

/// What an adversary makes large: a function of the outputs f of one input and its target y.
///
/// - `squared`: 1/2 |f - y|^2, for any number of outputs.
/// - `crossEntropy`: log sum_c exp(f_c) - f_y, with y one-hot; of a single output log(1 + exp(-y f)), y = +-1.
/// - `margin`: max_(c != y) f_c - f_y, with y one-hot; of a single output -y f, y = +-1. Positive exactly where the
///   class is wrong; where several rivals lead together the first counts.
public enum AttackLoss: String, CaseIterable, Codable, Hashable, Sendable {
  case squared, crossEntropy, margin

  /// Whether targets are classes: one-hot rows, or +-1 where there is one output.
  public var needsClasses: Bool { self != .squared }

  /// Whether a sample of these outputs is taken for another class than its target's.
  ///
  /// The class of several outputs is the first of the largest; of one output, +1 where it is above zero.
  public static func isMisclassified<T: Scalar>(
    _ f: UnsafePointer<T>, _ y: UnsafePointer<T>, outputs k: Int
  ) -> Bool {
    if k == 1 { return (f[0] > 0) != (y[0] > 0) }
    return first(f, k) != first(y, k)
  }

  /// The loss of one sample; `slope`, where given, becomes its derivative by f. `slope` may be `f`.
  @inline(__always) func value<T: Scalar>(
    _ f: UnsafePointer<T>, _ y: UnsafePointer<T>, outputs k: Int, slope: UnsafeMutablePointer<T>? = nil
  ) -> T {
    switch self {
    case .squared:
      var sum: T = 0
      for c in 0..<k {
        let r = f[c] - y[c]
        sum += r * r
        slope?[c] = r
      }
      return sum / 2
    case .crossEntropy:
      if k == 1 {
        let t = -y[0] * f[0]
        let e = T.exp(-abs(t))
        slope?[0] = -y[0] * (t > 0 ? 1 : e) / (1 + e)
        return max(t, 0) + T.log(onePlus: e)
      }
      // Relative to the target's output: log1p keeps losses far below the rounding of 1, and slopes to their last bit.
      let (label, rival) = (Self.first(y, k), Self.rival(f, y, k))
      let top = max(f[rival], f[label])
      let own = f[label]
      var others: T = 0
      for c in 0..<k where c != label { others += T.exp(f[c] - top) }
      let mine = T.exp(own - top)
      let sum = others + mine
      if let slope {
        for c in 0..<k { slope[c] = c == label ? -others / sum : T.exp(f[c] - top) / sum }
      }
      return top == own ? T.log(onePlus: others) : top - own + T.log(sum)
    case .margin:
      if k == 1 {
        let value = -y[0] * f[0]
        slope?[0] = -y[0]
        return value
      }
      let (label, rival) = (Self.first(y, k), Self.rival(f, y, k))
      let value = f[rival] - f[label]
      if let slope {
        for c in 0..<k { slope[c] = c == rival ? 1 : c == label ? -1 : 0 }
      }
      return value
    }
  }

  /// `product` = the second derivative of the loss by f, applied to `u`; zero for the margin.
  @inline(__always) func curvatureProduct<T: Scalar>(
    _ f: UnsafePointer<T>, _ y: UnsafePointer<T>, _ u: UnsafePointer<T>, outputs k: Int,
    into product: UnsafeMutablePointer<T>
  ) {
    switch self {
    case .squared:
      for c in 0..<k { product[c] = u[c] }
    case .margin:
      for c in 0..<k { product[c] = 0 }
    case .crossEntropy:
      if k == 1 {
        let e = T.exp(-abs(f[0]))
        product[0] = e / ((1 + e) * (1 + e)) * u[0]
        return
      }
      var top = f[0]
      for c in 1..<k { top = max(top, f[c]) }
      var (partition, mean): (T, T) = (0, 0)
      for c in 0..<k {
        let e = T.exp(f[c] - top)
        partition += e
        mean += e * u[c]
      }
      mean /= partition
      for c in 0..<k { product[c] = T.exp(f[c] - top) / partition * (u[c] - mean) }
    }
  }

  /// The class that a one-hot row stands for, or the first of the largest outputs.
  @inline(__always) static func first<T: Scalar>(_ v: UnsafePointer<T>, _ k: Int) -> Int {
    var best = 0
    for c in 1..<max(k, 1) where v[c] > v[best] { best = c }
    return best
  }

  /// The largest output that is not the target's.
  @inline(__always) static func rival<T: Scalar>(_ f: UnsafePointer<T>, _ y: UnsafePointer<T>, _ k: Int) -> Int {
    let label = first(y, k)
    var best = label == 0 ? 1 : 0
    for c in 0..<k where c != label && f[c] > f[best] { best = c }
    return best
  }
}
