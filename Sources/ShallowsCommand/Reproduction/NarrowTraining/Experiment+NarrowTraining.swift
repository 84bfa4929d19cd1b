import Shallows

extension Experiment {
  /// The claims of narrow training: Zhang, Zhang, Hong, Sun, Luo, NeurIPS 2021, and what follows from them.
  static let narrowTraining = [
    jacobianRank, distance, boundary, memorisation, cliff, gaussNewton, widthSweep, digits, region,
  ]

  static let zhang = "Zhang et al., NeurIPS 2021"
  /// Figures of a NumPy prototype, measured before this program was written.
  static let prototype = "reference, NumPy prototype"

  /// Gaussian inputs and Gaussian targets, one output, no constant input.
  static func gaussianProblem(samples n: Int, inputs d: Int, seed: UInt64) throws -> PreparedData {
    var stream = RandomStream(seed: seed).split(UInt64(11))
    let x: Matrix<Double> = stream.normalMatrix(rows: n, columns: d)
    let y: Matrix<Double> = stream.normalMatrix(rows: n, columns: 1)
    return try PreparedData(
      Dataset(name: "gaussian", inputs: x, target: .values(y, names: ["y"])), bias: false)
  }
}
