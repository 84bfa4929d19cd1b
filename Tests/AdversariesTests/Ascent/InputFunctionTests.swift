import Adversaries
import LinearAlgebra
import Networks
import Randomness
import Testing

@testable import Adversaries

/// A random network and points to look at it from.
struct AscentCase {
  let network: TwoLayerNetwork<Double>
  let x: Matrix<Double>
  let y: Matrix<Double>
  let loss: AttackLoss

  init(
    d: Int = 7, m: Int = 19, k: Int, n: Int, activation: Activation = .tanh, loss: AttackLoss, bias: Bool = true,
    scale: Double = 1, box: ClosedRange<Double>? = nil, seed: UInt64 = 1
  ) {
    var random = RandomStream(seed: seed)
    let shape = TwoLayerShape(inputs: d, hidden: m, outputs: k, bias: bias)
    let w: [Double] = random.normals(m * shape.weightsPerNeuron, scale: scale / Double(d).squareRoot())
    let v: [Double] = random.normals(k * m, scale: 1 / Double(m).squareRoot())
    network = TwoLayerNetwork(shape: shape, activation: activation, parameters: w + v)
    x = Matrix(rows: n, columns: d, elements: (random.normals(n * d) as [Double]).map {
      max(box?.lowerBound ?? -.infinity, min(box?.upperBound ?? .infinity, $0))
    })
    var targets: [Double] = []
    for _ in 0..<n {
      switch (loss, k) {
      case (.squared, _): targets += random.normals(k) as [Double]
      case (_, 1): targets.append(random.uniform() < 0.5 ? -1 : 1)
      default:
        let label = random.integer(below: k)
        targets += (0..<k).map { $0 == label ? 1 : 0 }
      }
    }
    y = Matrix(rows: n, columns: k, elements: targets)
    self.loss = loss
  }

  var n: Int { x.rows }
  var d: Int { x.columns }

  func losses(at points: Matrix<Double>) -> [Double] {
    let f = network.predict(points)
    return (0..<n).map { loss.value(Array(f.row($0)), Array(y.row($0)), outputs: y.columns) }
  }
}

/// Losses, gradients and Hessian products by the inputs, against predictions and differences.
@Suite struct InputFunctionTests {
  @Test(arguments: AttackLoss.allCases, [1, 2, 5])
  func gradientsAreDerivativesOfLosses(_ loss: AttackLoss, _ k: Int) {
    for activation in Activation.allCases where activation.isSmooth {
      let given = AscentCase(k: k, n: 5, activation: activation, loss: loss)
      let (n, d) = (given.n, given.d)
      let function = InputFunction(given.network)
      let z0 = Buffer<Double>(count: n * function.preactivationStride)
      var random = RandomStream(seed: 2)
      let delta = Matrix<Double>(rows: n, columns: d, elements: random.normals(n * d))
      var (losses, gradients) = ([Double](repeating: 0, count: n), Matrix<Double>(rows: n, columns: d))
      given.x.withView { function.preactivations(of: $0, into: z0.pointer) }
      delta.withView { delta in given.y.withView { y in gradients.withMutableView { g in
        function.evaluate(
          delta, from: z0.pointer, targets: y, loss: loss, losses: &losses, gradients: g,
          workspace: function.makeWorkspace(rows: n))
      } } }
      func points(_ i: Int, _ shift: Double) -> Matrix<Double> {
        Matrix(rows: n, columns: d) { given.x[$0, $1] + delta[$0, $1] + ($1 == i ? shift : 0) }
      }
      let direct = given.losses(at: points(0, 0))
      for r in 0..<n { #expect(abs(direct[r] - losses[r]) < 1e-13 * (1 + abs(direct[r]))) }
      for i in 0..<d {
        let (up, down) = (given.losses(at: points(i, 1e-5)), given.losses(at: points(i, -1e-5)))
        // h^2 of the third derivative and eps / h of rounding: some 1e-10, of gradients of size 1.
        for r in 0..<n { #expect(abs((up[r] - down[r]) / 2e-5 - gradients[r, i]) < 2e-8) }
      }
    }
  }

  @Test(arguments: AttackLoss.allCases, [1, 4])
  func hessianProductsAreDerivativesOfGradients(_ loss: AttackLoss, _ k: Int) {
    for activation in Activation.allCases where activation.isSmooth {
      let given = AscentCase(d: 70, k: k, n: 1, activation: activation, loss: loss)
      let d = given.d
      let curvature = InputCurvature(InputFunction(given.network))
      let point = Array(given.x.row(0)), y = Array(given.y.row(0))
      var random = RandomStream(seed: 3)
      let (u, w): ([Double], [Double]) = (random.normals(d), random.normals(d))
      func gradient(_ t: Double) -> [Double] {
        var g = [Double](repeating: 0, count: d)
        curvature.prepare(at: zip(point, u).map { $0 + t * $1 }, target: y, loss: loss)
        curvature.gradient(into: &g)
        return g
      }
      let (up, down) = (gradient(1e-5), gradient(-1e-5))
      var (hu, hw) = (u, u)
      let value = curvature.prepare(at: point, target: y, loss: loss)
      #expect(abs(value - given.losses(at: given.x)[0]) < 1e-12 * (1 + abs(value)))
      curvature.product(u, into: &hu)
      curvature.product(w, into: &hw)
      for i in 0..<d { #expect(abs((up[i] - down[i]) / 2e-5 - hu[i]) < 2e-8 * 10) }
      // <w, H u> = <u, H w>: sums of 70 products of size 1.
      #expect(abs(dot(w, hu) - dot(u, hw)) < 1e-12 * (1 + abs(dot(w, hu))))
    }
  }

  @Test func otherWeightsTakeTheOldOnesPlace() {
    let first = AscentCase(d: 33, m: 40, k: 3, n: 2, loss: .squared)
    let second = AscentCase(d: 33, m: 40, k: 3, n: 2, loss: .squared, seed: 9)
    let function = InputFunction(first.network)
    let curvature = InputCurvature(function)
    second.network.parameters.withUnsafeBufferPointer { function.load(parameters: $0.baseAddress!) }
    let value = curvature.prepare(at: Array(second.x.row(1)), target: Array(second.y.row(1)), loss: .squared)
    #expect(abs(value - second.losses(at: second.x)[1]) < 1e-13 * (1 + value))
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}
