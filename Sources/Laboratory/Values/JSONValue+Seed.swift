extension JSONValue {
  /// A seed: a number where JSON's readers keep all of its digits (up to 2^53), otherwise a text.
  public init(seed: UInt64) { self = seed <= 1 << 53 ? .integer(Int64(seed)) : .string("\(seed)") }

  /// The seed, if this is one.
  public var seedValue: UInt64? {
    switch self {
    case .integer(let i): UInt64(exactly: i)
    case .string(let text): UInt64(text)
    default: nil
    }
  }
}
