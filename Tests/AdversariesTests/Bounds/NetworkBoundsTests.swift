import LinearAlgebra
import Networks
import Randomness
import Testing

@testable import Adversaries

/// A random problem of one small network, for the tests of bounds.
func smallProblem(
  _ random: inout RandomStream, activation: Activation? = nil, loss: AttackLoss? = nil, norm: PerturbationNorm? = nil,
  hidden: Int? = nil, inputs: Int? = nil, outputs: Int? = nil, boxed: Bool? = nil, radius: Double? = nil
) throws -> AttackProblem {
  let shape = TwoLayerShape(
    inputs: inputs ?? 1 + random.integer(below: 6), hidden: hidden ?? 1 + random.integer(below: 6),
    outputs: outputs ?? 1 + random.integer(below: 3), bias: random.uniform() < 0.7)
  let activation = activation ?? Activation.allCases[random.integer(below: Activation.allCases.count)]
  let parameters: [Double] = random.normals(shape.parameterCount, scale: 1 + random.uniform())
  let x: [Double] = random.uniforms(shape.inputs, in: 0..<1)
  let loss = loss ?? AttackLoss.allCases[random.integer(below: 3)]
  let k = shape.outputs
  var y: [Double] = random.normals(k)
  if loss.needsClasses {
    if k == 1 {
      y = [random.uniform() < 0.5 ? -1 : 1]
    } else {
      let label = random.integer(below: k)
      y = (0..<k).map { $0 == label ? 1 : 0 }
    }
  }
  return try AttackProblem(
    network: TwoLayerNetwork(shape: shape, activation: activation, parameters: parameters),
    inputs: Matrix([x]), targets: Matrix([y]), loss: loss,
    norm: norm ?? PerturbationNorm.allCases[random.integer(below: 3)],
    radii: [radius ?? [0.1, 0.3, 1][random.integer(below: 3)]],
    box: boxed ?? (random.uniform() < 0.5) ? 0...1 : nil)
}

extension AttackProblem {
  /// The loss of input `index` at x + delta.
  func lossValue(_ delta: [Double], _ loss: AttackLoss? = nil, index: Int = 0) -> Double {
    let a = zip(inputs.row(index), delta).map { $0 + $1 }
    let f = network.predict(Matrix([a])).elements
    return (loss ?? self.loss).value(f, Array(targets.row(index)), outputs: f.count)
  }

  /// A perturbation of the set: uniform directions and lengths, half of them on the sphere, clipped to the box.
  func randomPerturbation(_ random: inout RandomStream, index: Int = 0) -> [Double] {
    var delta: [Double] = random.normals(dimension)
    if norm == .linf, random.uniform() < 0.5 { delta = delta.map { $0 < 0 ? -1 : 1 } }
    if norm == .l1, random.uniform() < 0.5 {
      let i = random.integer(below: dimension)
      delta = delta.indices.map { $0 == i ? (delta[$0] < 0 ? -1 : 1) : 0 }
    }
    let length = norm.length(delta, count: dimension)
    let scale = radii[index] / length * (random.uniform() < 0.5 ? 1 : random.uniform()) * (1 - 1e-15)
    delta = delta.map { $0 * scale }
    guard let box else { return delta }
    return zip(inputs.row(index), delta).map { max(box.lowerBound, min(box.upperBound, $0 + $1)) - $0 }
  }
}

/// Upper bounds against samples, against closed forms, and of each other.
@Suite struct NetworkBoundsTests {
  @Test func noPerturbationExceedsTheBounds() throws {
    var random = RandomStream(seed: 21)
    for round in 0..<600 {
      let problem = try smallProblem(&random, activation: Activation.allCases[round % 10])
      let bounds = NetworkBounds(problem)
      let bound = bounds.loss(of: 0)
      #expect(bound.best <= min(bound.interval, bound.relaxation) + 1e-12 * abs(bound.best))
      let intervals = bounds.preActivations(of: 0)
      let w = problem.network.hiddenWeights
      for _ in 0..<30 {
        let delta = problem.randomPerturbation(&random)
        let value = problem.lossValue(delta)
        #expect(value <= bound.best, "\(problem.network.activation) \(problem.loss) \(problem.norm)")
        let a = zip(problem.inputs.row(0), delta).map { $0 + $1 } + (problem.network.shape.bias ? [1] : [])
        for (j, interval) in intervals.enumerated() {
          #expect(interval.contains(zip(w.row(j), a).reduce(0) { $0 + $1.0 * $1.1 }))
        }
      }
    }
  }

