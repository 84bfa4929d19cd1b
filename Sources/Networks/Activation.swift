/// The function sigma that a hidden neuron applies to its weighted input.
///
/// Conventions, fixed here for the whole project: the derivative at a kink is 0 (ReLU, leaky ReLU, absolute value),
/// leaky ReLU has slope 0.01 below zero, GELU is the exact z Phi(z), not its tanh approximation, erf is erf(z).
public enum Activation: String, CaseIterable, Codable, Hashable, Sendable {
  case tanh, sigmoid, softplus, silu, gelu, erf, relu, leakyReLU, abs, identity

  /// Whether sigma is twice continuously differentiable, as theorems on smooth activations require.
  public var isSmooth: Bool {
    switch self {
    case .tanh, .sigmoid, .softplus, .silu, .gelu, .erf, .identity: true
    case .relu, .leakyReLU, .abs: false
    }
  }

  /// The activation of that name, in any case.
  ///
  /// ```swift
  /// try Activation(named: "GELU")     // .gelu
  /// ```
  ///
  /// - Throws: ``UnknownName``, which lists the accepted names.
  public init(named name: String) throws {
    guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
      throw UnknownName(what: "activation", name: name, accepted: Self.allCases.map(\.rawValue))
    }
    self = found
  }

  /// max |sigma'| and max |sigma''| over the real line.
  ///
  /// They bound how fast the Jacobian of a network changes with its weights. Closed forms: sigma'' of GELU peaks at 0,
  /// sigma' of GELU at sqrt 2, |sigma''| of tanh and of the sigmoid where the third derivative vanishes. SiLU's largest
  /// slope solves 2 + z (1 - 2 s(z)) = 0, s the sigmoid, and is given as a number. Where sigma' jumps, the second bound
  /// is infinite.
  public var bounds: (first: Double, second: Double) {
    switch self {
    case .tanh: (1, 0.769800358919501)  // 4 / (3 sqrt 3)
    case .sigmoid: (0.25, 0.0962250448649376)  // 1 / (6 sqrt 3)
    case .softplus: (1, 0.25)
    case .silu: (1.0998393201288669, 0.5)
    case .gelu: (1.1289041451851948, 0.7978845608028654)  // Phi(sqrt 2) + sqrt 2 phi(sqrt 2), sqrt(2 / pi)
    case .erf: (1.1283791670955126, 0.9678828980765735)  // 2 / sqrt pi, sqrt(8 / (pi e))
    case .relu, .leakyReLU, .abs: (1, .infinity)
    case .identity: (1, 0)
    }
  }
}

/// A name that is none of those accepted.
public struct UnknownName: Error, Equatable, CustomStringConvertible {
  public let what: String
  public let name: String
  public let accepted: [String]

  public init(what: String, name: String, accepted: [String]) {
    self.what = what
    self.name = name
    self.accepted = accepted
  }

  public var description: String {
    "unknown \(what) \"\(name)\"; accepted: \(accepted.joined(separator: ", "))"
  }
}
