import Dynamics

/// What decides a run's numbers, apart from its seed: the verb, the version of its settings, and every setting resolved.
///
/// Two runs with equal configurations and seeds are the same run, whichever sweep or command asked for them.
public struct RunConfiguration: Hashable, Sendable, Codable {
  /// What is run: "fit", or the name of an experiment.
  public let verb: String
  /// Raised by a verb whenever equal settings would give other numbers than before.
  public let schema: Int
  /// The settings as an object, with every default filled in; data by name and digest.
  public let settings: JSONValue

  public init(verb: String, schema: Int, settings: JSONValue) {
    self.verb = verb
    self.schema = schema
    self.settings = settings
  }

  /// Twelve hexadecimal digits of the digest of the canonical text: the name of the folder.
  ///
  /// Among 10^5 configurations two agree by chance with a probability of 2e-5; the store compares the configuration
  /// itself and refuses to mix two.
  public var hash: String {
    var h = Fingerprint("\(verb) \(schema) \(settings.text)").value
    // The end of the mixing of MurmurHash3 (Appleby): every bit of the digest moves every bit that is kept.
    h = (h ^ (h >> 33)) &* 0xff51_afd7_ed55_8ccd
    h = (h ^ (h >> 33)) &* 0xc4ce_b9fe_1a85_ec53
    h ^= h >> 33
    let digits = String(h >> 16, radix: 16)
    return String(repeating: "0", count: 12 - digits.count) + digits
  }
}

/// A run that somebody wants: configuration, seed, and how it is told apart from its neighbours.
public struct PlannedRun: Hashable, Sendable, Codable {
  public let configuration: RunConfiguration
  public let seed: UInt64
  /// The values that vary within the plan, by the names that the plan gives them.
  public let point: [String: JSONValue]
  /// The command that makes this one run, without the program's name; empty where there is none.
  public let command: [String]

  public init(
    configuration: RunConfiguration, seed: UInt64, point: [String: JSONValue] = [:], command: [String] = []
  ) {
    self.configuration = configuration
    self.seed = seed
    self.point = point
    self.command = command
  }

  /// The folder within the experiment's: `8f3a09c1d2e4/seed-0007`.
  public var path: String { "\(configuration.hash)/\(RunFolder.name(ofSeed: seed))" }
}