  /// A linear net has the maximum |sum_j v_j w_j| eps in the dual norm: every kind of bound that is linear is exact.
  @Test(arguments: PerturbationNorm.allCases)
  func linearNetworksAreBoundedExactly(_ norm: PerturbationNorm) throws {
    var random = RandomStream(seed: 22)
    for _ in 0..<50 {
      let problem = try smallProblem(
        &random, activation: .identity, loss: .margin, norm: norm, outputs: 1, boxed: false)
      let shape = problem.network.shape
      let (w, v) = (problem.network.hiddenWeights, problem.network.outputWeights)
      let c = (0..<shape.inputs).map { i in (0..<shape.hidden).reduce(0) { $0 + v[0, $1] * w[$1, i] } }
      let clean = problem.lossValue([Double](repeating: 0, count: shape.inputs))
      let exact = clean + problem.radii[0] * norm.dual.length(c, count: c.count)
      let bound = NetworkBounds(problem).loss(of: 0).best
      #expect(bound >= exact - 1e-15 && bound - exact < 1e-12 * (1 + abs(exact)))
    }
  }

  /// For small radii the relaxation's gap is of second order: ten times less radius, a hundred times less gap.
  @Test func gapsAreOfSecondOrder() throws {
    var random = RandomStream(seed: 23)
    for activation in [Activation.tanh, .softplus, .gelu, .silu, .sigmoid, .erf] {
      for loss in AttackLoss.allCases {
        let problem = try smallProblem(
          &random, activation: activation, loss: loss, norm: .linf, hidden: 5, inputs: 2, outputs: 3, boxed: false)
        var gaps: [Double] = []
        for radius in [1e-2, 1e-3] {
          let bound = NetworkBounds(problem).loss(of: 0, radius: radius)
          // The vertices of the square hold the maximum wherever the loss is monotone in both inputs; a grid the rest.
          var best = -Double.infinity
          for a in -8...8 {
            for b in -8...8 {
              best = max(best, problem.lossValue([radius * Double(a) / 8, radius * Double(b) / 8]))
            }
          }
          gaps.append(bound.best - best)
        }
        #expect(gaps[0] >= 0 && gaps[1] >= 0)
        #expect(gaps[1] < gaps[0] / 30 + 1e-12, "\(activation) \(loss) \(gaps)")
      }
    }
  }

  @Test func refinementsOnlyLowerTheBound() throws {
    var random = RandomStream(seed: 24)
    for _ in 0..<60 {
      let problem = try smallProblem(&random, loss: .margin)
      let plain = NetworkBounds(problem, refinements: 0).loss(of: 0)
      let refined = NetworkBounds(problem, refinements: 4).loss(of: 0)
      #expect(refined.best <= plain.best && refined.interval == plain.interval)
    }
  }

  @Test func certifiedRadiiHoldAndAreNearlyTheLargest() throws {
    var random = RandomStream(seed: 25)
    var positive = 0
    for _ in 0..<60 {
      let problem = try smallProblem(&random, loss: .margin)
      let bounds = NetworkBounds(problem)
      let radius = bounds.certifiedRadius(of: 0)
      let clean = problem.lossValue([Double](repeating: 0, count: problem.dimension))
      if clean >= 0 {
        #expect(radius == 0)
      } else if radius.isFinite {
        positive += 1
        #expect(radius > 0)
        #expect(bounds.margin(of: 0, radius: radius).best < 0)
        #expect(bounds.margin(of: 0, radius: radius * 1.0011).best >= 0)
      }
    }
    #expect(positive > 10)
  }

  /// A linear net's certified radius is its margin over the dual norm of its weights.
  @Test func certifiedRadiusOfALinearNetwork() throws {
    let network = TwoLayerNetwork<Double>(
      shape: TwoLayerShape(inputs: 2, hidden: 1, outputs: 1, bias: false), activation: .identity,
      parameters: [3, 4, 1])
    for (norm, radius) in [(PerturbationNorm.l2, 1.4), (.linf, 1), (.l1, 1.75)] {
      let problem = try AttackProblem(
        network: network, inputs: Matrix([[1, 1]]), targets: Matrix([[1]]), loss: .margin, norm: norm, radii: [0.5])
      let found = NetworkBounds(problem).certifiedRadius(of: 0, tolerance: 1e-6)
      #expect(found <= radius && found > radius * (1 - 2e-6))
    }
    let regression = try AttackProblem(
      network: network, inputs: Matrix([[1, 1]]), targets: Matrix([[7]]), loss: .squared, radii: [0.5])
    // |f - y| = 5 eps stays below 2 up to eps = 0.4.
    let found = NetworkBounds(regression).certifiedRadius(of: 0, lossAtMost: 2, tolerance: 1e-6)
    #expect(found <= 0.4 && found > 0.4 * (1 - 2e-6))
  }
}
