extension StudentStart: CustomStringConvertible {
  /// The start in the textual form that ``init(text:)`` reads: its name, and `=` and its number where it has one.
  public var description: String {
    switch self {
    case .gaussian(let scale): "gaussian=\(scale)"
    case .random: "random"
    case .subspace(let samples): "subspace=\(samples)"
    case .ntk(let scale): "ntk=\(scale)"
    case .small(let scale): "small=\(scale)"
    case .near(let noise): "near=\(noise)"
    }
  }

  /// The start that a text such as `gaussian`, `gaussian=0.5` or `subspace=20000` names.
  ///
  /// Without a number: `gaussian=1`, `subspace=20000`, `ntk=1`, `small=0.001`, `near=0.1`.
  ///
  /// ```swift
  /// try StudentStart(text: "near=0.05")     // .near(noise: 0.05)
  /// ```
  ///
  /// - Throws: ``StudentStartError`` for an unknown name, a number that cannot be read, or one out of range.
  public init(text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let value = parts.count > 1 ? String(parts[1]) : nil
    func number(or standard: Double) throws -> Double {
      guard let value else { return standard }
      guard let number = Double(value) else {
        throw StudentStartError("start \"\(text)\": \"\(value)\" is not a number; give one, as in \(name)=\(standard)")
      }
      return number
    }
    switch name {
    case "gaussian": self = .gaussian(scale: try number(or: 1))
    case "ntk": self = .ntk(scale: try number(or: 1))
    case "small": self = .small(scale: try number(or: 1e-3))
    case "near": self = .near(noise: try number(or: 0.1))
    case "subspace":
      guard let samples = Int(value ?? "20000") else {
        throw StudentStartError(
          "start \"\(text)\": \"\(value!)\" is not a whole number of samples; give one, as in subspace=20000")
      }
      self = .subspace(samples: samples)
    case "random":
      if value != nil { throw StudentStartError("start \"\(text)\": random takes no number; write \"random\"") }
      self = .random
    default:
      throw StudentStartError("unknown start \"\(text)\"; accepted: \(Self.forms.joined(separator: ", "))")
    }
    try validate()
  }

  /// The accepted texts, for help and for errors.
  public static let forms = [
    "gaussian[=scale]", "random", "subspace[=samples]", "ntk[=scale]", "small[=scale]", "near[=noise]",
  ]
}
