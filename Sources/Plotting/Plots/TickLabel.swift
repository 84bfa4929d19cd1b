/// The text beside a tick: a plain number such as `0.5`, or a power such as 10 with the exponent −17.
public struct TickLabel: Hashable, Sendable {
  /// The number, or everything that stands before the raised exponent.
  public var text: String
  public var exponent: Int?
  /// The same in ASCII: `0.5`, `1e-17`.
  public var ascii: String

  /// A plain number with a fixed count of decimals, optionally with a unit prefix such as `k`.
  static func decimal(_ x: Double, decimals: Int, suffix: String = "") -> TickLabel {
    let ascii = fixed(x, decimals) + suffix
    return TickLabel(text: typographic(ascii), exponent: nil, ascii: ascii)
  }

  /// The name of a category.
  static func name(_ text: String) -> TickLabel {
    TickLabel(text: text, exponent: nil, ascii: Terminal.ascii(Terminal.printable(text)))
  }

  /// mantissa x base^exponent; a mantissa of one is left out.
  static func power(_ mantissa: String = "1", base: Int = 10, exponent: Int) -> TickLabel {
    let front = mantissa == "1" ? "" : mantissa == "-1" ? "-" : mantissa + "\u{D7}"
    let ascii = base == 10 ? "\(mantissa)e\(exponent)"
      : "\(mantissa == "1" ? "" : mantissa + "*")\(base)^\(exponent)"
    return TickLabel(text: typographic(front) + String(base), exponent: exponent, ascii: ascii)
  }

  /// The label on one line, the exponent in raised Unicode digits: `10⁻¹⁷`.
  public var unicode: String {
    guard let exponent else { return text }
    let raised: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    ]
    return text + String(String(exponent).map { raised[$0] ?? $0 })
  }

  /// The exponent with a true minus sign, as it is set in raised type.
  var exponentText: String? { exponent.map { typographic(String($0)) } }
}

/// Writes the minus sign as U+2212, which is as wide as a digit's neighbour signs.
func typographic(_ number: String) -> String {
  String(number.map { $0 == "-" ? "\u{2212}" : $0 })
}

/// `x` with exactly `decimals` digits after the point, halves away from zero; never a negative zero.
///
/// Coordinates and labels go through here and not through `printf`, whose decimal point follows the user's locale.
func fixed(_ x: Double, _ decimals: Int) -> String {
  precondition((0...15).contains(decimals))
  var power = 1.0
  for _ in 0..<decimals { power *= 10 }
  let scaled = (x * power).rounded()
  guard abs(scaled) < 9e18 else { return String(describing: x) }
  let digits = String(abs(Int64(scaled)))
  let sign = scaled < 0 ? "-" : ""
  guard decimals > 0 else { return sign + digits }
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}
