import Testing

@testable import Plotting

@Suite("Terminal plot")
struct TerminalPlotTests {
  static let diagonal = Plot(title: "line", x: Axis("x"), series: [
    .line("a", (0...10).map { Point(Double($0), Double($0)) }),
  ])

  @Test("a diagonal in braille")
  func braille() {
    #expect(TerminalPlot(Self.diagonal, width: 40, height: 12).text() == """
      line
      10 ┤                              ⢀⡠⠤⠂
         │                         ⣀⡠⠴⠒⠉⠁
         │                    ⣀⡠⠴⠒⠉
       5 ┤               ⣀⡠⠴⠊⠉
         │          ⣀⡠⠖⠊⠉
         │     ⣀⠤⠖⠊⠉
       0 ┤ ⠠⠒⠊⠉
         └─┬─────┬──────┬─────┬──────┬─────┬─
           0     2      4     6      8    10
                           x
      ━━ a

      """)
  }

  @Test("a diagonal in ASCII")
  func ascii() {
    #expect(TerminalPlot(Self.diagonal, width: 40, height: 12, encoding: .ascii).text() == """
      line
      10 +                              ****
         |                         ******
         |                    *****
       5 +               *****
         |          *****
         |     *****
       0 + ****
         +-+-----+------+-----+------+-----+-
           0     2      4     6      8    10
                           x
      * a

      """)
  }

  @Test("keeps to its width and height, whatever is plotted")
  func size() {
    for (name, plot) in SVGTests.figures() where name != "hostile" {
      for (width, height) in [(24, 8), (40, 12), (100, 30)] {
        for encoding in [TerminalEncoding.utf8, .ascii] {
          let lines = TerminalPlot(plot, width: width, height: height, encoding: encoding).text()
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
          // The note on omitted points is a sentence that is not cut.
          for line in lines where !line.contains("not shown") && !line.contains("struck through") {
            #expect(displayWidth(String(line)) <= width, "\(name): \(line)")
          }
          #expect(lines.count <= height || height == 8, "\(name)")
          if encoding == .ascii { #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }) }
        }
      }
    }
  }

  @Test("escape sequences in names are not passed on; colour appears only when asked for")
  func escapes() {
    let plot = Plot(title: "\u{1B}]0;gotcha\u{7}", series: [.line("\u{1B}[2J", [Point(0, 0), Point(1, 1)])])
    #expect(!TerminalPlot(plot).text().contains("\u{1B}"))
    let colored = TerminalPlot(Self.diagonal, usesColor: true).text()
    #expect(colored.contains("\u{1B}[38;5;32m") && colored.contains("\u{1B}[0m"))
    // Every line that switches a colour on switches it off again.
    for line in colored.split(separator: "\n") where line.contains("\u{1B}[38") {
      #expect(line.contains("\u{1B}[0m"))
    }
  }

  @Test("several series without colour are told apart by letters")
  func letters() {
    let points = (0...5).map { Point(Double($0), Double($0)) }
    let plot = Plot(series: [.line("up", points), .line("down", points.map { Point($0.x, -$0.y) })])
    let text = TerminalPlot(plot, width: 40, height: 12).text()
    #expect(text.contains("A up   B down"))
    #expect(text.count { $0 == "A" } == 2 && text.count { $0 == "B" } == 2)
  }

  @Test("encoding and colour follow the environment")
  func environment() {
    func detect(_ variables: [String: String]) -> TerminalEncoding { .detect { variables[$0] } }
    #expect(detect(["LANG": "de_DE.UTF-8"]) == .utf8)
    #expect(detect(["LANG": "C.utf8", "LC_ALL": "C"]) == .ascii)
    #expect(detect(["LANG": "en_US.UTF-8", "TERM": "dumb"]) == .ascii)
    #expect(detect([:]) == .ascii)
    #expect(!Terminal.usesColor(99) { _ in nil }, "a descriptor that is not open is no terminal")
  }

  @Test("a heat map in shades, in ASCII and in 256 colours; a missing cell is struck through")
  func heatMap() {
    let map = HeatMap(x: .categories(2), y: .categories(2), values: [0, 1, .nan, 0.5], label: "share")
    let plot = Plot(x: Axis(categories: ["a", "b"]), y: Axis(categories: ["p", "q"]), series: [.heatMap(map)])
    func rows(_ encoding: TerminalEncoding, _ usesColor: Bool = false) -> [Substring] {
      TerminalPlot(plot, width: 24, height: 8, encoding: encoding, usesColor: usesColor).text().split(separator: "\n")
    }
    // Four rows of twenty columns, the lower two of the first category of y.
    let shades = rows(.utf8)
    #expect(shades[0].hasSuffix("╱╱╱╱╱╱╱╱╱╱▓▓▓▓▓▓▓▓▓▓") && shades[3].hasSuffix("░░░░░░░░░░██████████"))
    #expect(shades.contains { $0.hasPrefix("0 ░▒▓█ 1 share") })
    #expect(rows(.ascii)[0].hasSuffix("//////////++++++++++"), "level 32 of 64 is the fifth of eight signs")
    let low = ColorMap.sequential.color(0).terminal, high = ColorMap.sequential.color(63).terminal
    let colored = rows(.utf8, true)
    #expect(colored[3].contains("\u{1B}[48;5;\(low)m") && colored[3].contains("\u{1B}[48;5;\(high)m"))
    for line in colored where line.contains("[48;5;") { #expect(line.contains("\u{1B}[0m")) }
  }

  @Test("a histogram as bars that stand on the axis")
  func histogram() {
    let plot = Plot(series: [.histogram("a", Histogram([0.5, 1.5, 1.5], bins: .edges([0, 1, 2])))])
    let lines = TerminalPlot(plot, width: 30, height: 12).text().split(separator: "\n")
    let foot = lines.lastIndex { $0.contains("┤") || $0.contains("│") }!
    let filled = { (line: Substring) in line.unicodeScalars.count { (0x2801...0x28FF).contains($0.value) } }
    // The right bar is as wide as the left one and twice as high.
    #expect(filled(lines[0]) > 5 && filled(lines[foot - 1]) > filled(lines[0]) + 5)
  }

  @Test("intervals of several series stand side by side, their letters at their points")
  func intervals() {
    let plot = Plot(x: Axis(categories: ["p", "q"]), series: ["left", "right"].map { name in
      .intervals(name, [Point(0, 1), Point(1, 1)], lower: [0, 0], upper: [2, 2])
    })
    let lines = TerminalPlot(plot, width: 40, height: 12).text().split(separator: "\n")
    let row = lines.first { $0.contains("A") && $0.contains("B") }
    #expect(row != nil && lines.last == "A left   B right")
    // Four upright strokes in the top row of the intervals, none of them merged.
    let top = lines.first { $0.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) } } ?? ""
    #expect(top.unicodeScalars.count { (0x2801...0x28FF).contains($0.value) } == 4)
  }
}
