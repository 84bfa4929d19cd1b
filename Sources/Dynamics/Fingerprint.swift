/// A 64-bit digest that is the same on every machine and in every version: of configurations, data and files.
///
///     h <- (h xor byte) 0x100000001b3          FNV-1a, from h = 0xcbf29ce484222325
///
/// It tells different contents apart where nobody means harm; it is no protection against forgery.
///
/// ```swift
/// var fingerprint = Fingerprint()
/// fingerprint.combine("digits")
/// fingerprint.combine(inputs)      // numbers by their bits
/// print(fingerprint.hexadecimal)   // 16 digits
/// ```
public struct Fingerprint: Hashable, Sendable {
  public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  public init() {}

  public init(_ text: String) { combine(text) }

  public mutating func combine(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }

  public mutating func combine(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { combine(byte) }
  }

  public mutating func combine(_ text: String) { combine(text.utf8) }

  /// Takes in numbers by their bits, a word at a time.
  ///
  /// A product carries bits upwards only; the shift brings signs and exponents, which stand highest, down again.
  public mutating func combine(_ numbers: some Sequence<Double>) {
    for x in numbers {
      value = (value ^ x.bitPattern) &* 0x100_0000_01b3
      value ^= value >> 32
    }
  }

  /// Sixteen digits.
  public var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
