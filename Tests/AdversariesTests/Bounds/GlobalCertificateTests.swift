import LinearAlgebra
import Networks
import Randomness
import Testing

@testable import Adversaries

/// Bounds by curvature: the eigenvalue, the quadratic model, and what the ratio says.
@Suite struct GlobalCertificateTests {
  /// lambda_max(W^T diag(c) W) against the d x d matrix itself.
  @Test func eigenvaluesAreThoseOfTheWholeMatrix() throws {
    var random = RandomStream(seed: 41)
    for _ in 0..<60 {
      let problem = try smallProblem(&random, activation: .tanh)
      let functionals = FunctionalBounds(problem.network, norm: .l2, box: nil)
      let (m, d) = (functionals.hidden, functionals.dimension)
      let c: [Double] = random.normals(m)
      let w = problem.network.hiddenWeights
      let whole = Matrix<Double>(rows: d, columns: d) { a, b in (0..<m).reduce(0) { $0 + c[$1] * w[$1, a] * w[$1, b] } }
      let expected = try SymmetricEigen.values(whole).last!
      let size = (0..<m).reduce(0.0) { sum, j in sum + (0..<d).reduce(0) { $0 + w[j, $1] * w[j, $1] } }
      let found = CurvatureBound(functionals).largestEigenvalue(c)
      #expect(found >= expected - 1e-14 * size && found - expected <= 1e-11 * max(1, size))
    }
  }

  /// A ratio below 1 at a KKT point closes the gap; the bound always holds.
  @Test func smallRatiosProveTheMaximum() throws {
    var random = RandomStream(seed: 42)
    var proved = 0
    for round in 0..<150 {
      let activation = [Activation.tanh, .softplus, .gelu, .silu, .sigmoid, .erf][round % 6]
      let problem = try smallProblem(
        &random, activation: activation, loss: .margin, norm: .l2, outputs: 1, boxed: false,
        radius: [0.02, 0.2, 1][round % 3])
      let search = ExactSearch(problem)
      let exact = search.maximum(of: 0)
      let certificate = try #require(search.certificate(of: 0, at: exact.maximizer))
      #expect(certificate.bound >= exact.lower)
      if certificate.ratio <= 1 {
        proved += 1
        // What is left is the residual of the first-order condition, quadratic in the angle, and rounding.
        #expect(certificate.bound - certificate.loss < 1e-7 * max(1, abs(certificate.loss)))
        #expect(certificate.isGlobal())
      }
      // Anywhere else in the ball the same inequality bounds the maximum from above.
      let elsewhere = try #require(search.certificate(of: 0, at: problem.randomPerturbation(&random)))
      #expect(elsewhere.bound >= exact.lower)
    }
    #expect(proved > 30)
  }

  @Test func thereIsNoneForKinks() throws {
    var random = RandomStream(seed: 43)
    let problem = try smallProblem(&random, activation: .relu, loss: .margin, inputs: 2)
    #expect(ExactSearch(problem).certificate(of: 0, at: [0, 0]) == nil)
  }
}
