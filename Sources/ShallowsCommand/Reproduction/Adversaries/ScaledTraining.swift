import Foundation
import Shallows

/// Adversarial training by full gradients with a fixed step, on n inputs of length s in random directions, eps = rho s:
/// a network of m tanh neurons, w ~ N(0, I_d), a ~ N(0, 1/m), both layers trained.
///
/// Equal seeds give the same directions, answers and weights at every scale and step.
struct ScaledTraining: ExperimentTask {
  /// What is to be learnt.
  enum Answers: String, Codable, Sendable {
    /// y = +-1 at random.
    case random
    /// y = +-1, the side of a hyperplane through the origin.
    case linear
  }

  let answers: Answers
  let samples, dimension, width: Int
  let scale, ratio, step: Double
  let horizons: [Int]
  let seed: UInt64

  struct Result: Codable, Sendable {
    /// The robust loss at the start.
    let start: Double
    /// And after each horizon, as multiples of that; `ceiling` where it grew beyond all bounds.
    let losses: [Double]
  }

  /// Losses above this many times that at the start count as divergence.
  static let ceiling = 1e3

  func run() -> Result {
    let stream = RandomStream(seed: seed)
    var (hidden, output, direction, sign) = (stream.split(0), stream.split(1), stream.split(2), stream.split(3))
    let shape = TwoLayerShape(inputs: dimension, hidden: width, outputs: 1, bias: false)
    var weights: [Double] = hidden.normals(width * dimension)
    weights += output.normals(width, scale: 1 / Double(width).squareRoot())
    let x = (0..<samples).flatMap { _ in direction.sphere(dimension, Double.self).map { scale * $0 } }
    let normal: [Double] = sign.sphere(dimension)
    let y = (0..<samples).map { i -> Double in
      switch answers {
      case .random: return sign.uniform() < 0.5 ? -1 : 1
      case .linear: return (0..<dimension).reduce(0) { $0 + normal[$1] * x[i * dimension + $1] } < 0 ? -1 : 1
      }
    }
    let robust = RobustObjective(
      NetworkObjective(
        shape: shape, activation: .tanh, inputs: Matrix(rows: samples, columns: dimension, elements: x),
        targets: Matrix(rows: samples, columns: 1, elements: y)),
      threat: .init(radius: ratio * scale, dimension: dimension),
      ascent: .projected(ProjectedAscent(tolerance: 1e-3, evaluations: 10)))
    let workspace = robust.makeWorkspace()
    var (start, losses) = (0.0, [Double]())
    let gradient = Buffer<Double>(count: weights.count)
    weights.withUnsafeMutableBufferPointer { weights in
      let w = weights.baseAddress!
      for iteration in 0...horizons.last! {
        let loss = robust.valueAndGradient(at: w, gradient: gradient.pointer, workspace: workspace)
        if iteration == 0 { start = loss }
        guard loss <= Self.ceiling * start else { break }
        if horizons.contains(iteration) { losses.append(loss / start) }
        Double.axpy(weights.count, -step, gradient.pointer, w)
      }
    }
    while losses.count < horizons.count { losses.append(Self.ceiling) }
    return Result(start: start, losses: losses)
  }
}
