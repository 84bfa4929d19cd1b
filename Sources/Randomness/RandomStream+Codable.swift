// The block is left out of both: it follows from the key and the position.

extension RandomStream: Equatable {
  /// Whether the two have the same key and position, and so the same future.
  public static func == (a: RandomStream, b: RandomStream) -> Bool {
    a.philox.key0 == b.philox.key0 && a.philox.key1 == b.philox.key1 && a.drawn == b.drawn
  }
}

extension RandomStream: Codable {
  private enum CodingKeys: String, CodingKey { case key, position }

  /// Writes the key as two hexadecimal strings, since many readers of JSON round integers above 2^53.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode([philox.key0, philox.key1].map { String($0, radix: 16) }, forKey: .key)
    try container.encode(String(drawn, radix: 16), forKey: .position)
  }

  /// - Throws: `DecodingError.dataCorrupted` if the key is not two hexadecimal words or the position not one.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let key = try container.decode([String].self, forKey: .key).map { UInt64($0, radix: 16) }
    let position = UInt64(try container.decode(String.self, forKey: .position), radix: 16)
    guard key.count == 2, let key0 = key[0], let key1 = key[1] else {
      throw DecodingError.dataCorruptedError(
        forKey: .key, in: container, debugDescription: "expected two hexadecimal words of at most 16 digits")
    }
    guard let position else {
      throw DecodingError.dataCorruptedError(
        forKey: .position, in: container, debugDescription: "expected a hexadecimal word of at most 16 digits")
    }
    self.init(Philox(key0, key1), position: position)
  }
}
