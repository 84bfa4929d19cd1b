import LinearAlgebra
import Networks
import Randomness

/// A random small problem with everything that an evaluation needs.
struct Problem<Element: Scalar> {
  var objective: NetworkObjective<Element>
  var workspace: NetworkWorkspace<Element>
  var parameters: [Element]

  init(
    n: Int = 7, d: Int = 3, m: Int = 5, k: Int = 2, bias: Bool = true, activation: Activation = .tanh,
    loss: Loss = .squared, trainable: Trainable = .all, seed: UInt64 = 1
  ) {
    let shape = TwoLayerShape(inputs: d, hidden: m, outputs: k, bias: bias)
    var random = RandomStream(seed: seed)
    let x: Matrix<Element> = random.normalMatrix(rows: n, columns: d)
    var y: Matrix<Element> = random.normalMatrix(rows: n, columns: k)
    if loss == .softmaxCrossEntropy {
      y = Matrix(rows: n, columns: k) { i, c in i % k == c ? 1 : 0 }
    }
    objective = NetworkObjective(
      shape: shape, activation: activation, loss: loss, trainable: trainable, inputs: x, targets: y)
    workspace = objective.makeWorkspace()
    parameters = random.normals(shape.parameterCount, scale: 0.7)
  }

  func value(_ parameters: [Element]) -> Element { objective.value(at: parameters, workspace: workspace) }

  func valueAndGradient(_ parameters: [Element]? = nil) -> (Element, [Element]) {
    var gradient = [Element](repeating: .nan, count: objective.parameterCount)
    let value = objective.valueAndGradient(
      at: parameters ?? self.parameters, gradient: &gradient, workspace: workspace)
    return (value, gradient)
  }

  func sampled(_ samples: [Int32]) -> (Element, [Element]) {
    var gradient = [Element](repeating: .nan, count: objective.parameterCount)
    let value = samples.withUnsafeBufferPointer {
      objective.valueAndGradient(at: parameters, samples: $0, gradient: &gradient, workspace: workspace)
    }
    return (value, gradient)
  }

  func residual(_ parameters: [Element]) -> [Element] {
    var residual = [Element](repeating: .nan, count: objective.residualCount)
    _ = objective.prepare(at: parameters, residual: &residual, workspace: workspace)
    return residual
  }

  /// The Jacobian at `parameters`, N x P.
  func jacobian() -> Matrix<Element> {
    _ = residual(parameters)
    var j = Matrix<Element>(rows: objective.residualCount, columns: objective.parameterCount)
    j.withMutableView { objective.jacobian(into: $0, workspace: workspace) }
    return j
  }

  func hessianProduct(_ u: [Element]) -> [Element] {
    var product = [Element](repeating: .nan, count: u.count)
    objective.hessianProduct(at: parameters, u, into: &product, workspace: workspace)
    return product
  }

  /// Indices that belong to trainable weights.
  var free: [Int] {
    let (shape, trainable) = (objective.shape, objective.trainable)
    return (trainable.contains(.hidden) ? Array(shape.hiddenRange) : [])
      + (trainable.contains(.output) ? Array(shape.outputRange) : [])
  }

  var frozen: [Int] { Array(Set(0..<objective.parameterCount).subtracting(free)) }
}

/// max_i |a_i - b_i| / max(1, max_i |b_i|)
func distance<T: Scalar>(_ a: [T], _ b: [T]) -> T {
  precondition(a.count == b.count)
  var (difference, size): (T, T) = (0, 1)
  for (p, q) in zip(a, b) {
    if p.isNaN || q.isNaN { return .infinity }
    difference = max(difference, abs(p - q))
    size = max(size, abs(q))
  }
  return difference / size
}

/// df/dx_i by central differences: with step 1e-5 and values of order one the error of truncation is about 1e-10 and
/// that of rounding 1e-11.
func centralDifferences(_ x: [Double], step: Double = 1e-5, of f: ([Double]) -> [Double]) -> [[Double]] {
  x.indices.map { i in
    var (up, down) = (x, x)
    up[i] += step
    down[i] -= step
    return zip(f(up), f(down)).map { ($0 - $1) / (up[i] - down[i]) }
  }
}

/// Ten times the error of `centralDifferences`, for third derivatives of order ten.
let differencesTolerance = 1e-8
