import CAllocationCounter
import Dynamics
import LinearAlgebra
import Networks
import Optimization
import Randomness
import Testing

/// A step of training allocates nothing on the heap: no bytes on the calling thread, once a first step has been taken.
///
/// The counter sees the calling thread, which takes part in all parallel work; it counts on Linux only. Serialised,
/// because the number of threads is the process's.
@Suite(.serialized) struct AllocationTests {
  private func problem<Element: Scalar>(
    _ type: Element.Type, samples n: Int, inputs d: Int, hidden m: Int, outputs k: Int = 1,
    trainable: Trainable = .all, over set: (TwoLayerShape, [Element]) -> any Projection<Element>
  ) throws -> Minimization<NetworkObjective<Element>> {
    let shape = TwoLayerShape(inputs: d, hidden: m, outputs: k)
    var stream = RandomStream(seed: 5)
    let inputs: Matrix<Element> = stream.normalMatrix(rows: n, columns: d)
    let targets: Matrix<Element> = stream.normalMatrix(rows: n, columns: k)
    let start: [Element] = try Initialization.mirroredLeCun(zeta: 1).parameters(shape, random: stream.split(1))
    let objective = NetworkObjective(
      shape: shape, activation: .tanh, trainable: trainable, inputs: inputs, targets: targets)
    return Minimization(objective, over: set(shape, start), from: start, tracking: shape.hiddenRange)
  }

  private func everywhere<Element: Scalar>(_ shape: TwoLayerShape, _ start: [Element]) -> any Projection<Element> {
    Unconstrained()
  }

  /// The feasible set of the constrained problem, so tight that its bounds are met.
  private func region<Element: Scalar>(_ shape: TwoLayerShape, _ start: [Element]) -> any Projection<Element> {
    let ball = Ball<Element>(range: shape.hiddenRange, center: Array(start[shape.hiddenRange]), radius: 0.05)
    let box = Box<Element>.signed(
      range: shape.outputRange, reference: Array(start[shape.outputRange]), smallest: 1, largest: 1.001)
    return Product<Element>([ball, box])
  }

  private func bytesAfterTheFirst<M: Method>(
    _ method: M, _ problem: M.Problem, steps: Int = 4
  ) throws -> (bytes: Int64, state: M.State) {
    let workspace = method.makeWorkspace(for: problem)
    func run() throws -> (bytes: Int64, state: M.State) {
      var state = try method.initialState(for: problem, workspace: workspace)
      method.step(&state, on: problem, workspace: workspace)
      let before = allocated_bytes()
      for _ in 0..<steps { method.step(&state, on: problem, workspace: workspace) }
      return (allocated_bytes() - before, state)
    }
    // The Swift runtime keeps a record of each generic type that it meets, made the first time a branch needs it; so
    // the same steps are taken once before they are counted.
    _ = try run()
    return try run()
  }

  /// The measurement itself must be able to fail.
  @Test func theCounterSeesAnArray() {
    #if os(Linux)
      let before = allocated_bytes()
      let array = [Double](repeating: Double(before), count: 1000)
      #expect(array.reduce(0, +) >= 0 && allocated_bytes() - before >= 8000)
    #endif
  }

  @Test(arguments: [1, 2]) func stochasticDescent(threads: Int) throws {
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = threads
    func check<Element: Scalar>(_ type: Element.Type, _ direction: any Direction<Element>) throws {
      let method = StochasticDescent<NetworkObjective<Element>>(
        direction, step: .cosine(peak: 0.01, floor: 0, iterations: 100), batch: 128, seed: 0)
      // One of the size that has its own kernels, one of a general size; 128 does not divide 500.
      for (d, m) in [(24, 8), (300, 64)] {
        let (free, _) = try bytesAfterTheFirst(
          method, problem(type, samples: 500, inputs: d, hidden: m, outputs: 2, over: everywhere))
        #expect(free == 0, "\(direction) on \(d) inputs")
        let (held, _) = try bytesAfterTheFirst(
          method, problem(type, samples: 500, inputs: d, hidden: m, over: region))
        #expect(held == 0, "\(direction) on \(d) inputs, constrained")
      }
    }
    for direction: any Direction<Float> in [Gradient<Float>(), Adam<Float>(), Momentum<Float>(beta: 0.9)] {
      try check(Float.self, direction)
    }
    for direction: any Direction<Double> in [Gradient<Double>(), Adam<Double>(), Momentum<Double>(beta: 0.9)] {
      try check(Double.self, direction)
    }
  }

  @Test(arguments: [1, 2]) func descent(threads: Int) throws {
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = threads
    for step in [StepRule.fixed(0.01), .backtracking()] {
      for direction: any Direction<Double> in [Gradient<Double>(), Adam<Double>()] {
        let method = Descent<NetworkObjective<Double>>(direction, step: step)
        for (d, m) in [(24, 8), (300, 64)] {
          let (free, state) = try bytesAfterTheFirst(
            method, problem(Double.self, samples: 200, inputs: d, hidden: m, outputs: 2, over: everywhere))
          #expect(free == 0 && state.ended == nil, "\(direction) on \(d) inputs, \(step)")
          let (held, _) = try bytesAfterTheFirst(
            method, problem(Double.self, samples: 200, inputs: d, hidden: m, over: region))
          #expect(held == 0, "\(direction) on \(d) inputs, \(step), constrained")
        }
      }
    }
  }

  @Test(arguments: [1, 2]) func dualGaussNewton(threads: Int) throws {
    let before = Parallel.threads
    defer { Parallel.threads = before }
    Parallel.threads = threads
    // 300 residuals exceed the order from which on the factorisation runs by tiles; a limit of 0 takes the
    // matrix-free way.
    for (outputs, limit) in [(1, 8000), (2, 8000), (1, 0)] {
      let method = DualGaussNewton<NetworkObjective<Double>>(denseLimit: limit)
      let (free, state) = try bytesAfterTheFirst(
        method,
        problem(
          Double.self, samples: 300, inputs: 60, hidden: 16, outputs: outputs, trainable: .hidden, over: everywhere))
      #expect(free == 0 && state.ended == nil, "\(outputs) outputs, dense up to \(limit)")
      let (held, bound) = try bytesAfterTheFirst(
        method, problem(Double.self, samples: 300, inputs: 60, hidden: 16, trainable: .hidden, over: region))
      #expect(held == 0, "in a ball, dense up to \(limit)")
      // Else the search for the ball's multiplier was not on the way.
      #expect(bound.multiplier > 0)
    }
  }
}
