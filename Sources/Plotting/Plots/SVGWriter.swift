/// Builds the text of an SVG document, one element on a line, coordinates to a hundredth of a pixel.
struct SVGWriter {
  private(set) var text = ""
  private var open: [String] = []

  /// An attribute's number: two decimals at most, no trailing zeros.
  static func number(_ x: Double) -> String { rounded(x, decimals: 2) }

  static func rounded(_ x: Double, decimals: Int) -> String {
    var digits = fixed(x, decimals)
    if digits.contains(".") {
      while digits.last == "0" { digits.removeLast() }
      if digits.last == "." { digits.removeLast() }
    }
    return digits
  }

  /// Text made safe for XML: markup characters as entities, and characters that XML forbids as U+FFFD.
  static func escape(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case "\t", "\n", "\r": out += " "
      default:
        let forbidden = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE
        out.unicodeScalars.append(forbidden ? "\u{FFFD}" : scalar)
      }
    }
    return out
  }

  mutating func begin(_ element: String, _ attributes: String = "") {
    text += "<\(element)\(attributes.isEmpty ? "" : " " + attributes)>\n"
    open.append(element)
  }

  mutating func end() {
    text += "</\(open.removeLast())>\n"
  }

  mutating func raw(_ line: String) { text += line + "\n" }

  mutating func element(_ name: String, text content: String, _ attributes: String = "") {
    text += "<\(name)\(attributes.isEmpty ? "" : " " + attributes)>\(Self.escape(content))</\(name)>\n"
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ attributes: String) {
    let n = Self.number
    raw("<line x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\" \(attributes)/>")
  }

  mutating func rectangle(_ r: Rectangle, _ attributes: String) {
    let n = Self.number
    raw("<rect x=\"\(n(r.x))\" y=\"\(n(r.y))\" width=\"\(n(r.width))\" height=\"\(n(r.height))\" \(attributes)/>")
  }

  mutating func path(_ d: String, _ attributes: String) {
    raw("<path d=\"\(d)\" \(attributes)/>")
  }

  enum Anchor: String { case start, middle, end }

  mutating func label(_ content: String, _ x: Double, _ y: Double, size: Double, anchor: Anchor = .start,
    classes: String, attributes: String = "") {
    raw(opening(x, y, size, anchor, classes, attributes) + Self.escape(content) + "</text>")
  }

  /// A tick label, its exponent raised.
  mutating func label(_ tick: TickLabel, _ x: Double, _ y: Double, size: Double, anchor: Anchor, classes: String) {
    var content = Self.escape(tick.text)
    if let exponent = tick.exponentText {
      let rise = Self.number(-size * 0.36), small = Self.number(size * 0.72)
      content += "<tspan dy=\"\(rise)\" font-size=\"\(small)\">\(exponent)</tspan>"
    }
    raw(opening(x, y, size, anchor, classes, "") + content + "</text>")
  }

  private func opening(_ x: Double, _ y: Double, _ size: Double, _ anchor: Anchor, _ classes: String,
    _ attributes: String) -> String {
    let n = Self.number
    let place = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    let more = attributes.isEmpty ? "" : " " + attributes
    return "<text x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(n(size))\"\(place) class=\"\(classes)\"\(more)>"
  }
}

/// An axis-parallel rectangle in pixels, y downwards.
struct Rectangle: Hashable {
  var x, y, width, height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }

  func intersects(_ other: Rectangle) -> Bool {
    x < other.right && other.x < right && y < other.bottom && other.y < bottom
  }

  func contains(_ px: Double, _ py: Double) -> Bool { px >= x && px <= right && py >= y && py <= bottom }

  func grown(by d: Double) -> Rectangle { Rectangle(x: x - d, y: y - d, width: width + 2 * d, height: height + 2 * d) }
}
