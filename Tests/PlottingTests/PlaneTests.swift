import Foundation
import Testing

@testable import Plotting

@Suite("Trajectories, rays and intervals")
struct PlaneTests {
  private func layout(_ plot: Plot, width: Double = 400, height: Double = 250) -> PanelLayout {
    PanelLayout(plot, in: Rectangle(x: 0, y: 0, width: width, height: height), limits: plot.limits(), right: 10,
      showsY: true)
  }

  @Test("equal aspect: a unit is as long on both axes, whether the limits widen or the panel shrinks")
  func aspect() {
    let points = [Point(0, 0), Point(3, 1)]
    let heat = HeatMap(x: 0...3, y: 0...1) { x, y in x + y }
    let plots = [
      Plot(series: [.line("a", points)], aspect: .equal),
      Plot(x: Axis(range: 0...1), y: Axis(range: 0...1), series: [.line("a", points)], aspect: .equal),
      Plot(series: [.heatMap(heat), .line("a", points)], aspect: .equal),
    ]
    for (i, plot) in plots.enumerated() {
      for (width, height) in [(400.0, 250.0), (250, 400)] {
        let l = layout(plot, width: width, height: height)
        #expect(abs((l.px(1) - l.px(0)) - (l.py(0) - l.py(1))) < 1e-9, "plot \(i)")
        #expect(l.px(0) >= l.area.x && l.py(0) <= l.area.bottom + 1e-9)
        if i == 2 { #expect(l.limits == plot.limits()) }
      }
    }
  }

  @Test("each path has its line, an arrow head, a start and an end")
  func trajectories() {
    let paths = (0..<3).map { k in (0...9).map { Point(Double($0), Double($0 * k)) } }
    let svg = Plot(series: [.trajectories("t", paths)]).svg()
    let lines = svg.split(separator: "\n")
    let plain = lines.count { $0.hasPrefix("<path d=") && !$0.contains("class") && !$0.contains("fill") }
    #expect(plain == 3)
    #expect(lines.contains { $0.contains("class=\"hollow\"") })
    for name in ["start", "end", "t"] { #expect(svg.contains(">\(name)</text>")) }
    // Many are thin.
    let many = Plot(series: [.trajectories("t", [[Point]](repeating: paths[1], count: 100))]).svg()
    #expect(many.contains("stroke-width=\"1\" stroke-opacity=\"0.45\""))
  }

  @Test("an arrow head points along its path")
  func heads() {
    let d = PanelDrawing.head(along: [(x: 0, y: 0), (x: 100, y: 0)], at: 0.5, size: 10)
    #expect(d == "M50 0L40 4.2L40 -4.2Z")
    #expect(PanelDrawing.head(along: [(x: 0, y: 0), (x: 9, y: 0)], at: 0.5, size: 10).isEmpty, "too short to carry one")
  }

  @Test("simplifying keeps a path within the tolerance and its ends")
  func simplification() {
    let spiral = (0...2000).map { k in
      let t = Double(k) / 200
      return (x: 20 * t * cos(t), y: 20 * t * sin(t))
    }
    let kept = simplify(spiral, tolerance: 0.5)
    #expect(kept.count < 200 && kept.first! == spiral.first! && kept.last! == spiral.last!)
    for p in spiral {
      let distance = zip(kept, kept.dropFirst()).map { a, b in
        let dx = b.x - a.x, dy = b.y - a.y
        let t = min(max(((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy), 0), 1)
        return ((p.x - a.x - t * dx) * (p.x - a.x - t * dx) + (p.y - a.y - t * dy) * (p.y - a.y - t * dy)).squareRoot()
      }.min()!
      #expect(distance <= 0.5 + 1e-9)
    }
    // There and back again: the turning point is not on the line between the ends.
    #expect(simplify([(0, 0), (10, 0), (0, 0)].map { (x: $0.0, y: $0.1) }).count == 3)
  }

  @Test("an extended ray ends at the edge of the panel, in its direction")
  func rays() throws {
    let plot = Plot(series: [
      .line("a", [Point(-2, -2), Point(2, 2)]), .ray("r", to: Point(0.5, 0.25), isExtended: true),
    ], aspect: .equal)
    let l = layout(plot)
    let ends = try #require(l.ray(plot.series[1], true))
    let dx = ends.to.x - ends.from.x, dy = ends.from.y - ends.to.y
    #expect(abs(dy / dx - 0.5) < 1e-9)
    #expect(abs(ends.to.x - l.area.right) < 1e-9 || abs(ends.to.y - l.area.y) < 1e-9)
    #expect(plot.svg().contains(">r</text>"))
    #expect(l.ray(.ray("none", to: Point(0, 0)), false) == nil)
  }

  @Test("intervals of several series stand side by side; a NaN end draws no line")
  func intervals() throws {
    let a = Series.intervals("a", [Point(0, 1), Point(1, 2)], lower: [0.5, .nan], upper: [1.5, 3])
    let b = Series.intervals("b", [Point(0, 1), Point(1, 2)], lower: [0.5, 1], upper: [1.5, 3])
    let plot = Plot(x: Axis(categories: ["p", "q"]), series: [a, b])
    let l = layout(plot)
    #expect(l.dodge(a) == -l.dodge(b) && l.dodge(b) > 0)
    #expect(l.ends(.nan, 1) == nil)
    let limits = plot.limits()
    #expect(limits.y.lowerBound < 0.5 && limits.y.upperBound > 3 && limits.x == -0.5...1.5)
    // A lower end of zero on a logarithmic axis: down to the edge, and no cap there.
    let log = layout(Plot(y: Axis(scale: .log10), series: [.intervals("a", [Point(0, 1)], lower: [0], upper: [2])]))
    #expect(try #require(log.ends(0, 2)).bottom == log.area.bottom)
    #expect(plot.csv().contains("\na,interval,p,1.0,0.5,1.5\n"))
  }

  @Test("long names of categories are slanted and stay inside the figure")
  func names() {
    let names = (0..<6).map { "a long name of method \($0)" }
    let wide = layout(Plot(x: Axis(categories: ["a", "b"])))
    let slanted = layout(Plot(x: Axis(categories: names)))
    #expect(!wide.xIsSlanted && slanted.xIsSlanted)
    #expect(slanted.area.bottom < wide.area.bottom - 30)
    for tick in slanted.xTicks {
      let width = TextMetrics.width(tick.label?.text ?? "", size: PanelLayout.tickSize)
      #expect(slanted.px(tick.value) - width * 0.85 >= 0)
    }
  }

  @Test("panels fill rows evenly, and share what they are asked to")
  func grids() {
    let panels = (1...5).map { k in
      Plot(title: "\(k)", x: Axis("x"), series: [.line("a", [Point(0, 0), Point(1, Double(k))])])
    }
    func figure(_ columns: Int?) -> Figure {
      Figure(title: "", subtitle: nil, panels: panels,
        grid: Figure.Grid(columns: columns, sharesX: true, sharesY: true, sharesColor: true))
    }
    #expect(figure(nil).columns(width: 900) == 3 && figure(nil).rows(width: 900) == 2)
    #expect(figure(nil).columns(width: 400) == 2 && figure(nil).rows(width: 150) == 5)
    #expect(figure(4).columns(width: 900) == 4 && figure(9).rows(width: 100) == 1)
    let svg = PlotGrid(panels: panels, columns: 3, sharesX: true).svg()
    // The label of x stands under the lowest panel of each of three columns.
    #expect(svg.split(separator: "\n").count { $0.hasSuffix(">x</text>") } == 3)
    #expect(svg.contains("height=\"620\""))
  }
}
