import LinearAlgebra
import Randomness
import Testing

@testable import Adversaries

/// Projections against what defines them, and against values in closed form.
@Suite struct ProjectionTests {
  /// A random case in d dimensions: inputs of which a third lies on each face of the box 0...1.
  private func randomCase<T: Scalar>(
    _ norm: PerturbationNorm, _ d: Int, boxed: Bool, _ random: inout RandomStream, _ type: T.Type = T.self
  ) -> (SetCase<T>, [T]) {
    let x: [T] = (0..<d).map { _ in T(max(0, min(1, random.uniform() * 3 - 1))) }
    let radius = T(0.05 + 2 * random.uniform())
    let delta: [T] = random.normals(d, scale: T(0.02 + 2 * random.uniform()))
    return (SetCase(norm, x: x, radius: radius, box: boxed ? 0...1 : nil), delta)
  }

  /// <z - P z, y - P z> <= 0 for every y of the set: the inequality that the nearest point alone satisfies.
  ///
  /// It is linear in y, so that the support function of the set in the direction z - P z decides for all y at once.
  private func checkNearest<T: Scalar>(_ type: T.Type, tolerance: Double) {
    var random = RandomStream(seed: 5)
    for norm in PerturbationNorm.allCases {
      for boxed in [false, true] {
        for d in [1, 2, 3, 10, 60] {
          for _ in 0..<60 {
            let (set, z): (SetCase<T>, [T]) = randomCase(norm, d, boxed: boxed, &random)
            let p = set.projected(z)
            let gap = zip(z, p).map { $0 - $1 }
            let (_, furthest) = set.support(gap)
            let scale = dot(gap, gap).squareRoot() * Double(set.radius)
            #expect(dot(gap, furthest) - dot(gap, p) <= tolerance * scale, "\(set) \(z)")
            var scratch = [T](repeating: 0, count: set.set.scratchCount)
            for i in 0..<10 {
              var y = z
              set.set.randomPoint(
                around: set.x, radius: set.radius, onSphere: i % 2 == 0, random: &random, into: &y, scratch: &scratch)
              #expect(set.contains(y))
              #expect(dot(gap, y) - dot(gap, p) <= tolerance * scale, "\(set) \(z) \(y)")
              // The support function is the largest of all.
              #expect(dot(z, y) <= Double(set.support(z).value) + tolerance * dot(z, z).squareRoot())
            }
          }
        }
      }
    }
  }

  // Rounding of sums of 60 terms: a few units, times 60 at worst.
  @Test func nearestInDouble() { checkNearest(Double.self, tolerance: 1e-14) }
  @Test func nearestInFloat() { checkNearest(Float.self, tolerance: 1e-5) }
}
