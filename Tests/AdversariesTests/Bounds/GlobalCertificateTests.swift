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

  /// The quadratic models of whole sets, of single functionals and of losses of several outputs, with and without a
  /// share of the gradient in the Hessian: no sample exceeds them, and for small sets they are close.
  @Test(arguments: PerturbationNorm.allCases)
  func quadraticModelsHold(_ norm: PerturbationNorm) throws {
    var random = RandomStream(seed: 44).split(PerturbationNorm.allCases.firstIndex(of: norm)!)
    var close = 0
    for round in 0..<150 {
      let activation = [Activation.tanh, .softplus, .gelu, .silu, .sigmoid, .erf, .identity][round % 7]
      let loss = [AttackLoss.squared, .crossEntropy, .margin][round % 3]
      let problem = try smallProblem(
        &random, activation: activation, loss: loss, norm: norm, outputs: 3, radius: [0.01, 0.1, 0.7][round / 3 % 3])
      let search = ExactSearch(problem)
      let work = search.work
      problem.inputs.withView { search.functionals.load($0.row(0), radius: problem.radii[0]) }
      work.begin(target: Array(problem.targets.row(0)), starts: [])
      let root = work.roots()[0]
      work.load(root.numbers)
      _ = work.setFunctional(0, within: root.ranges)
      for tilt in [0, 0.5] {
        let together = work.objective.isTogether
        let bound = work.curvatureBound(together ? nil : 0, tilt: tilt)
        guard bound.isFinite else { continue }
        let best = together ? work.best : work.peaks[0].value
        #expect(bound >= best)
        if bound - best < 0.05 * max(1, abs(best)) { close += 1 }
        for _ in 0..<40 {
          let delta = problem.randomPerturbation(&random)
          let value = work.record(delta)
          #expect((together ? value : work.functional(0)) <= bound, "\(activation) \(loss) \(tilt)")
        }
        // The samples may have moved the centre; that is the next bound's.
      }
    }
    #expect(close > 100)
  }

  @Test(arguments: Activation.allCases.filter(\.isSmooth))
  func slopeRangesHoldTheSlopes(_ activation: Activation) {
    var random = RandomStream(seed: 45)
    let curve = ActivationCurve(activation)
    for _ in 0..<60 {
      let (a, b) = (3 * random.normal() as Double, 3 * random.normal() as Double)
      let (l, u) = (min(a, b), max(a, b))
      let range = curve.slopeRange(l, u)
      var (least, largest) = (Double.infinity, -Double.infinity)
      for i in 0...500 {
        let slope: Double = activation.derivative(l + (u - l) * Double(i) / 500)
        (least, largest) = (min(least, slope), max(largest, slope))
      }
      #expect(range.least <= least + 1e-14 && largest <= range.largest + 1e-14)
      // Half a step from the extremum, where sigma' is flat: third derivative at most 4.
      let missed = 4 * (u - l) * (u - l) / 500_000 + 1e-14
      #expect(least - range.least <= missed && range.largest - largest <= missed)
    }
  }

  @Test func thereIsNoneForKinks() throws {
    var random = RandomStream(seed: 43)
    let problem = try smallProblem(&random, activation: .relu, loss: .margin, inputs: 2)
    #expect(ExactSearch(problem).certificate(of: 0, at: [0, 0]) == nil)
  }
}
