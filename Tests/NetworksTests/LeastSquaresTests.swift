import LinearAlgebra
import Networks
import Randomness
import Testing

private let trainables: [Trainable] = [.hidden, .output, .all]

@Suite struct LeastSquaresTests {
  @Test(arguments: Activation.allCases, trainables) func jacobianMatchesDifferences(
    activation: Activation, trainable: Trainable
  ) {
    for k in 1...3 {
      let problem = Problem<Double>(n: 6, k: k, activation: activation, trainable: trainable)
      let jacobian = problem.jacobian()
      let differences = centralDifferences(problem.parameters) { problem.residual($0) }
      for p in problem.free { #expect(distance(jacobian.column(p), differences[p]) < differencesTolerance) }
      for p in problem.frozen { #expect(jacobian.column(p).allSatisfy { $0 == 0 }) }
    }
  }

  @Test(arguments: trainables, [(6, 3, 5, 1), (6, 3, 5, 3), (300, 20, 12, 2), (290, 300, 70, 1)])
  func productsMatchTheJacobian(trainable: Trainable, size: (n: Int, d: Int, m: Int, k: Int)) {
    let problem = Problem<Double>(n: size.n, d: size.d, m: size.m, k: size.k, trainable: trainable)
    let objective = problem.objective
    let jacobian = problem.jacobian()
    var random = RandomStream(seed: 5)
    let u: [Double] = random.normals(objective.parameterCount)
    let a: [Double] = random.normals(objective.residualCount)
    var ju = [Double](repeating: .nan, count: a.count)
    var ja = [Double](repeating: .nan, count: u.count)
    objective.jacobianProduct(u, into: &ju, workspace: problem.workspace)
    objective.jacobianTransposeProduct(a, into: &ja, workspace: problem.workspace)
    let columns = Matrix(rows: u.count, columns: 1, elements: u)
    let rows = Matrix(rows: a.count, columns: 1, elements: a)
    // Sums of up to some ten thousand terms of order one.
    #expect(distance(ju, (jacobian * columns).elements) < 1e-13)
    #expect(distance(ja, Matrix.product(jacobian, .yes, rows, .no).elements) < 1e-13)
    // <J u, a> = <u, J^T a>
    let left = zip(ju, a).reduce(0) { $0 + $1.0 * $1.1 }
    let right = zip(u, ja).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(left - right) < 1e-11 * max(1, abs(left)))

    var gram = Matrix<Double>(rows: a.count, columns: a.count, repeating: .nan)
    for _ in 0..<2 {  // the second time from the stored X X^T
      gram.withMutableView { objective.gram(into: $0, workspace: problem.workspace) }
      let expected = Matrix.product(jacobian, .no, jacobian, .yes)
      let lower = (0..<a.count).flatMap { i in (0...i).map { gram[i, $0] } }
      let expectedLower = (0..<a.count).flatMap { i in (0...i).map { expected[i, $0] } }
      #expect(distance(lower, expectedLower) < 1e-13)
    }
  }

  /// The gradient of |r|^2 / (2n) is J^T r / n, and both ways to the value agree.
  @Test(arguments: trainables) func gradientIsTransposedJacobianTimesResidual(trainable: Trainable) {
    let problem = Problem<Double>(n: 200, d: 24, m: 8, k: 2, trainable: trainable)
    let objective = problem.objective
    var residual = [Double](repeating: 0, count: objective.residualCount)
    let prepared = objective.prepare(at: problem.parameters, residual: &residual, workspace: problem.workspace)
    let (value, gradient) = problem.valueAndGradient()
    #expect(abs(prepared - value) < 1e-14 * value)
    var product = gradient
    objective.jacobianTransposeProduct(residual, into: &product, workspace: problem.workspace)
    #expect(distance(gradient, product.map { $0 / Double(objective.normalization) }) < 1e-14)
  }
}
