import Foundation
import Shallows

/// Four panels: the singular values that tell the number of neurons, those of T with its null space, W and A.
func recoveryPlot(_ result: RecoveryResult) -> PlotGrid {
  let network = result.network
  return PlotGrid(
    title: "Recovery of \(counted(network.neurons, "neuron"))",
    subtitle: "\(network.inputs) inputs, \(counted(network.outputs, "output")), \(counted(result.samples, "sample")); "
      + result.judgement.verdict.rawValue,
    panels: [
      neuronPanel(result.diagnostics.neurons, k: network.neurons), detectorPanel(result.spectral),
      weightPanel(network.hidden, title: "W", x: "input", y: "neuron"),
      weightPanel(network.output, title: "A", x: "neuron", y: "output"),
    ], columns: 2, sharesY: false, sharesColor: false)
}

/// The singular values of E[y x^T], whitened, against what chance would make of each.
private func neuronPanel(_ count: NeuronCount, k: Int) -> Plot {
  Plot(
    title: "E[y x^T]: the neurons", x: Axis("index"), y: Axis("singular value", scale: .log10),
    series: [
      .scatter("singular values", points(count.singularValues)), .line("by chance", points(count.noiseLevels)),
      .rule(.vertical, at: Double(k) + 0.5, label: "k = \(k)"),
    ])
}

/// The singular values of T; the last k are those of the null space.
private func detectorPanel(_ spectral: SpectralResult) -> Plot {
  let space = spectral.nullSpace
  let k = space.dimension
  // Where not all were computed, the largest one stands for those before it.
  let count = space.isComplete ? space.singularValues.count : k * (k + 1) / 2
  let skipped = count - space.singularValues.count
  let all = space.singularValues.enumerated().map { i, value in
    Point(Double(i == 0 ? 1 : i + 1 + skipped), max(value, 1e-17 * space.largest))
  }
  let gap = spectral.gap.map { "gap \(short($0))" }
  return Plot(
    title: "T: the pure neurons", x: Axis("index"), y: Axis("singular value", scale: .log10),
    series: [
      .scatter("range", Array(all.dropLast(k))), .scatter("null space", Array(all.suffix(k))),
      .rule(.vertical, at: Double(count - k) + 0.5, label: gap),
    ])
}

private func weightPanel(_ matrix: Matrix<Double>, title: String, x: String, y: String) -> Plot {
  let largest = max(matrix.elements.map(abs).filter(\.isFinite).max() ?? 1, .leastNormalMagnitude)
  // Row 0 on top, as matrices are written.
  let values = (0..<matrix.rows).reversed().flatMap { Array(matrix.row($0)) }
  return Plot(
    title: title, x: Axis(x, categories: (0..<matrix.columns).map { "\($0 + 1)" }),
    y: Axis(y, categories: (0..<matrix.rows).reversed().map { "\($0 + 1)" }),
    series: [
      .heatMap(
        HeatMap(
          x: .categories(matrix.columns), y: .categories(matrix.rows), values: values,
          color: ColorScale(.diverging, range: -largest...largest)))
    ])
}

private func points(_ values: [Double]) -> [Point] {
  values.enumerated().map { Point(Double($0.offset + 1), $0.element) }
}
