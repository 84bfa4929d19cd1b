import LinearAlgebra
import Networks
import RealModule
import TeacherStudent
import Testing

@Suite struct HermiteTests {
  @Test func coefficientsAgreeWithQuadrature() {
    // Simpson's rule for 2 int_0^14 z h_k(z) phi(z) dz: step 0.002, error of order step^4 times the fourth derivative.
    let (n, end) = (7000, 14.0)
    for k in 0...12 {
      var sum = 0.0
      for i in 0...n {
        let z = end * Double(i) / Double(n)
        let weight: Double = i == 0 || i == n ? 1 : i.isMultiple(of: 2) ? 2 : 4
        sum += weight * z * HermiteAbs.polynomial(k, at: z) * Double.exp(-z * z / 2)
      }
      let integral = sum * end / Double(n) / 3 * (2 / Double.pi).squareRoot()
      let expected = k.isMultiple(of: 2) ? HermiteAbs.coefficient(k) : integral
      #expect(abs(integral - expected) < 1e-10, "k = \(k)")
    }
    #expect(HermiteAbs.coefficient(3) == 0)
    // (-1)^{k/2 - 1} sqrt(2/(pi k!)) (k - 3)!! at k = 8: -sqrt(2/(pi 40320)) 15.
    #expect(abs(HermiteAbs.coefficient(8) + 15 * (2 / (Double.pi * 40320)).squareRoot()) < 1e-16)
  }

  @Test func highDegreesFollowTheRecurrence() {
    // s_{k+2}/s_k = -(k - 1)/sqrt((k + 1)(k + 2)), across the change from product to series at 1000.
    for k in [4, 998, 1000, 1002, 5000] {
      let n = Double(k)
      let expected = -(n - 1) / ((n + 1) * (n + 2)).squareRoot()
      #expect(abs(HermiteAbs.coefficient(k + 2) / HermiteAbs.coefficient(k) - expected) < 1e-13, "k = \(k)")
    }
    // 2^{3/4} / pi^{3/4} k^{-5/4}, in the limit.
    let limit = Double.pow(2 / Double.pi, 0.75) * Double.pow(1e9, -1.25)
    #expect(abs(HermiteAbs.coefficient(1_000_000_000) / -limit - 1) < 1e-8)
  }

  @Test func seriesIsTheKernel() {
    for t in [0.4, 1.0, 1.5] {
      let series = (0..<200).reduce(0.0) { sum, i in
        let s = HermiteAbs.coefficient(2 * i)
        return sum + s * s * Double.pow(Double.cos(t), 2 * i)
      }
      let kernel = CommitteeUnit.abs.expectation([1, 0], [Double.cos(t), Double.sin(t)], dimension: 2)
      #expect(abs(series - kernel) < 1e-14, "t = \(t)")
    }
  }

  @Test func degreesOfTheLemma() {
    // cos(pi/4)^2 = 1/2: with eps = 1/2 two halvings make log_{sqrt 2} 2 = 2, up to rounding.
    #expect(HermiteAbs.degree(separation: .pi / 2, accuracy: 0.51) == 4)
    #expect(HermiteAbs.degree(separation: .pi / 2, accuracy: 1e-6) == 2 * 40)
    #expect(HermiteAbs.degree(separation: .pi / 2, accuracy: 2) == 2)
    // log(1e6) / (Delta^2 / 8) for small Delta.
    #expect(abs(Double(HermiteAbs.degree(separation: 1e-3, accuracy: 1e-6)) / (2 * 8e6 * Double.log(1e6)) - 1) < 1e-5)
  }

  @Test func productsAgreeWithMonteCarloAndStayBelowTheResidual() {
    let teacher = mixedTeacher(2, 3)
    let student = nearStudent(teacher, 5, noise: 0.4)
    let probe = HermiteProbe(of: student, to: teacher, degree: 4)
    let effective = CommitteeUnit.abs.effectiveWeights(student)
    let loss = PopulationLoss(unit: .abs, teacher: teacher.weights, width: 5).value(of: student)
    #expect(probe.largest <= (2 * loss).squareRoot())
    for i in 0..<2 {
      let target = Array(teacher.weights.row(i))
      let norm = Double.norm2(3, target)
      let sampled = monteCarlo(60_000, dimension: 3) { x in
        (output(effective, x) - output(teacher.weights, x))
          * HermiteAbs.polynomial(4, at: Double.dot(3, target, x) / norm)
      }
      #expect(abs(sampled.mean - probe.products[i]) < 4 * sampled.error, "teacher \(i)")
    }
  }
}
