/// Estimated extents of text in a sans-serif face, for layout without a font engine.
///
/// ASCII widths follow the classes of Helvetica; the estimate is within a few per cent for ordinary labels.
enum TextMetrics {
  /// Width in pixels at the given size.
  static func width(_ text: String, size: Double) -> Double {
    text.reduce(0) { $0 + em($1) } * size
  }

  /// Width of a tick label with its raised exponent at 70 % of the size.
  static func width(_ label: TickLabel, size: Double) -> Double {
    width(label.text, size: size) + (label.exponentText.map { width($0, size: size * 0.72) } ?? 0)
  }

  /// Breaks a text at spaces into lines of at most `limit` pixels; a longer word is cut with an ellipsis.
  static func wrap(_ text: String, size: Double, limit: Double) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      let piece = truncate(String(word), size: size, limit: limit)
      let longer = line.isEmpty ? piece : line + " " + piece
      if !line.isEmpty && width(longer, size: size) > limit {
        lines.append(line)
        line = piece
      } else {
        line = longer
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  static func truncate(_ text: String, size: Double, limit: Double) -> String {
    guard width(text, size: size) > limit else { return text }
    var kept = ""
    var used = em("…")
    for character in text {
      used += em(character)
      if used * size > limit { break }
      kept.append(character)
    }
    return kept + "…"
  }

  private static func em(_ c: Character) -> Double {
    guard c.unicodeScalars.count == 1, let value = c.unicodeScalars.first?.value, value < 0x80 else {
      let value = c.unicodeScalars.first!.value
      if value == 0x2212 || value == 0xD7 { return 0.58 }
      return displayWidth(c) == 2 ? 1.05 : value < 0x2000 ? 0.6 : 0.7
    }
    switch c {
    case "i", "j", "l", "'": return 0.22
    case " ", ".", ",", ":", ";", "!", "|", "I", "f", "t", "/", "\\", "[", "]": return 0.28
    case "(", ")", "r", "-", "`", "\"", "{", "}": return 0.34
    case "m", "M": return 0.83
    case "w", "C", "D", "H", "N", "R", "U": return 0.72
    case "G", "O", "Q": return 0.78
    case "W", "@": return 0.95
    case "%": return 0.89
    case "c", "k", "s", "v", "x", "y", "z", "J": return 0.5
    case "A", "B", "E", "K", "P", "S", "V", "X", "Y", "&": return 0.67
    case "F", "T", "Z": return 0.61
    case "+", "<", "=", ">", "~": return 0.58
    default: return 0.556
    }
  }
}

/// Terminal cells taken by a character: 2 for East Asian wide characters and emoji, 0 for combining marks, else 1.
func displayWidth(_ c: Character) -> Int {
  guard let first = c.unicodeScalars.first else { return 0 }
  if c.isASCII { return 1 }
  if first.properties.generalCategory == .nonspacingMark || first.properties.generalCategory == .format { return 0 }
  if first.properties.isEmojiPresentation || c.unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
  switch first.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}

/// Terminal cells taken by a text.
func displayWidth(_ text: String) -> Int { text.reduce(0) { $0 + displayWidth($1) } }
