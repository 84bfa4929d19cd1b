import Foundation
import Testing

@testable import Plotting

@Suite("Plot files")
struct PlotFilesTests {
  @Test("the data as CSV")
  func csv() {
    let plot = Plot(series: [
      .line("a,\"b\"", [Point(0, 0.1), Point(1, .nan)], band: ([0, 1], [0.25, 2])),
      .scatter(nil, [Point(1e-32, -3)]),
      .rule(.vertical, at: 6.5, label: "2n/d"),
    ])
    #expect(plot.csv() == """
      series,mark,x,y,lower,upper
      "a,""b""\",line,0.0,0.1,0.0,0.25
      "a,""b""\",line,1.0,nan,1.0,2.0
      ,scatter,1e-32,-3.0,,
      2n/d,rule,6.5,,,

      """)
  }

  @Test("figure and data are written side by side")
  func write() throws {
    let folder = NSTemporaryDirectory() + "/shallows-plot-\(UInt64.random(in: 0...UInt64.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let plot = Plot(title: "t", series: [.line("a", [Point(0, 1), Point(1, 2)])])
    try plot.write(to: folder + "/loss.svg")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["loss.csv", "loss.svg"])
    #expect(try String(contentsOfFile: folder + "/loss.svg", encoding: .utf8) == plot.svg())
    #expect(try String(contentsOfFile: folder + "/loss.csv", encoding: .utf8) == plot.csv())
  }
}
