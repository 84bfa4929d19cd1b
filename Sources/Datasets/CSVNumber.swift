/// What a cell holds.
enum CSVContent {
  /// A number, possibly infinite.
  case number(Double)
  case missing
  case text
}

extension CSVTable {
  /// Cells that stand for a missing value, besides the empty one; whatever their case.
  static let missingWords: Set<String> = ["na", "n/a", "nan", "null", "?"]

  /// Tells a number from a missing value and from text. Only decimal notation counts as a number, and "inf".
  func content(_ cell: Cell) -> CSVContent {
    if cell.length == 0 { return .missing }
    let number = bytes.withUnsafeBufferPointer {
      decimal(UnsafeBufferPointer(rebasing: $0[cell.start..<cell.start + cell.length]))
    }
    if let number { return .number(number) }
    if cell.length > 9 { return .text }
    switch text(cell).lowercased() {
    case let word where Self.missingWords.contains(word): return .missing
    case "inf", "+inf", "infinity", "+infinity": return .number(.infinity)
    case "-inf", "-infinity": return .number(-.infinity)
    default: return .text
    }
  }
}

/// The number that the whole text is in decimal notation, correctly rounded; nil if it is anything else.
///
/// Up to 15 digits with a power of ten up to 22 are exact as a quotient or product of two exact doubles (Clinger,
/// "How to read floating point numbers accurately", 1990); the rest goes through the standard library.
func decimal(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
  var at = 0
  let negative = text.first == 0x2d
  if negative || text.first == 0x2b { at = 1 }
  var (digits, significand, scale) = (0, UInt64(0), 0)
  var seenPoint = false
  while at < text.count {
    let byte = text[at]
    if byte >= 0x30 && byte <= 0x39 {
      if digits < 19 { significand = significand * 10 + UInt64(byte - 0x30) }
      digits += 1
      if seenPoint { scale -= 1 }
    } else if byte == 0x2e && !seenPoint {
      seenPoint = true
    } else {
      break
    }
    at += 1
  }
  guard digits > 0 else { return nil }
  if at < text.count {
    guard text[at] == 0x65 || text[at] == 0x45 else { return nil }
    at += 1
    guard at < text.count else { return nil }
    let down = text[at] == 0x2d
    if down || text[at] == 0x2b { at += 1 }
    guard at < text.count else { return nil }
    var exponent = 0
    while at < text.count {
      guard text[at] >= 0x30, text[at] <= 0x39 else { return nil }
      exponent = min(exponent * 10 + Int(text[at] - 0x30), 1_000_000)
      at += 1
    }
    scale += down ? -exponent : exponent
  }
  if digits <= 15, abs(scale) <= 22 {
    let value = Double(significand)
    let magnitude = scale < 0 ? value / powersOfTen[-scale] : value * powersOfTen[scale]
    return negative ? -magnitude : magnitude
  }
  return Double(String(decoding: text, as: UTF8.self))
}

private let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]
