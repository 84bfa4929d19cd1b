import LinearAlgebra
import Networks
import Randomness
import Testing

@testable import TeacherStudent

@Suite struct WedgeTests {
  @Test func signedMomentIsTheMixedDerivativeOfTheKernel() {
    var random = RandomStream(seed: 3)
    for d in 2...5 {
      let (a, b): ([Double], [Double]) = (random.normals(d), random.normals(d))
      let (u, v): ([Double], [Double]) = (random.normals(d), random.normals(d))
      var block = Matrix<Double>(rows: d, columns: d)
      block.withMutableView { CommitteeUnit.abs.addMixedDerivative(a, b, scale: 1, to: $0) }
      let form = (0..<d).reduce(0.0) { $0 + u[$1] * Double.dot(d, Array(block.row($1)), v) }
      // A sum of d^2 products of order one, each to a few 1e-16.
      #expect(abs(Wedge(a, b).signedMoment(u, v) - form) < 1e-13, "d = \(d)")
    }
  }

  @Test func parallelAndAntiparallelVectors() {
    let (a, b) = ([0.6, 0.8, 0], [1.2, 1.6, 0])
    let (u, v) = ([1.0, 2, 3], [-1.0, 0.5, 2])
    #expect(abs(Wedge(a, b).signedMoment(u, v) - 6) < 1e-14)
    #expect(abs(Wedge(a, b.map { -$0 }).signedMoment(u, v) + 6) < 1e-14)
  }

  @Test func angleMinusSineKeepsItsDigits() {
    // t - sin t of these doubles, computed with 40 digits.
    let values: [(Double, Double)] = [
      (1e-8, 1.6666666666666667629e-25), (1e-3, 1.6666665833333354215e-10), (0.5, 0.02057446139579699735),
      (0.999, 0.15806973814337859551), (1, 0.15852901519210349335), (3, 2.8588799919401327779),
    ]
    for (t, exact) in values { #expect(abs(Wedge.angleMinusSine(t) - exact) < 2e-15 * exact, "t = \(t)") }
  }

  @Test func remainderHasTheSquareOfItsClosedForm() {
    for t in [1e-7, 1e-4, 0.1, 1.5] {
      let u = [2 * Double.cos(t), 2 * Double.sin(t), 0]
      let r = Remainder(of: u, at: [3, 0, 0])
      // 4/pi |u|^2 (t - sin t cos t), with t - sin t cos t = (2t - sin 2t) / 2.
      let exact = 8 / Double.pi * Wedge.angleMinusSine(2 * t)
      #expect(abs(r.product(r) - exact) < 1e-8 * exact, "t = \(t)")
    }
  }

  @Test func integratedProductsAgreeWithDirectOnes() {
    var random = RandomStream(seed: 5)
    for d in 2...5 {
      for noise in [0.02, 0.005] {
        let (a, b): ([Double], [Double]) = (random.normals(d), random.normals(d))
        let u = zip(a, random.normals(d) as [Double]).map { $0 + noise * $1 }
        let v = zip(b, random.normals(d) as [Double]).map { $0 + noise * $1 }
        let (r, q) = (Remainder(of: u, at: a), Remainder(of: v, at: b))
        guard max(r.wedge.angle, q.wedge.angle) < acuteAngle(a, b) / 6 else { continue }
        let direct =
          2
          * (Wedge(u, b).moment(u, v) + Wedge(a, v).moment(u, v) - Wedge(u, v).moment(u, v)
            - Wedge(a, b).moment(u, v))
        // The direct sum cancels terms of order one.
        #expect(abs(r.product(q) - direct) < 1e-14, "d = \(d), noise \(noise)")
        let c: [Double] = random.normals(d)
        let linear = 2 * (Wedge(b, a).moment(c, u) - Wedge(b, u).moment(c, u))
        #expect(abs(r.product(linear: c, sign: b) - linear) < 1e-14, "d = \(d), noise \(noise)")
      }
    }
  }

  @Test func productsAgreeWithMonteCarlo() {
    let (a, b) = ([1.0, 0.2, 0.1], [0.1, 1.0, -0.3])
    let (u, v) = ([0.8, 0.6, 0.3], [0.5, 0.7, 0.4])
    let c = [0.3, -1, 0.5]
    let (r, q) = (Remainder(of: u, at: a), Remainder(of: v, at: b))
    let product = monteCarlo(100_000, dimension: 3) { r.value(at: $0) * q.value(at: $0) }
    #expect(abs(product.mean - r.product(q)) < 4 * product.error)
    let linear = monteCarlo(100_000, dimension: 3) {
      Double.dot(3, c, $0) * signum(Double.dot(3, b, $0)) * r.value(at: $0)
    }
    #expect(abs(linear.mean - r.product(linear: c, sign: b)) < 4 * linear.error)
  }
}
