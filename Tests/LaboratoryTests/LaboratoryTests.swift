import Laboratory
import Testing

@Suite("Laboratory")
struct LaboratoryTests {
  @Test("brings the plots along")
  func reexport() {
    let plot = Plot(title: "loss", series: [.line("a", [Point(0, 1), Point(1, 2)])])
    #expect(plot.svg().contains(">loss</text>"))
  }
}
