#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A colour in Oklab, where equal distances look about equally different (B. Ottosson, 2020).
///
///     l    lightness, 0 (black) ... 1 (white)
///     a    green (-) to red (+)
///     b    blue (-) to yellow (+)
struct Lab: Hashable {
  var l, a, b: Double

  init(_ l: Double, _ a: Double, _ b: Double) {
    self.l = l
    self.a = a
    self.b = b
  }

  /// From lightness, chroma and hue in degrees.
  init(lightness: Double, chroma: Double, hue: Double) {
    let angle = hue * .pi / 180
    self.init(lightness, chroma * cos(angle), chroma * sin(angle))
  }

  func distance(to other: Lab) -> Double {
    let dl = l - other.l, da = a - other.a, db = b - other.b
    return (dl * dl + da * da + db * db).squareRoot()
  }

  /// The linear-light sRGB components; outside 0...1 when no screen can show the colour.
  var linearRGB: (red: Double, green: Double, blue: Double) {
    let x = l + 0.3963377774 * a + 0.2158037573 * b
    let y = l - 0.1055613458 * a - 0.0638541728 * b
    let z = l - 0.0894841775 * a - 1.2914855480 * b
    let (u, v, w) = (x * x * x, y * y * y, z * z * z)
    return (
      4.0767416621 * u - 3.3077115913 * v + 0.2309699292 * w,
      -1.2684380046 * u + 2.6097574011 * v - 0.3413193965 * w,
      -0.0041960863 * u - 0.7034186147 * v + 1.7076147010 * w
    )
  }

  /// The same lightness and hue with as much of the chroma as sRGB can show.
  var inGamut: Lab {
    func fits(_ share: Double) -> Bool {
      let c = Lab(l, a * share, b * share).linearRGB
      return [c.red, c.green, c.blue].allSatisfy { $0 >= -1e-4 && $0 <= 1.0001 }
    }
    if fits(1) { return self }
    var low = 0.0, high = 1.0
    for _ in 0..<30 {
      let middle = (low + high) / 2
      if fits(middle) { low = middle } else { high = middle }
    }
    return Lab(l, a * low, b * low)
  }

  /// The nearest 8-bit sRGB colour.
  var rgb: RGB {
    func byte(_ linear: Double) -> UInt8 {
      let c = min(max(linear, 0), 1)
      let encoded = c <= 0.0031308 ? 12.92 * c : 1.055 * pow(c, 1 / 2.4) - 0.055
      return UInt8((encoded * 255).rounded())
    }
    let c = linearRGB
    return RGB(red: byte(c.red), green: byte(c.green), blue: byte(c.blue))
  }
}

/// An 8-bit sRGB colour.
struct RGB: Hashable {
  var red, green, blue: UInt8

  /// `#rrggbb`.
  var hex: String {
    "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The nearest colour of the 6 x 6 x 6 cube among the 256 colours of a terminal.
  var terminal: Int {
    let steps = [0, 95, 135, 175, 215, 255]
    func nearest(_ c: UInt8) -> Int { steps.indices.min { abs(steps[$0] - Int(c)) < abs(steps[$1] - Int(c)) }! }
    return 16 + 36 * nearest(red) + 6 * nearest(green) + nearest(blue)
  }
}
