/// Colours for numbers: a curve through Oklab walked at constant speed, so that equal steps of the value look equal.
///
/// Both maps are told apart by lightness alone, which every reader sees; hue only helps. They are the same on white
/// paper and on a dark screen, so that a colour means the same number in both.
///
///     sequential    dark violet, blue, green, light yellow      lightness 0.24 ... 0.94
///     diverging     blue, near white, orange-brown              lightness 0.38, 0.96, 0.38
public enum ColorMap: String, Hashable, Sendable, CaseIterable {
  /// From low (dark) to high (light).
  case sequential
  /// Away from a neutral middle to either side.
  case diverging

  /// How many colours a figure uses; neighbours differ by less than the eye sees side by side.
  static let levels = 64

  /// The colour of a level, 0 ..< `levels`.
  func color(_ level: Int) -> RGB { table[min(max(level, 0), Self.levels - 1)].rgb }

  /// Whether text on this level must be dark.
  func isLight(_ level: Int) -> Bool { table[min(max(level, 0), Self.levels - 1)].l > 0.62 }

  var table: [Lab] {
    switch self {
    case .sequential: Self.sequentialTable
    case .diverging: Self.divergingTable
    }
  }

  private static let sequentialTable = evenly(levels, along: smooth([
    Lab(lightness: 0.24, chroma: 0.11, hue: 300), Lab(lightness: 0.40, chroma: 0.13, hue: 275),
    Lab(lightness: 0.55, chroma: 0.10, hue: 230), Lab(lightness: 0.68, chroma: 0.12, hue: 170),
    Lab(lightness: 0.81, chroma: 0.16, hue: 128), Lab(lightness: 0.94, chroma: 0.15, hue: 105),
  ]))

  private static let divergingTable = {
    let middle = Lab(0.96, 0, 0)
    let cold = smooth([
      Lab(lightness: 0.38, chroma: 0.14, hue: 262), Lab(lightness: 0.66, chroma: 0.12, hue: 248), middle,
    ])
    let warm = smooth([
      middle, Lab(lightness: 0.66, chroma: 0.12, hue: 58), Lab(lightness: 0.38, chroma: 0.11, hue: 42),
    ])
    // The two halves apart, so that the neutral colour stays in the middle whatever their lengths.
    return evenly(levels / 2, along: cold) + evenly(levels / 2, along: warm)
  }()

  /// A Catmull-Rom curve through the anchors, finely sampled and brought into sRGB.
  private static func smooth(_ anchors: [Lab]) -> [Lab] {
    var curve: [Lab] = []
    for i in 0..<(anchors.count - 1) {
      let p = [anchors[max(i - 1, 0)], anchors[i], anchors[i + 1], anchors[min(i + 2, anchors.count - 1)]]
      for step in 0..<100 {
        let t = Double(step) / 100
        func value(_ part: (Lab) -> Double) -> Double {
          let v = p.map(part)
          let linear = v[2] - v[0], square = 2 * v[0] - 5 * v[1] + 4 * v[2] - v[3]
          let cubic = -v[0] + 3 * v[1] - 3 * v[2] + v[3]
          return (2 * v[1] + t * (linear + t * (square + t * cubic))) / 2
        }
        curve.append(Lab(value(\.l), value(\.a), value(\.b)).inGamut)
      }
    }
    return curve + [anchors[anchors.count - 1].inGamut]
  }

  /// `count` colours at equal distances along a finely sampled curve, its ends included.
  private static func evenly(_ count: Int, along curve: [Lab]) -> [Lab] {
    var lengths = [0.0]
    for (a, b) in zip(curve, curve.dropFirst()) { lengths.append(lengths.last! + a.distance(to: b)) }
    var colors: [Lab] = []
    var i = 0
    for k in 0..<count {
      let target = lengths.last! * Double(k) / Double(count - 1)
      while i < curve.count - 2, lengths[i + 1] < target { i += 1 }
      let t = (target - lengths[i]) / (lengths[i + 1] - lengths[i])
      let a = curve[i], b = curve[i + 1]
      colors.append(Lab(a.l + (b.l - a.l) * t, a.a + (b.a - a.a) * t, a.b + (b.b - a.b) * t))
    }
    return colors
  }
}
