import LinearAlgebra
import Networks
import Randomness
import Testing

/// At a mirrored start both halves of the neurons give the same columns, so rank J_W = min(n, m d/2); without the
/// mirror it is min(n, m d).
@Suite struct MirroredRankTests {
  @Test(arguments: [(8, 24, 48), (12, 36, 60), (16, 48, 60), (18, 54, 60), (20, 60, 60), (24, 60, 60)])
  func rankOfTheJacobian(m: Int, mirrored: Int, plain: Int) throws {
    let shape = TwoLayerShape(inputs: 6, hidden: m, outputs: 1, bias: false)
    var random = RandomStream(seed: 11)
    let x: Matrix<Double> = random.normalMatrix(rows: 60, columns: 6)
    let objective = NetworkObjective(
      shape: shape, activation: .tanh, trainable: .hidden, inputs: x, targets: Matrix(rows: 60, columns: 1))
    let workspace = objective.makeWorkspace()
    for (start, expected) in [(Initialization.mirroredLeCun(zeta: 1), mirrored), (.leCun, plain)] {
      let p: [Double] = try start.parameters(shape, random: RandomStream(seed: 12))
      var residual = [Double](repeating: 0, count: 60)
      _ = objective.prepare(at: p, residual: &residual, workspace: workspace)
      var jacobian = Matrix<Double>(rows: 60, columns: shape.parameterCount)
      jacobian.withMutableView { objective.jacobian(into: $0, workspace: workspace) }
      // Rounding leaves singular values near 1e-16 of the largest; true ones are above 1e-6 of it here.
      let values = try SVD.values(jacobian)
      #expect(values.filter { $0 > 1e-10 * values[0] }.count == expected)
    }
  }
}
