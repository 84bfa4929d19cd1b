import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@testable import Plotting

@Suite("SVG")
struct SVGTests {
  /// Element names, texts and attribute values of a document; `nil` when it is not well-formed.
  final class Reader: NSObject, XMLParserDelegate {
    var elements: [String] = []
    var texts: [String] = []
    var attributes: [String] = []
    private var text = ""

    static func read(_ svg: String) -> Reader? {
      let reader = Reader()
      let parser = XMLParser(data: Data(svg.utf8))
      parser.delegate = reader
      return parser.parse() ? reader : nil
    }

    func parser(_ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]) {
      elements.append(name)
      // Style classes and the like may hold any word; coordinates are what must be numbers.
      self.attributes += attributes.filter { $0.key != "class" }.map(\.value)
      text = ""
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
      if !text.isEmpty { texts.append(text) }
      text = ""
    }
  }

  static let hostile = "</text><script>alert(\"1\")</script> & 'q' 🙂 שלום \u{1}\u{FFFE} ]]>"

  static func figures() -> [(name: String, plot: Plot)] {
    let falling = (0...21).map { Point(Double($0), 1 / Double(1 << (2 * $0))) }
    return [
      ("line", Plot(title: "Loss", x: Axis("i"), y: Axis("loss", scale: .log10), series: [
        .line("a", falling), .rule(.horizontal, at: 1e-5, label: "tolerance"),
      ])),
      ("empty", Plot()),
      ("empty series", Plot(y: Axis(scale: .log10), series: [.line("a", []), .scatter("b", [])])),
      ("one point", Plot(series: [.line("a", [Point(3, 4)])])),
      ("constant", Plot(y: Axis(scale: .symlog(linearBelow: 1)), series: [.line("a", [Point(0, 2), Point(1, 2)])])),
      ("not finite", Plot(x: Axis(), y: Axis(scale: .log10), series: [
        .line("a", [Point(0, 1), Point(1, .nan), Point(2, .infinity), Point(3, 0), Point(4, -1), Point(.nan, 2)]),
        .rule(.vertical, at: .nan, label: "nowhere"), .rule(.horizontal, at: -1, label: "below"),
      ])),
      ("wide", Plot(y: Axis(scale: .log10), series: [.line("a", [Point(0, 1e-32), Point(1, 1)])])),
      ("huge", Plot(series: [.line("a", [Point(-1e300, -1e300), Point(1e300, 1e300), Point(1e308, 0)])])),
      ("far outside a fixed range", Plot(x: Axis(range: 0...1), y: Axis(range: 0...1e-9), series: [
        .line("a", [Point(-1e250, 1e250), Point(0.5, 5e-10), Point(2, 3)]),
      ])),
      ("band", Plot(x: Axis("m", scale: .log2), y: Axis("acc", scale: .log10), series: [
        .line("a", [Point(2, 0.1), Point(4, 0.3), Point(8, 0.4)], band: ([0, 0.2, .nan], [0.2, .infinity, 0.5])),
        .rule(.vertical, at: 4.5, label: "2n/d", colorOf: "a"),
      ])),
    ] + markFigures + [
      ("hostile", Plot(title: hostile, subtitle: hostile, x: Axis(hostile), y: Axis(hostile), series: [
        .line(hostile, falling), .step("s", falling), .scatter("x", falling), .rule(.vertical, at: 3, label: hostile),
        .rule(.horizontal, at: 0.5, label: hostile), .ray(hostile, to: Point(3, 1)),
        .intervals(hostile, [Point(1, 1)], lower: [0], upper: [2]), .trajectories(hostile, [falling]),
        .histogram(hostile, Histogram([1, 2, 3])),
        .heatMap(HeatMap(x: .centers([1, 2]), y: .centers([1, 2]), values: [1, 2, 3, 4], label: hostile)),
      ])),
    ]
  }

  /// Each of the marks for groups and the plane with good, missing, extreme and no data.
  static let markFigures: [(name: String, plot: Plot)] = {
    func heat(_ x: Cells, _ y: Cells, _ values: [Double], _ color: ColorScale = .sequential, _ scale: Scale = .linear)
      -> Plot {
      let map = HeatMap(x: x, y: y, values: values, label: "v", color: color)
      return Plot(x: Axis("x", scale: scale), y: Axis("y"), series: [.heatMap(map), .contour("c", of: map, at: 2)])
    }
    func bars(_ values: [Double], _ scale: Scale = .linear, _ y: Scale = .linear) -> Plot {
      Plot(x: Axis("x", scale: scale), y: Axis("runs", scale: y), series: Series.histograms([
        ("a", values), ("b", values.map { $0 * 2 }),
      ], on: scale))
    }
    let circle = (0...40).map { Point(cos(Double($0) / 5), sin(Double($0) / 5)) }
    return [
      ("heat", heat(.centers([1, 2, 4]), .centers([0, 1]), [1, 2, 3, 4, 5, 6])),
      ("heat with missing", heat(.centers([0, 1, 10, 100]), .edges([0, 1, 3]), [1, .nan, 0, -1, 5, .infinity, 1e-9, 8],
        ColorScale(scale: .log10), .log10)),
      ("heat of constants", heat(.centers([1, 2]), .centers([0, 1]), [2, 2, 2, 2], .diverging)),
      ("heat of one", heat(.centers([3]), .centers([3]), [7])),
      ("heat of none", heat(.centers([]), .centers([]), [])),
      ("heat of NaN", heat(.centers([1, 2]), .centers([1]), [.nan, .nan])),
      ("heat of huge", heat(.centers([-1e300, 1e300]), .centers([1, 2]), [-1e300, 1e300, 1e308, 0], .diverging)),
      ("categories", Plot(x: Axis("x", categories: ["a rather long name", "b", "another rather long name", "d"]),
        y: Axis("y", categories: ["u", "v & w"]), series: [
          .heatMap(HeatMap(x: .categories(4), y: .categories(2), values: [1, 2, 3, 4, -1, 6, 7, 8], label: "v")),
        ])),
      ("no categories", Plot(x: Axis("x", categories: []), series: [.intervals("a", [], lower: [], upper: [])])),
      ("histogram", bars([1, 2, 2, 3, 3, 3, 9])),
      ("histogram of zeros and worse", bars([0, -1, .nan, 1e-9, 1, 1, 100, .infinity], .log10, .log10)),
      ("histogram of one", bars([5])), ("histogram of constants", bars([0, 0, 0])), ("histogram of none", bars([])),
      ("histogram of huge", bars([-1e300, 0, 1e300])),
      ("trajectories", Plot(series: [.trajectories("t", [circle, [Point(0, 0)], [], [Point(.nan, 1), Point(1, 1)]]),
        .ray("teacher", to: Point(2, 1)), .ray("nowhere", to: Point(0, 0)), .ray("lost", to: Point(.nan, 1)),
        .ray("far", to: Point(-1, 0.2), isExtended: true)], aspect: .equal)),
      ("many trajectories", Plot(series: [.trajectories("t", (0..<100).map { k in
        circle.map { Point($0.x + Double(k), $0.y * Double(k)) }
      })], aspect: .equal)),
      ("intervals", Plot(x: Axis("x", categories: ["a", "b"]), y: Axis("y", scale: .log10), series: [
        .intervals("p", [Point(0, 1), Point(1, 0)], lower: [0, 1], upper: [2, .infinity]),
        .intervals("q", [Point(0, 2), Point(1, 3)], lower: [.nan, 1], upper: [2, 9]),
      ])),
    ]
  }()

  @Test("is well-formed, finite and the same each time", arguments: figures().map(\.name))
  func sound(name: String) throws {
    let plot = try #require(Self.figures().first { $0.name == name }).plot
    for (width, height) in [(640.0, 400.0), (200, 150), (1, 1)] {
      let svg = plot.svg(width: width, height: height)
      let reader = try #require(Reader.read(svg), "not well-formed: \(svg)")
      #expect(reader.elements.first == "svg")
      for value in reader.attributes {
        let folded = value.lowercased()
        #expect(!folded.contains("nan") && !folded.contains("inf") && !folded.contains("e+"), "attribute \(value)")
      }
      #expect(svg == plot.svg(width: width, height: height))
    }
  }

  @Test("names from outside stay text")
  func escaping() throws {
    let plot = try #require(Self.figures().last).plot
    let reader = try #require(Reader.read(plot.svg()))
    #expect(!reader.elements.contains("script"))
    #expect(Set(reader.elements).isSubset(of: ["svg", "title", "desc", "style", "rect", "line", "g", "path", "text",
      "tspan"]))
    // Control characters and non-characters, which XML forbids, are replaced; all else survives the round trip.
    let expected = Self.hostile.replacingOccurrences(of: "\u{1}", with: "\u{FFFD}")
      .replacingOccurrences(of: "\u{FFFE}", with: "\u{FFFD}")
    #expect(reader.texts.contains(expected))
  }

  @Test("a value that cannot be drawn leaves a gap")
  func gaps() {
    let points = [1, 2, .nan, 3, 4, .infinity, 5].enumerated().map { Point(Double($0.offset), $0.element) }
    let plot = Plot(series: [.line("a", points)])
    #expect(plot.runs(of: points) == [0..<2, 3..<5, 6..<7])
    let strokes = plot.svg().split(separator: "\n").count { $0.contains("fill=\"none\"") }
    #expect(strokes == 2, "two runs of two points; the last point stands alone")
    #expect(plot.omissionNote == "2 points not shown (not finite)")
    #expect(plot.svg().contains("2 points not shown"))
  }

  @Test("short lines are marked unless told otherwise")
  func markers() {
    func marks(_ isMarked: Bool?) -> Int {
      var series = Series.line("a", [Point(0, 1), Point(1, 2), Point(2, 4)])
      series.isMarked = isMarked
      return Plot(series: [series]).svg().components(separatedBy: "class=\"ring\"").count - 1
    }
    #expect(marks(nil) >= 3)
    #expect(marks(true) == marks(nil))
    #expect(marks(false) == 0)
  }

  @Test("a point lands where the axes say")
  func geometry() {
    let plot = Plot(x: Axis(range: 0...10), y: Axis(scale: .log10, range: 1e-4...1))
    let layout = PanelLayout(plot, in: Rectangle(x: 0, y: 0, width: 400, height: 300), limits: plot.limits(), right: 10,
      showsY: true)
    // Half a hundredth of a pixel is what the document rounds to.
    #expect(abs(layout.px(5) - (layout.area.x + layout.area.width / 2)) < 0.005)
    #expect(abs(layout.py(1e-2) - (layout.area.y + layout.area.height / 2)) < 0.005)
    #expect(abs(layout.py(1e-4) - layout.area.bottom) < 0.005)
  }

  @Test("themes: automatic follows the reader, the others fix their colours")
  func themes() {
    let plot = Self.figures()[0].plot
    #expect(plot.svg().contains("prefers-color-scheme:dark"))
    #expect(!plot.svg(theme: .light).contains("prefers-color-scheme"))
    #expect(plot.svg(theme: .dark) != plot.svg(theme: .light))
  }

  @Test("lines that end apart are labelled there; lines that end together get a legend")
  func legends() {
    let up = (0...9).map { Point(Double($0), Double($0)) }, down = up.map { Point($0.x, -$0.y) }
    func labels(_ plot: Plot) -> [Substring] {
      plot.svg().split(separator: "\n").filter { $0.contains("fill=\"currentColor\">") && $0.hasPrefix("<text") }
    }
    #expect(labels(Plot(series: [.line("up", up), .line("down", down)])).count == 2)
    let together = Plot(series: [.line("one", up), .line("two", up)])
    #expect(labels(together).isEmpty && together.svg().contains(">two</text>"))
  }

  @Test("a grid gives one name one colour and one legend entry")
  func grid() throws {
    let points = (1...4).map { Point(Double($0), Double($0)) }
    let grid = PlotGrid(title: "g", panels: [
      Plot(title: "1", series: [.line("a", points), .line("b", points)]),
      Plot(title: "2", series: [.line("b", points)]),
    ])
    let svg = grid.svg()
    let reader = try #require(Reader.read(svg))
    #expect(reader.texts.count { $0 == "b" } == 3, "one legend entry, and a tooltip in each panel")
    let hues = Hues(grid.panels)
    #expect(hues[grid.panels[1].series[0], 1, 0] == hues[grid.panels[0].series[1], 0, 1])
    #expect(Reader.read(PlotGrid(panels: []).svg()) != nil)
    #expect(grid.csv().split(separator: "\n").count == 13)
  }

  @Test("thinning keeps every column's extremes")
  func decimation() {
    var points = (0..<50_000).map { (x: Double($0) / 100, y: Double($0 % 7)) }
    points[31_337].y = 99
    let kept = decimate(points)
    #expect(kept.count <= 4 * 1000, "500 pixels in half-pixel columns of at most four points")
    #expect(kept.contains { $0.y == 99 } && kept.first?.x == 0 && kept.last?.x == points.last?.x)
    #expect(decimate(Array(points.prefix(100))).count == 100)
  }
}
