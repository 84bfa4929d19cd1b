/// What ``SpectralRecovery`` may be told.
public struct SpectralSettings: Codable, Equatable, Sendable {
  /// How many neurons there are.
  public enum Neurons: Codable, Equatable, Sendable {
    /// As many as ``NeuronCount`` finds.
    case automatic
    case count(Int)
  }

  /// How the z_i are got out of the null space.
  public enum Diagonalization: Codable, Equatable, Sendable {
    /// ``JointDiagonalization`` with at most so many starts.
    case joint(starts: Int)
    /// One ``Pencil`` X Y^{-1}; at most so many draws until its eigenvalues are real.
    case pencil(draws: Int)
  }

  public var neurons: Neurons
  /// s = sigma'(z) for z < 0, above -1.
  public var slope: Double
  /// Whiten x and the prediction of y. Without, x and y are taken as they stand.
  public var whitens: Bool
  /// Find the z_i with one half of the samples and W with the other, as the theorem asks. Costs accuracy.
  public var splits: Bool
  public var diagonalization: Diagonalization
  /// Move each z_i to the nearest minimum of the detector (``NeuronPolish``).
  public var polishes: Bool
  public var seed: UInt64

  public init(
    neurons: Neurons = .automatic, slope: Double = 0, whitens: Bool = true, splits: Bool = false,
    diagonalization: Diagonalization = .joint(starts: 8), polishes: Bool = true, seed: UInt64 = 0
  ) {
    self.neurons = neurons
    self.slope = slope
    self.whitens = whitens
    self.splits = splits
    self.diagonalization = diagonalization
    self.polishes = polishes
    self.seed = seed
  }

  /// The algorithms as the paper prints them: x and y as they stand, split samples, a single X Y^{-1}.
  ///
  /// Source: Ge, Kuditipudi, Li, Wang, ICLR 2019, algorithms 1 to 4.
  public static let literal = SpectralSettings(
    whitens: false, splits: true, diagonalization: .pencil(draws: 1), polishes: false)
}

extension SpectralSettings.Neurons {
  /// "auto", or the number.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let count = try? container.decode(Int.self) {
      self = .count(count)
    } else {
      guard try container.decode(String.self) == "auto" else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected \"auto\" or a number")
      }
      self = .automatic
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .automatic: try container.encode("auto")
    case .count(let count): try container.encode(count)
    }
  }
}

extension SpectralSettings.Diagonalization {
  /// "joint=8" or "pencil=1", the number that of starts or draws.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let parts = try container.decode(String.self).split(separator: "=", omittingEmptySubsequences: false)
    switch (parts.first ?? "", parts.count == 2 ? Int(parts[1]) : nil) {
    case ("joint", let starts?): self = .joint(starts: starts)
    case ("pencil", let draws?): self = .pencil(draws: draws)
    default:
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected \"joint=STARTS\" or \"pencil=DRAWS\"")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .joint(let starts): try container.encode("joint=\(starts)")
    case .pencil(let draws): try container.encode("pencil=\(draws)")
    }
  }
}
