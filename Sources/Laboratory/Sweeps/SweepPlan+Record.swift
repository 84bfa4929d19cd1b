extension SweepPlan.Record {
  private enum CodingKeys: String, CodingKey { case version, verb, axes, headline, seeds, configurations, hashes }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let seeds = try container.decode([JSONValue].self, forKey: .seeds).map(\.seedValue)
    guard !seeds.contains(nil) else {
      throw DecodingError.dataCorruptedError(forKey: .seeds, in: container, debugDescription: "not a seed")
    }
    self.init(
      version: try container.decode(Int.self, forKey: .version), verb: try container.decode(String.self, forKey: .verb),
      axes: try container.decode([String].self, forKey: .axes),
      headline: try container.decode([String].self, forKey: .headline), seeds: seeds.map { $0! },
      configurations: try container.decode([String: Configuration].self, forKey: .configurations),
      hashes: try container.decode([String].self, forKey: .hashes))
  }

  /// Writes seeds as `JSONValue(seed:)` has them, which keeps all of their digits.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(version, forKey: .version)
    try container.encode(verb, forKey: .verb)
    try container.encode(axes, forKey: .axes)
    try container.encode(headline, forKey: .headline)
    try container.encode(seeds.map { JSONValue(seed: $0) }, forKey: .seeds)
    try container.encode(configurations, forKey: .configurations)
    try container.encode(hashes, forKey: .hashes)
  }
}
