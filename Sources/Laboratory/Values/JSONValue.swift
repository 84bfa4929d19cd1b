import Foundation

/// A value of JSON, with one text for equal values: keys sorted, no spaces, shortest digits.
///
/// Whole numbers within 2^53 are integers however they were written, so that `8` and `8.0` are one setting. Numbers that
/// JSON has no notation for are written as the strings "inf", "-inf" and "nan", and read back as strings;
/// ``numericValue`` understands them.
public enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// A number in its normal form.
  public init(_ x: Double) {
    if x.isFinite, abs(x) < 0x1p53, x == x.rounded() {
      self = .integer(Int64(x))
    } else if x.isFinite {
      self = .number(x)
    } else {
      self = .string(x.isNaN ? "nan" : x > 0 ? "inf" : "-inf")
    }
  }

  /// What a value encodes itself as.
  ///
  /// - Throws: what its `encode` throws.
  public init(encoding value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    self = try JSONValue(json: encoder.encode(value))
  }

  /// The value that this one encodes.
  ///
  /// - Throws: `DecodingError`.
  public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(type, from: Data(text.utf8))
  }

  // MARK: Parts

  public subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  public var stringValue: String? { if case .string(let text) = self { text } else { nil } }
  public var integerValue: Int64? { if case .integer(let i) = self { i } else { nil } }
  public var arrayValue: [JSONValue]? { if case .array(let items) = self { items } else { nil } }
  public var objectValue: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }

  /// The number, if this is one: an integer, a fraction, or one of the words "inf", "-inf" and "nan".
  public var numericValue: Double? {
    switch self {
    case .integer(let i): Double(i)
    case .number(let x): x
    case .string("inf"): .infinity
    case .string("-inf"): -.infinity
    case .string("nan"): .nan
    default: nil
    }
  }

  /// The value as a cell of a table: text without quotes, nothing for null.
  public var cell: String {
    switch self {
    case .null: ""
    case .string(let text): text
    default: text
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self.init(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
  }
}
