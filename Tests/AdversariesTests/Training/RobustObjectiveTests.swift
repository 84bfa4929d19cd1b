import CAllocationCounter
import Dynamics
import LinearAlgebra
import Networks
import Optimization
import Randomness
import Testing

@testable import Adversaries

/// The robust loss and its gradient: Danskin's theorem against differences, changes of coordinates, bits.
@Suite struct RobustObjectiveTests {
  struct Case {
    let robust: RobustObjective<Double>
    let weights: [Double]

    init(
      n: Int = 20, loss: Loss = .softmaxCrossEntropy, threat: RobustObjective<Double>.Threat? = nil,
      evaluations: Int = 200, scaled: Bool = false
    ) {
      var random = RandomStream(seed: 8)
      let shape = TwoLayerShape(inputs: 4, hidden: 6, outputs: 2)
      let x: Matrix<Double> = random.normalMatrix(rows: n, columns: 4)
      let y = Matrix<Double>(rows: n, columns: 2) { i, c in i % 2 == c ? 1 : 0 }
      weights = random.normals(shape.parameterCount, scale: 0.7)
      let objective = NetworkObjective(shape: shape, activation: .tanh, loss: loss, inputs: x, targets: y)
      robust = RobustObjective(
        objective, threat: threat ?? RobustObjective<Double>.Threat(radius: 0.3, dimension: 4),
        ascent: .projected(ProjectedAscent(tolerance: 1e-11, evaluations: evaluations)))
    }

    func valueAndGradient() -> (Double, [Double]) {
      let workspace = robust.makeWorkspace()
      var gradient = [Double](repeating: .nan, count: weights.count)
      let value = robust.valueAndGradient(at: weights, gradient: &gradient, workspace: workspace)
      return (value, gradient)
    }
  }

  /// With every maximum found to 1e-11 the gradient at fixed perturbations is that of the maximum.
  @Test(arguments: Loss.allCases) func gradientIsDanskins(_ loss: Loss) {
    let problem = Case(loss: loss)
    let workspace = problem.robust.makeWorkspace()
    let (value, gradient) = problem.valueAndGradient()
    #expect(abs(problem.robust.value(at: problem.weights, workspace: workspace) - value) < 1e-12 * value)
    for i in gradient.indices {
      var (up, down) = (problem.weights, problem.weights)
      up[i] += 1e-5
      down[i] -= 1e-5
      let difference =
        (problem.robust.value(at: up, workspace: workspace) - problem.robust.value(at: down, workspace: workspace)) / 2e-5
      // Differences see the third derivatives times 1e-10 and rounding over 1e-5.
      #expect(abs(difference - gradient[i]) < 1e-7)
    }
  }

  @Test func radiusZeroIsThePlainLoss() {
    let problem = Case(threat: .init(radius: 0, dimension: 4))
    let (value, gradient) = problem.valueAndGradient()
    var plain = [Double](repeating: .nan, count: gradient.count)
    let plainValue = problem.robust.objective.valueAndGradient(
      at: problem.weights, gradient: &plain, workspace: problem.robust.objective.makeWorkspace())
    #expect(abs(value - plainValue) < 1e-14)
    #expect(zip(gradient, plain).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  /// Measured in coordinates stretched by 10, a ball of radius 3 is that of radius 0.3.
  @Test func coordinatesOfTheAdversary() {
    let plain = Case().valueAndGradient()
    let stretched = Case(
      threat: .init(radius: 3, shift: [5, 5, -2, 0], scale: Array(repeating: 10, count: 4))
    ).valueAndGradient()
    #expect(abs(plain.0 - stretched.0) < 1e-10)
    #expect(zip(plain.1, stretched.1).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test func samplesOfABatchAreThoseListed() {
    let problem = Case()
    let workspace = problem.robust.makeWorkspace()
    var sum = 0.0
    var gradient = [Double](repeating: 0, count: problem.weights.count)
    for i in 0..<20 {
      sum += [Int32(i)].withUnsafeBufferPointer {
        problem.robust.valueAndGradient(at: problem.weights, samples: $0, gradient: &gradient, workspace: workspace)
      }
    }
    #expect(abs(sum / 20 - problem.valueAndGradient().0) < 1e-12)
  }

  @Test func panelsAddUp() {
    // 300 samples are two panels; those beyond the first repeat the first.
    let one = Case(n: 300)
    let workspace = one.robust.makeWorkspace()
    var gradient = [Double](repeating: 0, count: one.weights.count)
    let listed = (0..<300).map { Int32($0) }
    let value = listed.withUnsafeBufferPointer {
      one.robust.valueAndGradient(at: one.weights, samples: $0, gradient: &gradient, workspace: workspace)
    }
    let (all, whole) = one.valueAndGradient()
    #expect(value == all && gradient == whole)
    var mean = 0.0
    for i in 0..<300 {
      mean += [Int32(i)].withUnsafeBufferPointer {
        one.robust.valueAndGradient(at: one.weights, samples: $0, gradient: &gradient, workspace: workspace)
      } / 300
    }
    #expect(abs(mean - all) < 1e-12)
  }

  @Test func evaluationsAllocateNothing() {
    let problem = Case()
    let workspace = problem.robust.makeWorkspace()
    var gradient = [Double](repeating: 0, count: problem.weights.count)
    let threads = Parallel.threads
    Parallel.threads = 1
    defer { Parallel.threads = threads }
    let listed: [Int32] = [3, 1, 4]
    listed.withUnsafeBufferPointer { samples in
      for _ in 0..<2 {
        _ = problem.robust.valueAndGradient(
          at: problem.weights, samples: samples, gradient: &gradient, workspace: workspace)
      }
      let before = allocation_count()
      for _ in 0..<5 {
        _ = problem.robust.valueAndGradient(
          at: problem.weights, samples: samples, gradient: &gradient, workspace: workspace)
      }
      #expect(allocation_count() == before)
    }
  }

  @Test(arguments: AdversarialTraining.Method.allCases)
  func trainingLowersTheRobustLoss(_ method: AdversarialTraining.Method) throws {
    let problem = Case(n: 40)
    let objective = problem.robust.objective
    var training = AdversarialTraining()
    (training.method, training.epochs, training.batch) = (method, method == .pgd ? 60 : 40, 8)
    training.step = method == .adam ? 0.02 : method == .pgd ? 1 : 0.1
    let network = TwoLayerNetwork(shape: objective.shape, activation: .tanh, parameters: problem.weights)
    func run(threads: Int) throws -> [Double] {
      let before = Parallel.threads
      defer { Parallel.threads = before }
      Parallel.threads = threads
      let x = Matrix<Double>(rows: 40, columns: 4) { objective.inputs[$0, $1] }
      let y = Matrix<Double>(rows: 40, columns: 2) { objective.targets[$0, $1] }
      return try training.run(
        from: network, loss: .softmaxCrossEntropy, inputs: x, targets: y, threat: problem.robust.threat,
        driver: Driver(iterations: 1)
      ).value.parameters
    }
    let trained = try run(threads: 2)
    #expect(try run(threads: 1) == trained)
    let workspace = problem.robust.makeWorkspace()
    let before = problem.robust.value(at: problem.weights, workspace: workspace)
    let after = problem.robust.value(at: trained, workspace: workspace)
    #expect(after < 0.7 * before, "\(before) -> \(after)")
  }
}
