import Datasets
import LinearAlgebra
import NarrowTraining
import Randomness

/// Gaussian inputs with Gaussian targets, one output: the problem of the spec's reference numbers.
func gaussianData(samples n: Int, inputs d: Int, seed: UInt64 = 11, bias: Bool = false) throws -> PreparedData {
  var stream = RandomStream(seed: seed)
  let x: Matrix<Double> = stream.normalMatrix(rows: n, columns: d)
  let y: Matrix<Double> = stream.normalMatrix(rows: n, columns: 1)
  return try PreparedData(
    Dataset(name: "gaussian", inputs: x, target: .values(y, names: ["y"])), bias: bias)
}

/// Gauss-Newton on the hidden weights alone, without a constant input.
func goldenSettings(width: Int, zeta: Double, radius: Double?) -> FitSettings {
  var settings = FitSettings(method: .gaussNewton)
  settings.width = width
  settings.bias = false
  settings.initialization = .mirroredLeCun(zeta: zeta)
  settings.region = radius.map { .init(radius: $0) }
  settings.freeOutputs = false
  settings.goal = 1e-22
  settings.iterations = 400
  settings.seed = 3
  return settings
}
