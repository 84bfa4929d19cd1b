import Foundation
import Shallows

/// An attack on one input of a random network: w_j ~ N(0, I_d), a_j ~ N(0, 1/m), no bias, |x| = s, eps = rho s,
/// y = +-1, squared loss.
///
/// Equal seeds give the same weights, direction of x and y at every scale and for every activation.
struct RandomAttack: ExperimentTask {
  let activation: Activation
  /// rho = eps / |x|.
  let ratio: Double
  /// s = |x|.
  let scale: Double
  let dimension: Int
  let width: Int
  /// Random starts on the sphere from which distinct maxima are looked for.
  var starts = 0
  let seed: UInt64

  struct Result: Codable, Sendable {
    let kappa: Double?
    let iterations, evaluations: Int
    let converged, onSphere, isMaximum: Bool
    let escapes: Int
    let maxima: Maxima?
  }

  /// What the random starts led to.
  struct Maxima: Codable, Sendable {
    let distinct: Int
    /// The most of them that share a sign of f - y.
    let ofOneSign: Int
    /// Starts whose ascent did not converge.
    let unfinished: Int
  }

  /// The most evaluations of an ascent: ten times what the slowest that was seen takes.
  static let budget = 20_000

  var epsilon: Double { ratio * scale }

  /// The input, repeated `copies` times.
  func problem(copies: Int = 1) throws -> AttackProblem {
    let stream = RandomStream(seed: seed)
    var (hidden, output, direction, sign) = (stream.split(0), stream.split(1), stream.split(2), stream.split(3))
    let w: [Double] = hidden.normals(width * dimension)
    let a: [Double] = output.normals(width, scale: 1 / Double(width).squareRoot())
    let x = direction.sphere(dimension, Double.self).map { scale * $0 }
    let y = sign.uniform() < 0.5 ? -1.0 : 1
    return try AttackProblem(
      network: TwoLayerNetwork(
        shape: TwoLayerShape(inputs: dimension, hidden: width, outputs: 1, bias: false), activation: activation,
        parameters: w + a),
      inputs: Matrix(rows: copies, columns: dimension, elements: (0..<copies).flatMap { _ in x }),
      targets: Matrix(rows: copies, columns: 1, elements: Array(repeating: y, count: copies)), loss: .squared,
      radii: Array(repeating: epsilon, count: copies))
  }

  /// Ascent from zero, by backtracking.
  func run() throws -> Result {
    var settings = AttackSettings()
    settings.branches = false
    settings.randomStarts = 0
    settings.evaluations = Self.budget
    let outcome = try Attack(settings).run(on: problem()).outcomes[0]
    return try Result(
      kappa: outcome.kappa, iterations: outcome.iterations, evaluations: outcome.evaluations,
      converged: outcome.ending == .converged, onSphere: outcome.length >= epsilon * (1 - 1e-9),
      isMaximum: outcome.order == .maximum, escapes: outcome.escapes,
      maxima: starts > 0 ? distinctMaxima() : nil)
  }

  /// The maxima that ascents from random starts end at; two are one if they lie within 1e-3 eps.
  private func distinctMaxima() throws -> Maxima {
    let problem = try problem(copies: starts)
    let engine = AscentEngine(
      function: InputFunction(problem.network), set: PerturbationSet<Double>(norm: .l2, dimension: dimension),
      loss: .squared, method: .projected(ProjectedAscent(tolerance: 1e-7, evaluations: Self.budget)),
      starts: [.randomSphere], seed: seed)
    let results = AscentResults<Double>(count: starts, dimension: dimension)
    problem.inputs.withView { x in
      problem.targets.withView { y in
        problem.radii.withUnsafeBufferPointer {
          engine.run(0..<starts, inputs: x, targets: y, radii: $0.baseAddress!, into: results)
        }
      }
    }
    var (maxima, unfinished): ([Int], Int) = ([], 0)
    for i in 0..<starts {
      guard results[i].residual <= 1e-6 else {
        unfinished += 1
        continue
      }
      let isNew = maxima.allSatisfy { j in
        let (p, q) = (results.delta(i), results.delta(j))
        return (0..<dimension).reduce(0) { $0 + (p[$1] - q[$1]) * (p[$1] - q[$1]) }.squareRoot() > 1e-3 * epsilon
      }
      if isNew { maxima.append(i) }
    }
    let moved = Matrix(rows: maxima.count, columns: dimension) { problem.inputs[0, $1] + results.delta(maxima[$0])[$1] }
    let above = problem.network.predict(moved).elements.count { $0 > problem.targets[0, 0] }
    return Maxima(
      distinct: maxima.count, ofOneSign: max(above, maxima.count - above), unfinished: unfinished)
  }

  /// kappa as the scale law has it for m >> d^2 and kappa << 1 [derived]:
  ///
  ///     2 rho s sqrt(E sigma''(s g)^2 / E sigma'(s g)^2),  g ~ N(0, 1)
  var law: Double {
    // The trapezoidal rule, which converges exponentially here: with sigma = tanh at s = 10, the nearest poles of the
    // integrand are 0.157 from the real axis, and its error is exp(-2 pi 0.157 / 0.01) = 1e-43.
    let (step, reach) = (0.01, 1000)
    var (first, second) = (0.0, 0.0)
    for i in -reach...reach {
      let g = step * Double(i)
      let weight = exp(-g * g / 2)
      let (slope, curvature) = (activation.derivative(scale * g), activation.secondDerivative(scale * g))
      first += weight * slope * slope
      second += weight * curvature * curvature
    }
    return 2 * epsilon * (second / first).squareRoot()
  }
}
