/// Colours that readers with any of the common colour deficiencies can tell apart, after Okabe and Ito (2008).
///
/// Each hue has a darker form for white paper and a lighter one for dark screens; yellow is left out, since it vanishes
/// on white. Beyond six series the colours repeat, and marker shapes and dashes go on distinguishing.
struct Palette {
  static let light = ["#0072b2", "#d55e00", "#009e73", "#b4558f", "#c98300", "#3a3f47"]
  static let dark = ["#5ab4f0", "#ff8a47", "#2fc998", "#ea9cca", "#f2b632", "#c3c8d1"]
  /// The nearest of the 256 colours of a terminal.
  static let terminal = [32, 202, 36, 169, 172, 245]

  static var count: Int { light.count }

  /// The style sheet of a figure; every rule is confined to it, so that figures can be pasted into one HTML page.
  static func styleSheet(_ theme: Theme) -> String {
    let day = rules(light, paper: "#ffffff", ink: "#1c1d21", muted: "#575b64", grid: "#e6e8ec", axis: "#8b9099")
    let night = rules(dark, paper: "#15171b", ink: "#eceef2", muted: "#a7acb6", grid: "#2b2e35", axis: "#747a85")
    let font = ".shallows-plot{font-family:\"Helvetica Neue\",Helvetica,Arial,\"Liberation Sans\",sans-serif}\n"
    return switch theme {
    case .light: font + day
    case .dark: font + night
    case .automatic: font + day + "@media (prefers-color-scheme:dark){\n" + night + "}\n"
    }
  }

  private static func rules(_ hues: [String], paper: String, ink: String, muted: String, grid: String, axis: String)
    -> String {
    var css = ""
    func rule(_ name: String, _ body: String) { css += ".shallows-plot .\(name){\(body)}\n" }
    rule("paper", "fill:\(paper)")
    rule("ink", "fill:\(ink)")
    rule("muted", "fill:\(muted)")
    rule("halo", "stroke:\(paper);stroke-width:3.5px;stroke-linejoin:round;paint-order:stroke")
    rule("ring", "stroke:\(paper);stroke-width:1px")
    rule("grid", "stroke:\(grid);stroke-width:1px")
    rule("axis", "stroke:\(axis);stroke-width:1px")
    rule("hollow", "fill:\(paper);stroke:currentColor;stroke-width:1.5px")
    rule("blank", "stroke:\(paper)")
    rule("casing", "stroke:\(paper);stroke-opacity:0.85")
    rule("paperline", "stroke:\(paper);stroke-width:0.75px")
    rule("box", "fill:\(paper);fill-opacity:0.85")
    rule("neutral", "color:\(muted)")
    for (i, hue) in hues.enumerated() { rule("hue\(i)", "color:\(hue)") }
    return css
  }
}

/// Whether a figure follows the reader's colour scheme or fixes its own.
public enum Theme: String, Hashable, Sendable, CaseIterable { case automatic, light, dark }
