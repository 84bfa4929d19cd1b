import LinearAlgebra
import MomentRecovery
import Randomness
import Testing

@Suite struct NeuronPolishTests {
  private func detector(_ n: Int, seed: UInt64) throws -> (t: Matrix<Double>, z: Matrix<Double>) {
    let truth = MomentFixtures.network(d: 5, k: 4, l: 4, seed: seed)
    let samples = MomentFixtures.symmetric(truth, n: n, seed: seed)
    let coordinates = try Coordinates.whitening(FirstMoments(of: samples), neurons: 4)
    let t = try DetectorMatrix(of: samples, coordinates: coordinates).matrix
    return (t, Matrix(try MomentFixtures.pureNeurons(truth, coordinates)))
  }

  /// From near by, Newton's method ends at the zeros of the detector.
  @Test func findsZeros() throws {
    let (t, z) = try detector(300, seed: 2)
    var random = RandomStream(seed: 1)
    var start = z
    for a in 0..<4 {
      let row = (0..<4).map { z[a, $0] + 0.03 * random.normal() }
      let norm = Double.norm2(4, row)
      for i in 0..<4 { start[a, i] = row[i] / norm }
    }
    let polish = try NeuronPolish(t, from: start)
    #expect(polish.moved == 4)
    for (a, b) in zip(polish.directions.elements, z.elements) { #expect(abs(a - b) < 1e-9) }
  }

  /// Two rows in the basin of one zero would fall together: they are put back.
  @Test func refusesACollapse() throws {
    let (t, z) = try detector(300, seed: 2)
    var start = z
    let mixed = (0..<4).map { 0.97 * z[0, $0] + 0.1 * z[1, $0] }
    let norm = Double.norm2(4, mixed)
    for i in 0..<4 { start[1, i] = mixed[i] / norm }
    let polish = try NeuronPolish(t, from: start)
    let before = try SVD(start).conditionNumber, after = try SVD(polish.directions).conditionNumber
    #expect(after <= 2 * before)
  }
}
