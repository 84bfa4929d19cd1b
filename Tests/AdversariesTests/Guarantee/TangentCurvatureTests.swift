import LinearAlgebra
import Networks
import Randomness
import Testing

@testable import Adversaries

/// The Hessian of a loss by its input, and its extreme eigenvalues along the set, against dense differences.
@Suite struct TangentCurvatureTests {
  struct Case {
    let network: TwoLayerNetwork<Double>
    let x, delta, y: [Double]
    let loss: AttackLoss

    init(d: Int, m: Int, k: Int, _ loss: AttackLoss, _ activation: Activation, seed: UInt64, twins: Bool = false) {
      var random = RandomStream(seed: seed)
      let shape = TwoLayerShape(inputs: d, hidden: m, outputs: k)
      var parameters: [Double] = random.normals(shape.parameterCount)
      if twins { for i in 0...d { parameters[i] = parameters[d + 1 + i] } }
      network = TwoLayerNetwork(shape: shape, activation: activation, parameters: parameters)
      (x, delta) = (random.normals(d), random.normals(d, scale: 0.3))
      y = loss == .squared ? random.normals(k) : k == 1 ? [1] : (0..<k).map { $0 == 1 ? 1 : 0 }
      self.loss = loss
    }

    var weights: HiddenWeights { HiddenWeights(network) }

    func curvature(at delta: [Double]? = nil) -> InputCurvature<Double> {
      let curvature = InputCurvature(InputFunction(network))
      curvature.prepare(at: zip(x, delta ?? self.delta).map { $0 + $1 }, target: y, loss: loss)
      return curvature
    }

    func value(at delta: [Double]) -> Double {
      let input = Matrix(rows: 1, columns: x.count, elements: zip(x, delta).map { $0 + $1 })
      return loss.value(network.predict(input).elements, y, outputs: y.count)
    }

    func gradient(at delta: [Double]) -> [Double] {
      var gradient = [Double](repeating: 0, count: x.count)
      curvature(at: delta).gradient(into: &gradient)
      return gradient
    }

    /// Hess L by central differences of the gradient, exact to about 1e-9 of its size.
    func dense() -> Matrix<Double> {
      let d = x.count
      var h = Matrix<Double>(rows: d, columns: d)
      for i in 0..<d {
        var (up, down) = (delta, delta)
        up[i] += 1e-5
        down[i] -= 1e-5
        let (a, b) = (gradient(at: up), gradient(at: down))
        for j in 0..<d { h[j, i] = (a[j] - b[j]) / 2e-5 }
      }
      return Matrix(rows: d, columns: d) { (h[$0, $1] + h[$1, $0]) / 2 }
    }
  }

  @Test(arguments: AttackLoss.allCases, [1, 3])
  func gradientsAreDerivatives(_ loss: AttackLoss, k: Int) {
    for activation in Activation.allCases where activation.isSmooth {
      let problem = Case(d: 4, m: 5, k: k, loss, activation, seed: 7)
      let gradient = problem.gradient(at: problem.delta)
      for i in 0..<4 {
        var (up, down) = (problem.delta, problem.delta)
        up[i] += 1e-5
        down[i] -= 1e-5
        // Central differences: 1e-10 of the third derivatives and of rounding over h.
        let difference = (problem.value(at: up) - problem.value(at: down)) / 2e-5
        #expect(abs(difference - gradient[i]) < 1e-7 * max(1, abs(gradient[i])), "\(activation)")
      }
    }
  }

  /// Both reductions, held coordinates, and a normal or none, against the dense matrix with its own eigenvalues.
  @Test(arguments: [(9, 4), (4, 9), (6, 6), (12, 5)], [1, 3])
  func extremesAreThoseOfTheDenseMatrix(_ size: (Int, Int), k: Int) throws {
    for loss in AttackLoss.allCases {
      for held in [[], [0], [1, 3]] {
        for hasNormal in [false, true] {
          let problem = Case(d: size.0, m: size.1, k: k, loss, .tanh, seed: 11)
          let free = (0..<size.0).filter { !held.contains($0) }
          let found = problem.delta.withUnsafeBufferPointer {
            TangentCurvature(
              problem.curvature(), problem.weights, free: free, normal: hasNormal ? $0.baseAddress! : nil, tolerance: 1e-10)
          }
          // An orthonormal basis of the tangent vectors: the complement of the normal among the free coordinates.
          let h = problem.dense()
          var projected = Matrix<Double>(rows: free.count, columns: free.count) { h[free[$0], free[$1]] }
          var normal = free.map { problem.delta[$0] }
          let length = normal.reduce(0) { $0 + $1 * $1 }.squareRoot()
          normal = normal.map { $0 / length }
          if hasNormal {
            let p = Matrix<Double>(rows: free.count, columns: free.count) {
              ($0 == $1 ? 1 : 0) - normal[$0] * normal[$1]
            }
            projected = p * projected * p
          }
          let eigen = try SymmetricEigen(projected)
          // The normal itself is an eigenvector with the value zero and no tangent vector.
          var values = eigen.values
          if hasNormal { values.remove(at: values.indices.min { abs(values[$0]) < abs(values[$1]) }!) }
          let size = max(abs(values.first!), abs(values.last!))
          #expect(found.converged)
          #expect(abs(found.largest - values.last!) < 1e-7 * size, "\(loss) \(held) \(hasNormal)")
          #expect(abs(found.smallest - values.first!) < 1e-7 * size, "\(loss) \(held) \(hasNormal)")
          if size > 1e-6, found.largest > 1e-3 * size {
            let image = projected * free.map { found.direction[$0] }
            let residual = zip(image, free).reduce(0) {
              max($0, abs($1.0 - found.largest * found.direction[$1.1]))
            }
            #expect(residual < 1e-5 * size)
            #expect(held.allSatisfy { found.direction[$0] == 0 })
          }
        }
      }
    }
  }

  /// Neurons that repeat each other make K singular; the eigenvalues stay those of the dense matrix.
  @Test func repeatedNeuronsDoNoHarm() throws {
    let problem = Case(d: 9, m: 4, k: 2, .crossEntropy, .softplus, seed: 3, twins: true)
    let found = TangentCurvature(problem.curvature(), problem.weights, free: Array(0..<9), normal: nil, tolerance: 1e-10)
    let values = try SymmetricEigen.values(problem.dense())
    #expect(abs(found.largest - values.last!) < 1e-7 * values.last!)
  }

  @Test func noTangentVectors() {
    let problem = Case(d: 3, m: 4, k: 1, .squared, .tanh, seed: 3)
    #expect(TangentCurvature(problem.curvature(), problem.weights, free: [], normal: nil, tolerance: 1e-8).largest == 0)
    let one = problem.delta.withUnsafeBufferPointer {
      TangentCurvature(problem.curvature(), problem.weights, free: [2], normal: $0.baseAddress!, tolerance: 1e-8)
    }
    #expect(one.largest == 0 && one.direction == [0, 0, 0])
  }
}
