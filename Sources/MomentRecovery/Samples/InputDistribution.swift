/// How the inputs x of generated samples are distributed.
///
/// All but `mixture` and `shifted` have coordinates of variance 1 on average; all but `shifted` have mean 0. The text
/// form is the name, with "=number" where there is one; "symmetrized:" may stand before any:
///
/// | text                  | x                                                                                |
/// |-----------------------|----------------------------------------------------------------------------------|
/// | `gaussian`            | N(0, I)                                                                          |
/// | `mixture=1`           | N(1, I) or N(-1, I), each with probability 1/2; 1 is the shift of each coordinate |
/// | `laplace`             | independent, density exp(-sqrt 2 abs t) / sqrt 2                                  |
/// | `uniform`             | independent, uniform on [-sqrt 3, sqrt 3]                                        |
/// | `rademacher`          | independent signs times one common N(0, 1): the rays of a cube's corners         |
/// | `student=5`           | the multivariate t of so many degrees of freedom (3 or more): heavy tails        |
/// | `correlated=10`       | N(0, C), C of that condition number, eigenvectors random                         |
/// | `shifted=0.5`         | N(0.5, I): not symmetric                                                         |
/// | `exponential`         | independent, exponential less 1: not symmetric                                   |
/// | `skew=5`              | independent, skew normal with that shape, standardised: not symmetric            |
/// | `symmetrized:skew=5`  | a sample of what follows, times -1 with probability 1/2                          |
///
/// ```swift
/// try InputDistribution("mixture=1")                // .mixture(shift: 1)
/// "\(InputDistribution.symmetrized(.exponential))"   // "symmetrized:exponential"
/// ```
public indirect enum InputDistribution: Equatable, Sendable {
  case gaussian
  case mixture(shift: Double)
  case laplace
  case uniform
  case rademacher
  case student(degrees: Int)
  case correlated(condition: Double)
  case shifted(mean: Double)
  case exponential
  case skew(shape: Double)
  case symmetrized(InputDistribution)

  /// Whether x and -x are equally likely, which recovery takes for granted.
  public var isSymmetric: Bool {
    switch self {
    case .gaussian, .mixture, .laplace, .uniform, .rademacher, .student, .correlated, .symmetrized: true
    case .shifted(let mean): mean == 0
    case .skew(let shape): shape == 0
    case .exponential: false
    }
  }
}

extension InputDistribution: CustomStringConvertible, Codable {
  public var description: String {
    func text(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }
    return switch self {
    case .gaussian: "gaussian"
    case .mixture(let shift): "mixture=" + text(shift)
    case .laplace: "laplace"
    case .uniform: "uniform"
    case .rademacher: "rademacher"
    case .student(let degrees): "student=\(degrees)"
    case .correlated(let condition): "correlated=" + text(condition)
    case .shifted(let mean): "shifted=" + text(mean)
    case .exponential: "exponential"
    case .skew(let shape): "skew=" + text(shape)
    case .symmetrized(let inner): "symmetrized:\(inner)"
    }
  }

  /// The distribution of that text form.
  /// - Throws: ``Unknown``, which lists what is accepted.
  public init(_ text: String) throws(Unknown) {
    if text.hasPrefix("symmetrized:") {
      self = .symmetrized(try InputDistribution(String(text.dropFirst("symmetrized:".count))))
      return
    }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let number = parts.count == 2 ? Double(parts[1]) : nil
    let found: InputDistribution? =
      switch (parts.first ?? "", parts.count, number) {
      case ("gaussian", 1, _): .gaussian
      case ("laplace", 1, _): .laplace
      case ("uniform", 1, _): .uniform
      case ("rademacher", 1, _): .rademacher
      case ("exponential", 1, _): .exponential
      case ("mixture", 1, _): .mixture(shift: 1)
      case ("mixture", 2, let shift?) where shift.isFinite: .mixture(shift: shift)
      case ("student", 2, let degrees?) where degrees >= 3 && degrees <= 1000 && degrees.rounded() == degrees:
        .student(degrees: Int(degrees))
      case ("correlated", 2, let condition?) where condition >= 1 && condition.isFinite:
        .correlated(condition: condition)
      case ("shifted", 2, let mean?) where mean.isFinite: .shifted(mean: mean)
      case ("skew", 2, let shape?) where shape.isFinite: .skew(shape: shape)
      default: nil
      }
    guard let found else { throw Unknown(text: text) }
    self = found
  }

  /// A text that stands for no distribution.
  public struct Unknown: Error, Equatable, CustomStringConvertible {
    public let text: String

    public var description: String {
      "the input distribution \"\(text)\"; accepted: gaussian, mixture=SHIFT, laplace, uniform, rademacher, "
        + "student=DEGREES (3 to 1000), correlated=CONDITION (1 or more), shifted=MEAN, exponential, skew=SHAPE, and "
        + "any of them after symmetrized:"
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do {
      self = try InputDistribution(text)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(error)")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
