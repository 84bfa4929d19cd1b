import Foundation
import Testing

@testable import Plotting

@Suite("Heat map")
struct HeatMapTests {
  @Test("samples fill the grid of their positions by means; a NaN is not averaged away")
  func samples() {
    let map = HeatMap(samples: [(2, 1, 1), (1, 1, 0), (2, 1, 0), (1, 5, .nan), (1, 5, 1), (.nan, 1, 1)])
    #expect(map.x == .centers([1, 2]) && map.y == .centers([1, 5]))
    #expect(map[0, 0] == 0 && map[1, 0] == 0.5 && map[0, 1].isNaN && map[1, 1].isNaN)
    let plot = Plot(series: [.heatMap(map)])
    #expect(plot.omissionNote == "1 point not shown (not finite); 2 cells struck through (no value)")
  }

  @Test("cells border half-way between their middles, on the scale of the axis")
  func cells() throws {
    let linear = Cells.centers([1, 2, 4]).intervals(on: .linear).compactMap { $0 }
    #expect(linear.map(\.low) == [0.5, 1.5, 3] && linear.map(\.high) == [1.5, 3, 5])
    let log = Cells.centers([0, 1, 4]).intervals(on: .log2)
    #expect(log[0] == nil)
    // Powers of two to the half: exp2 and log2 are exact here to the last bit but one.
    let (one, four) = (try #require(log[1]), try #require(log[2]))
    #expect(abs(one.high - 2) < 1e-14 && abs(four.high - 8) < 1e-13)
    #expect(Cells.edges([0, 1, 10]).intervals(on: .log10).map { $0 == nil } == [true, false])
    #expect(Cells.edges([0, 1, 10]).count == 2 && Cells.edges([]).count == 0 && Cells.categories(3).count == 3)
  }

  @Test("axes end with the cells, and cells without a place are counted")
  func limits() {
    let map = HeatMap(x: .centers([0, 1, 4, 16]), y: .centers([1, 2]), values: [Double](repeating: 1, count: 8))
    let plot = Plot(x: Axis(scale: .log2), series: [.heatMap(map)])
    let limits = plot.limits()
    #expect(abs(limits.x.lowerBound - 0.5) < 1e-14 && abs(limits.x.upperBound - 32) < 1e-12)
    #expect(limits.y == 0.5...2.5)
    #expect(plot.omissionNote == "2 cells not shown (not finite, or not positive on a logarithmic axis)")
    // A line that goes on beyond the cells still gets its margin.
    let more = Plot(series: [.heatMap(map), .line("a", [Point(-10, 1), Point(3, 1)])]).limits()
    #expect(more.x.lowerBound < -10 && more.x.upperBound == 22)
  }

  @Test("equal neighbours are one rectangle; missing cells are struck through; few values are written in")
  func drawing() {
    let map = HeatMap(x: .categories(3), y: .categories(2), values: [1, 1, 2, 2, .nan, 2])
    let lines = Plot(series: [.heatMap(map)]).svg().split(separator: "\n")
    let cells = lines.filter { $0.hasPrefix("<path") && $0.contains("z") }.joined()
    #expect(cells.count { $0 == "z" } == 5, "1 1 | 2 / 2 | missing | 2")
    #expect(lines.count { $0.contains("class=\"number\"") } == 5)
    let many = HeatMap(x: .categories(20), y: .categories(20), values: (0..<400).map(Double.init))
    #expect(!Plot(series: [.heatMap(many)]).svg().contains("class=\"number\""))
    // Under other marks the numbers would be struck out.
    #expect(!Plot(series: [.heatMap(map), .line("a", [Point(0, 0), Point(1, 1)])]).svg().contains("class=\"number\""))
  }

  @Test("numbers in cells", arguments: [
    ([0.5, 0.126, -1], ["0.50", "0.13", "−1.00"]), ([1, 20, -3], ["1", "20", "−3"]), ([12.34, 5], ["12.3", "5.0"]),
    ([3e-9, 0, 1], ["3e−9", "0", "1e0"]), ([.nan, 2], ["", "2"]), ([1.5e7, 96e5], ["2e7", "1e7"]),
  ])
  func numbers(values: [Double], texts: [String]) {
    #expect(CellNumbers.texts(values) == texts)
  }

  @Test("the contour of a circle is a closed line on the circle")
  func contour() {
    let map = HeatMap(x: -2...2, y: -2...2, columns: 40, rows: 40) { x, y in x * x + y * y }
    let lines = map.contour(at: 1)
    #expect(lines.count == 1 && lines[0].first == lines[0].last && lines[0].count > 60)
    // Linear interpolation over a step h = 0.1 is off by at most h^2 / 8 times the second derivative, 2.
    #expect(lines[0].allSatisfy { abs($0.x * $0.x + $0.y * $0.y - 1) <= 0.01 / 4 + 1e-12 })
    #expect(map.contour(at: 9).isEmpty && map.contour(at: .nan).isEmpty)
  }

  @Test("contours are straight where the values are linear on the scales, and stop at missing cells")
  func contourScales() {
    // log10 value = log2 x - y: the level 1 lies on y = log2 x.
    let xs = [1.0, 2, 4, 8, 16], ys = [0.25, 1.25, 2.25, 3.25]
    var values = ys.flatMap { y in xs.map { pow(10, log2($0) - y) } }
    var map = HeatMap(x: .centers(xs), y: .centers(ys), values: values, color: ColorScale(scale: .log10))
    let lines = map.contour(at: 1, x: .log2)
    #expect(lines.count == 1)
    #expect(lines[0].allSatisfy { abs($0.y - log2($0.x)) < 1e-12 })
    values[7] = .nan
    map.values = values
    #expect(map.contour(at: 1, x: .log2).flatMap { $0 }.count < lines[0].count)
  }

  @Test("a saddle is cut into two lines, each value on its own side")
  func saddle() {
    let map = HeatMap(x: .centers([0, 1]), y: .centers([0, 1]), values: [1, 0, 0, 1])
    let lines = map.contour(at: 0.4)
    #expect(lines.count == 2 && lines.allSatisfy { $0.count == 2 })
    // The middle, 0.5, is above: the two low corners are cut off.
    for line in lines { #expect(abs(abs(line[0].x - line[1].x) - 0.4) < 1e-12) }
  }

  @Test("data as CSV, with names for categories")
  func csv() {
    let map = HeatMap(x: .categories(2), y: .centers([0.5]), values: [1, .nan], label: "v")
    let plot = Plot(x: Axis("x", categories: ["a,b", "c"]), series: [.heatMap(map)])
    #expect(plot.csv() == """
      series,mark,x,y,lower,upper,value
      ,heat map,"a,b",0.5,,,1.0
      ,heat map,c,0.5,,,nan

      """)
  }

  @Test("colour bar: out-of-range values add arrows, and a grid has one bar")
  func bar() throws {
    let plot = { (title: String, values: [Double]) in
      Plot(title: title, series: [
        .heatMap(HeatMap(x: .categories(2), y: .categories(1), values: values, label: "share")),
      ])
    }
    func labels(_ svg: String) -> Int { svg.split(separator: "\n").count { $0.hasSuffix(">share</text>") } }
    let panels = [plot("1", [0, 1]), plot("2", [1, 5])]
    let together = PlotGrid(panels: panels), apart = PlotGrid(panels: panels, sharesColor: false)
    #expect(labels(together.svg()) == 1 && labels(apart.svg()) == 2)
    #expect(try #require(ColorRange(panels)).domain == 0...5)
  }
}
