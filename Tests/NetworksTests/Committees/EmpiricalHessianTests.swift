import LinearAlgebra
import Networks
import Randomness
import Testing

@Suite struct EmpiricalHessianTests {
  @Test(arguments: CommitteeUnit.allCases) func productMatchesDifferencesOfTheGradient(unit: CommitteeUnit) {
    for (n, m) in [(9, 4), (600, 2), (30, 1)] {
      let c = Committee(unit, n: n, m: m)
      var random = RandomStream(seed: 3)
      let q: [Double] = random.normals(m * 3)
      let w = c.student.elements
      // A step of 1e-7 crosses no kink of these samples; its rounding is 1e-9.
      let difference = centralDifferences([0], step: 1e-7) { t in
        c.valueAndGradient(zip(w, q).map { $0 + t[0] * $1 }).1
      }[0]
      #expect(distance(c.hessianProduct(q), difference) < 1e-7, "n = \(n), m = \(m)")
    }
  }

  @Test(arguments: CommitteeUnit.allCases) func matrixHoldsTheProducts(unit: CommitteeUnit) {
    for (n, m) in [(9, 4), (600, 2)] {
      let c = Committee(unit, n: n, m: m)
      let hessian = c.loss.hessian(at: c.student.elements)
      #expect(hessian == hessian.transposed())
      for column in 0..<m * 3 {
        let axis = (0..<m * 3).map { $0 == column ? 1.0 : 0 }
        #expect(distance(c.hessianProduct(axis), hessian.column(column)) < 1e-13)
      }
    }
  }

  @Test(arguments: CommitteeUnit.allCases) func productIsSelfAdjoint(unit: CommitteeUnit) {
    let c = Committee(unit, n: 1500, d: 12, m: 7)
    var random = RandomStream(seed: 4)
    let (a, b): ([Double], [Double]) = (random.normals(84), random.normals(84))
    let (left, right) = (dot(c.hessianProduct(a), b), dot(a, c.hessianProduct(b)))
    #expect(abs(left - right) < 1e-12 * norm(a) * norm(b))
  }

  /// By the effective weights, the blocks of two different units are means without kinks.
  @Test(arguments: [CommitteeUnit.relu, .erf]) func offDiagonalBlocksAverageToThePopulations(unit: CommitteeUnit) {
    let first = Committee(unit, n: 1, m: 2, noise: 0, seed: 9)
    let (u, v) = (Array(first.student.row(0)), Array(first.student.row(1)))
    let expected = unit.mixed(u, v)
    let blocks = (0..<64).map { batch in
      var stream = RandomStream(seed: 10).split(batch)
      let inputs: Matrix<Double> = stream.normalMatrix(rows: 500, columns: 3)
      return EmpiricalLoss(unit: unit, teacher: first.teacher, width: 2, inputs: inputs)
        .hessian(at: first.student.elements)
    }
    for i in 0..<3 {
      for l in 0..<3 { expectMean(blocks.map { $0[i, 3 + l] }, expected[i, l]) }
    }
  }
}
