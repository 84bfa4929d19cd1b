/// Reads JSON (RFC 8259) and keeps every digit.
///
/// Foundation's reader on Linux goes through decimal arithmetic and misses the last bit of more than half of all
/// fractions; its decoder does not tell 1e17 from 100000000000000000, which are two texts.
struct JSONReader {
  /// Where a text is not JSON, and why.
  struct Failure: Error, CustomStringConvertible {
    let line: Int
    let column: Int
    let reason: String
    var description: String { "line \(line), column \(column): \(reason)" }
  }

  /// Deeper nesting than any file of ours has; without a limit the stack would have one.
  private static let depthLimit = 500

  private let bytes: UnsafeBufferPointer<UInt8>
  private var i = 0
  private var depth = 0

  static func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(Failure) -> JSONValue {
    var reader = JSONReader(bytes: bytes)
    let value = try reader.value()
    reader.skipSpace()
    guard reader.i == bytes.count else { throw reader.failure("something follows the value") }
    return value
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private func failure(_ reason: String) -> Failure {
    let before = bytes[..<min(i, bytes.count)]
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return Failure(
      line: 1 + before.count { $0 == UInt8(ascii: "\n") }, column: 1 + before.count - start,
      reason: i >= bytes.count ? "the text ends too early" : reason)
  }

  private mutating func skipSpace() {
    while i < bytes.count, bytes[i] == 0x20 || bytes[i] == 0x0a || bytes[i] == 0x0d || bytes[i] == 0x09 { i += 1 }
  }

  /// Skips space and one given character; false where another follows.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard i < bytes.count, bytes[i] == UInt8(ascii: character) else { return false }
    i += 1
    return true
  }

  private mutating func value() throws(Failure) -> JSONValue {
    skipSpace()
    guard i < bytes.count else { throw failure("") }
    switch bytes[i] {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func object() throws(Failure) -> JSONValue {
    try enter()
    var members: [String: JSONValue] = [:]
    if !take("}") {
      repeat {
        skipSpace()
        let name = try string()
        guard take(":") else { throw failure("a colon is missing") }
        members[name] = try value()
      } while take(",")
      guard take("}") else { throw failure("a comma or } is missing") }
    }
    depth -= 1
    return .object(members)
  }

  private mutating func array() throws(Failure) -> JSONValue {
    try enter()
    var items: [JSONValue] = []
    if !take("]") {
      repeat { items.append(try value()) } while take(",")
      guard take("]") else { throw failure("a comma or ] is missing") }
    }
    depth -= 1
    return .array(items)
  }

  private mutating func enter() throws(Failure) {
    i += 1
    depth += 1
    guard depth <= Self.depthLimit else { throw failure("nested more than \(Self.depthLimit) deep") }
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
    for k in 0..<text.utf8CodeUnitCount {
      guard i < bytes.count, bytes[i] == text.utf8Start[k] else { throw failure("true, false or null is meant") }
      i += 1
    }
    return value
  }

  // MARK: Numbers

  private mutating func digits() -> Int {
    let start = i
    while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 { i += 1 }
    return i - start
  }

  private mutating func number() throws(Failure) -> JSONValue {
    let start = i
    if bytes[i] == UInt8(ascii: "-") { i += 1 }
    let first = i
    let count = digits()
    guard count == 1 || count > 1 && bytes[first] != 48 else { throw failure("a value is missing") }
    var isWhole = true
    if i < bytes.count, bytes[i] == UInt8(ascii: ".") {
      i += 1
      isWhole = false
      guard digits() > 0 else { throw failure("digits are missing after the point") }
    }
    if i < bytes.count, bytes[i] | 0x20 == UInt8(ascii: "e") {
      i += 1
      isWhole = false
      if i < bytes.count, bytes[i] == UInt8(ascii: "+") || bytes[i] == UInt8(ascii: "-") { i += 1 }
      guard digits() > 0 else { throw failure("digits are missing in the exponent") }
    }
    let text = String(decoding: bytes[start..<i], as: UTF8.self)
    if isWhole, let integer = Int64(text) { return .integer(integer) }
    guard let x = Double(text), x.isFinite else { throw failure("\(text) is too large") }
    return JSONValue(x)
  }

  // MARK: Text

  private mutating func string() throws(Failure) -> String {
    guard i < bytes.count, bytes[i] == UInt8(ascii: "\"") else { throw failure("a quotation mark is missing") }
    i += 1
    var start = i
    var units: [UInt8] = []
    while i < bytes.count {
      switch bytes[i] {
      case UInt8(ascii: "\""):
        // Nearly every text has nothing to be replaced.
        guard
          let text = units.isEmpty
            ? String(validating: bytes[start..<i], as: UTF8.self)
            : String(validating: units + bytes[start..<i], as: UTF8.self)
        else { throw failure("not UTF-8") }
        i += 1
        return text
      case UInt8(ascii: "\\"):
        units += bytes[start..<i]
        i += 1
        units += Array(String(try escaped()).utf8)
        start = i
      case 0..<0x20: throw failure("a control character in a text")
      default: i += 1
      }
    }
    throw failure("")
  }

  private mutating func escaped() throws(Failure) -> Unicode.Scalar {
    guard i < bytes.count else { throw failure("") }
    i += 1
    switch bytes[i - 1] {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let high = try hexadecimal()
      if let scalar = Unicode.Scalar(high) { return scalar }
      guard high < 0xdc00, i + 1 < bytes.count, bytes[i] == UInt8(ascii: "\\"), bytes[i + 1] == UInt8(ascii: "u") else {
        throw failure("half of a pair of surrogates")
      }
      i += 2
      let low = try hexadecimal()
      guard (0xdc00..<0xe000).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (UInt32(high - 0xd800) << 10) + UInt32(low - 0xdc00))
      else { throw failure("half of a pair of surrogates") }
      return scalar
    default: throw failure("an unknown character after \\")
    }
  }

  private mutating func hexadecimal() throws(Failure) -> UInt16 {
    guard i + 4 <= bytes.count,
      bytes[i..<i + 4].allSatisfy({ ($0 | 0x20) >= 97 && ($0 | 0x20) <= 102 || $0 >= 48 && $0 <= 57 }),
      let unit = UInt16(String(decoding: bytes[i..<i + 4], as: UTF8.self), radix: 16)
    else { throw failure("four hexadecimal digits are needed") }
    i += 4
    return unit
  }
}
