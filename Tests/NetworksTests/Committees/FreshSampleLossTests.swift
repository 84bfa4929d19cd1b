import LinearAlgebra
import Networks
import Randomness
import Testing

@Suite struct FreshSampleLossTests {
  private func draw(
    _ loss: FreshSampleLoss, at w: Matrix<Double>, _ stream: inout RandomStream
  ) -> (Double, [Double]) {
    var gradient = [Double](repeating: .nan, count: loss.parameterCount)
    let value = loss.valueAndGradient(
      at: w.elements, random: &stream, gradient: &gradient, workspace: loss.makeWorkspace())
    return (value, gradient)
  }

  /// A batch is the empirical loss of the same numbers of the stream.
  @Test(arguments: CommitteeUnit.allCases, [1, 7, 1500]) func isTheEmpiricalLossOfItsSamples(
    unit: CommitteeUnit, batch: Int
  ) {
    let c = Committee(unit, d: 5, m: 3)
    var stream = RandomStream(seed: 21)
    var same = stream
    let plain = FreshSampleLoss(unit: unit, teacher: c.teacher, width: 3, batch: batch)
    for _ in 0..<2 {
      let (value, gradient) = draw(plain, at: c.student, &stream)
      let x: Matrix<Double> = same.normalMatrix(rows: batch, columns: 5)
      let loss = EmpiricalLoss(unit: unit, teacher: c.teacher, width: 3, inputs: x)
      // Other blocks, other roundings.
      #expect(abs(value - loss.value(of: c.student)) <= 1e-13 * value)
      #expect(distance(gradient, loss.gradient(of: c.student).elements) < 1e-13)
      #expect(stream.position == same.position)
    }
    let noisy = FreshSampleLoss(unit: unit, teacher: c.teacher, width: 3, batch: batch, labelNoise: 0.5)
    let (value, gradient) = draw(noisy, at: c.student, &stream)
    let rows: Matrix<Double> = same.normalMatrix(rows: batch, columns: 6)
    let x = Matrix(rows: batch, columns: 5) { rows[$0, $1] }
    let targets = unit.outputs(c.teacher, at: x).enumerated().map { $1 + 0.5 * rows[$0, 5] }
    let loss = EmpiricalLoss(unit: unit, teacher: c.teacher, width: 3, inputs: x, targets: targets)
    #expect(abs(value - loss.value(of: c.student)) <= 1e-13 * value)
    #expect(distance(gradient, loss.gradient(of: c.student).elements) < 1e-13)
  }

  @Test(arguments: CommitteeUnit.allCases, [0, 0.4]) func theMeanIsThePopulationLoss(
    unit: CommitteeUnit, noise: Double
  ) {
    let c = Committee(unit, d: 3, m: 2)
    let loss = FreshSampleLoss(unit: unit, teacher: c.teacher, width: 2, batch: 500, labelNoise: noise)
    var stream = RandomStream(seed: 22)
    let draws = (0..<64).map { _ in draw(loss, at: c.student, &stream) }
    let (value, gradient) = population(unit, c.student, c.teacher)
    expectMean(draws.map(\.0), value + noise * noise / 2)
    for k in gradient.indices { expectMean(draws.map { $0.1[k] }, gradient[k]) }
  }
}
