extension RandomNetworks.Spectrum: LosslessStringConvertible {
  /// "orthonormal", "condition=20", "rank=3" or "gaussian".
  public var description: String {
    switch self {
    case .orthonormal: "orthonormal"
    case .condition(let condition): "condition=" + (Int(exactly: condition).map(String.init) ?? "\(condition)")
    case .rank(let rank): "rank=\(rank)"
    case .gaussian: "gaussian"
    }
  }

  /// The spectrum of that text; `nil` for any other, and for conditions outside 1...1e12 or ranks outside 1...1e6.
  public init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let number = parts.count == 2 ? Double(parts[1]) : nil
    switch (parts.first ?? "", parts.count, number) {
    case ("orthonormal", 1, _): self = .orthonormal
    case ("gaussian", 1, _): self = .gaussian
    case ("condition", 2, let condition?) where condition >= 1 && condition <= 1e12: self = .condition(condition)
    case ("rank", 2, let rank?) where rank >= 1 && rank <= 1e6 && rank.rounded() == rank: self = .rank(Int(rank))
    default: return nil
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let spectrum = Self(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected orthonormal, condition=C, rank=R or gaussian, found \"\(text)\"")
    }
    self = spectrum
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
