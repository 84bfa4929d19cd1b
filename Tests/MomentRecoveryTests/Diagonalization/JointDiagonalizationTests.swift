import LinearAlgebra
@testable import MomentRecovery
import Randomness
import Testing

@Suite struct JointDiagonalizationTests {
  /// An orthonormal basis of the span of z_a z_a^T for random unit z_a, each moved by `noise`; and the z_a.
  private func span(_ k: Int, noise: Double, seed: UInt64) throws -> (basis: Matrix<Double>, z: Matrix<Double>) {
    var random = RandomStream(seed: seed)
    let z = Matrix((0..<k).map { _ in random.sphere(k, Double.self) })
    let pairs = SymmetricVector.count(order: k)
    var squares = Matrix<Double>(rows: pairs, columns: k)
    for a in 0..<k {
      let v = SymmetricVector.ofSquare(Array(z.row(a)))
      for p in 0..<pairs { squares[p, a] = v[p] + noise * random.normal() / Double(pairs).squareRoot() }
    }
    return (try squares.orthonormalized().transposed(), z)
  }

  private func worst(_ found: Matrix<Double>, _ z: Matrix<Double>) -> Double {
    1 - min(JointDiagonalization.agreement(found, z), JointDiagonalization.agreement(z, found))
  }

  @Test(arguments: [2, 5, 12]) func exactSpan(_ k: Int) throws {
    let (basis, z) = try span(k, noise: 0, seed: UInt64(k))
    let joint = try JointDiagonalization(of: basis, starts: 8, random: RandomStream(seed: 1))
    #expect(worst(joint.directions, z) < 1e-12)
    #expect(joint.residual < 1e-9 && joint.converged)
    #expect(joint.starts == 2 && (joint.agreement ?? 0) > 1 - 1e-9)
  }

  /// With errors, all of the span is better than one pencil, and complex pairs are counted.
  @Test func noisySpan() throws {
    var (joint, single, complex, draws) = (0.0, 0.0, 0, 0)
    for seed in 1...10 as ClosedRange<UInt64> {
      let (basis, z) = try span(8, noise: 0.05, seed: seed)
      let found = try JointDiagonalization(of: basis, starts: 8, random: RandomStream(seed: seed))
      let pencil = try Pencil(
        span: JointDiagonalization.matrices(basis), limit: 1, candidates: 1, random: RandomStream(seed: seed))
      joint += worst(found.directions, z)
      single += worst(pencil.directions, z)
      complex += pencil.complexDraws
      draws += pencil.draws
      #expect(found.residual > 0.001 && found.residual < 0.2)
    }
    #expect(joint < 0.3 * single, "\(joint) against \(single)")
    #expect(draws == 10 && complex > 0)
  }

  @Test func rejectsComplexDraws() throws {
    var (rejected, real) = (0, 0)
    for seed in 1...10 as ClosedRange<UInt64> {
      let (basis, _) = try span(5, noise: 0.05, seed: seed)
      let pencil = try Pencil(
        span: JointDiagonalization.matrices(basis), limit: 30, candidates: 1, random: RandomStream(seed: seed))
      rejected += pencil.complexDraws
      if pencil.isReal { real += 1 }
      #expect(pencil.complexDraws == (pencil.isReal ? pencil.draws - 1 : pencil.draws))
      for a in 0..<5 { #expect(abs(Double.norm2(5, Array(pencil.directions.row(a))) - 1) < 1e-12) }
    }
    #expect(rejected > 0 && real > 5)
  }

  @Test func knownStart() throws {
    let (basis, z) = try span(6, noise: 0.02, seed: 3)
    let free = try JointDiagonalization(of: basis, starts: 8, random: RandomStream(seed: 1))
    let warm = try JointDiagonalization(of: basis, starts: 8, random: RandomStream(seed: 1), from: z)
    #expect(warm.starts == 1 && warm.agreement == nil)
    #expect(worst(warm.directions, free.directions) < 1e-9)
  }
}
