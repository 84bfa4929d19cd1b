import Testing

@testable import Plotting

@Suite("Histogram")
struct HistogramTests {
  @Test("counts in given bins; a border belongs to the bin above it, the last to the last")
  func counts() {
    let h = Histogram([0, 0.5, 1, 1.5, 2, -1, 3, .nan], bins: .edges([0, 1, 2]))
    #expect(h.heights == [2, 3] && h.outside == 2 && h.omitted == 1)
  }

  @Test("the number of bins by the rules of Sturges and of Freedman and Diaconis")
  func rules() {
    let values = (0..<64).map(Double.init)
    // log2 64 + 1 = 7.
    #expect(Histogram(values, bins: .sturges).heights.count == 7)
    // IQR = 31.5, width 2 * 31.5 / 4 = 15.75, span 63: exactly four bins.
    #expect(Histogram(values).heights.count == 4)
    #expect(Histogram(values).heights.reduce(0, +) == 64)
    #expect(Histogram(values, bins: .count(9)).heights.count == 9)
    // Equal quartiles say nothing about a width: log2 12 rounded up + 1 = 5.
    #expect(Histogram([Double](repeating: 1, count: 10) + [0, 9]).heights.count == 5)
    // One far value would ask for thousands of bins.
    #expect(Histogram(values + [1e5]).heights.count == 200)
  }

  @Test("a logarithmic axis is binned in decades; zeros and negatives are counted out")
  func logarithmic() {
    let h = Histogram([1e-4, 1e-3, 1e-2, 1e-1, 1, 0, -2], bins: .count(4), on: .log10)
    #expect(h.omitted == 2)
    #expect(h.edges.first == 1e-4 && h.edges.last == 1)
    // Inner borders are powers of ten up to the rounding of pow.
    for (edge, exact) in zip(h.edges, [1e-4, 1e-3, 1e-2, 1e-1, 1]) { #expect(abs(edge / exact - 1) < 1e-13) }
    let plot = Plot(x: Axis(scale: .log10), series: [.histogram("a", h)])
    #expect(plot.omissionNote == "2 points not shown (not finite, or not positive on a logarithmic axis)")
  }

  @Test("a density has area one on its scale", arguments: [Scale.linear, .log10, .symlog(linearBelow: 1)])
  func density(scale: Scale) {
    let values = (1...50).map { Double($0 * $0) / 7 }
    let h = Histogram(values, on: scale, as: .density)
    let area = h.heights.indices.reduce(0) { sum, i in
      sum + h.heights[i] * (scale.transform(h.edges[i + 1]) - scale.transform(h.edges[i]))
    }
    #expect(abs(area - 1) < 1e-12)
  }

  @Test("one value, constants and no values")
  func degenerate() {
    #expect(Histogram([5]).heights == [1] && Histogram([0, 0, 0]).heights == [3])
    #expect(Histogram([]).heights.isEmpty && Histogram([.nan]).heights.isEmpty && Histogram([.nan]).omitted == 1)
  }

  @Test("groups share their bins; bars stand on zero")
  func groups() {
    let series = Series.histograms([("a", [1, 2, 3, 4]), ("b", [3, 9])], bins: .count(4))
    let edges = series.compactMap { if case .histogram(let h) = $0.mark { h.edges } else { nil } }
    #expect(edges == [[1, 3, 5, 7, 9], [1, 3, 5, 7, 9]])
    let plot = Plot(series: series)
    #expect(plot.limits().y.lowerBound == 0)
    let layout = PanelLayout(plot, in: Rectangle(x: 0, y: 0, width: 300, height: 200), limits: plot.limits(), right: 8,
      showsY: true)
    guard case .histogram(let h) = series[0].mark else { return }
    let bars = layout.bars(h)
    #expect(bars.count == 2 && bars.allSatisfy { abs($0.bottom - layout.area.bottom) < 1e-9 })
    #expect(bars[0].right == bars[1].x && bars[0].height == bars[1].height)
    #expect(plot.csv().contains("\na,histogram,2.0,2.0,1.0,3.0\n"))
  }
}
