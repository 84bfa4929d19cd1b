/// Shapes that tell series apart without colour.
enum Marker {
  static func path(_ hue: Int, _ x: Double, _ y: Double, radius r: Double) -> String {
    func polygon(_ corners: [(Double, Double)]) -> String {
      PanelDrawing.polyline(corners.map { (x + $0.0 * r, y + $0.1 * r) }) + "Z"
    }
    let n = SVGWriter.number
    switch hue % 5 {
    case 1: return polygon([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case 2: return polygon([(0, -1.25), (1.15, 0.85), (-1.15, 0.85)])
    case 3: return polygon([(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)])
    case 4: return polygon([(0, 1.25), (1.15, -0.85), (-1.15, -0.85)])
    default: return "M\(n(x - r)) \(n(y))a\(n(r)) \(n(r)) 0 1 0 \(n(2 * r)) 0a\(n(r)) \(n(r)) 0 1 0 \(n(-2 * r)) 0Z"
    }
  }

  /// Dashes for the series beyond the palette.
  static func dashes(_ hue: Int) -> String {
    switch hue / Palette.count % 3 {
    case 1: " stroke-dasharray=\"7 4\""
    case 2: " stroke-dasharray=\"2 4\""
    default: ""
    }
  }
}
