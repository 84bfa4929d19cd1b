import LinearAlgebra

/// The norm that measures a perturbation delta of an input.
public enum PerturbationNorm: String, CaseIterable, Codable, Hashable, Sendable {
  case l2, linf, l1

  /// q with 1/p + 1/q = 1: the norm |c|_q = max of <c, delta> over |delta|_p <= 1.
  public var dual: PerturbationNorm {
    switch self {
    case .l2: .l2
    case .linf: .l1
    case .l1: .linf
    }
  }

  /// |v| of `count` elements; 0 for none.
  public func length<T: Scalar>(_ v: UnsafePointer<T>, count: Int) -> T {
    switch self {
    case .l2: return T.norm2(count, v)
    case .linf:
      var largest: T = 0
      for i in 0..<count { largest = max(largest, abs(v[i])) }
      return largest
    case .l1:
      var sum: T = 0
      for i in 0..<count { sum += abs(v[i]) }
      return sum
    }
  }
}
