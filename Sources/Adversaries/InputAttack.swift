import LinearAlgebra
import Networks
import RealModule

/// The attack of single inputs, from ascent over the conditions of second order and escapes to certificates.
final class InputAttack: @unchecked Sendable {
  let problem: AttackProblem
  let settings: AttackSettings
  let network: InputNetwork
  let set: PerturbationSet<Double>
  private let starts: [AttackStart]
  private let engine: AscentEngine<Double>
  /// The ascents after an escape, each from where it escaped to.
  private let continuation: AscentEngine<Double>
  private let results: AscentResults<Double>

  /// Inputs of an ascent's piece: the work of one thread.
  private let piece = 32

  init(_ problem: AttackProblem, _ settings: AttackSettings) {
    (self.problem, self.settings) = (problem, settings)
    network = InputNetwork(problem.network)
    set = PerturbationSet(norm: problem.norm, dimension: problem.dimension, box: problem.box)
    starts = settings.starts(outputs: problem.targets.columns, loss: problem.loss)
    let function = InputFunction(problem.network)
    engine = AscentEngine(
      function: function, set: set, loss: problem.loss, method: settings.ascent, starts: starts, seed: settings.seed)
    continuation = AscentEngine(
      function: function, set: set, loss: problem.loss,
      method: .projected(ProjectedAscent(tolerance: settings.tolerance, evaluations: settings.evaluations)), starts: [],
      seed: settings.seed)
    results = AscentResults(count: problem.count, dimension: problem.dimension)
  }

  /// Outcomes of the inputs `range`, and the attacked inputs row after row.
  func run(_ range: Range<Int>) -> ([AttackOutcome], [Double]) {
    let d = problem.dimension
    var attacked = [Double](repeating: 0, count: range.count * d)
    var outcomes = [AttackOutcome?](repeating: nil, count: range.count)
    problem.inputs.withView { x in
      problem.targets.withView { y in
        problem.radii.withUnsafeBufferPointer { radii in
          let radii = radii.baseAddress!
          Parallel.forEach(Parallel.pieces(of: range.count, size: piece)) { number in
            let inside = Parallel.piece(number, of: range.count, size: piece)
            engine.run(
              range.lowerBound + inside.lowerBound..<range.lowerBound + inside.upperBound, inputs: x, targets: y,
              radii: radii, into: results)
          }
          attacked.withUnsafeMutableBufferPointer { attacked in
            outcomes.withUnsafeMutableBufferPointer { outcomes in
              let (attacked, outcomes) = (attacked.baseAddress!, outcomes.baseAddress!)
              let pieces = min(range.count, 64)
              Parallel.forEach(pieces) { number in
                let hessian = LossHessian(network)
                for i in stride(from: number, to: range.count, by: pieces) {
                  let input = range.lowerBound + i
                  outcomes[i] = judge(
                    AttackedInput(number: input, x: x.row(input), y: y.row(input), radius: radii[input]), hessian,
                    continuing: { delta in
                      self.results.delta(input).update(from: delta, count: d)
                      self.continuation.run(
                        input..<input + 1, inputs: x, targets: y, radii: radii,
                        from: MatrixView(
                          UnsafePointer(self.results.deltas.pointer), rows: self.problem.count, columns: d),
                        into: self.results)
                    }, into: attacked + i * d)
                }
              }
            }
          }
        }
      }
    }
    return (outcomes.map { $0! }, attacked)
  }

  /// An input of the problem.
  private struct AttackedInput {
    let number: Int
    let x, y: UnsafePointer<Double>
    let radius: Double
  }

  /// All that is to be known of one input once its ascents have ended.
  private func judge(
    _ input: AttackedInput, _ hessian: LossHessian, continuing: (UnsafePointer<Double>) -> Void,
    into attacked: UnsafeMutablePointer<Double>
  ) -> AttackOutcome {
    let (x, y, d) = (input.x, input.y, problem.dimension)
    let delta = UnsafePointer(results.delta(input.number))
    let first = results[input.number]
    let zero = Buffer<Double>(count: d)
    var outcome = AttackOutcome(
      radius: input.radius, cleanLoss: hessian.prepare(x, zero.pointer, target: y, loss: problem.loss), loss: 0,
      start: name(of: first), ending: .limit)
    (outcome.cleanMargin, outcome.cleanClass) = answer(hessian, y)

    var second: SecondOrder?
    var spent = Int(first.evaluations)
    for escape in 0...settings.escapes {
      let value = hessian.prepare(x, delta, target: y, loss: problem.loss)
      guard settings.secondOrder, input.radius > 0, results[input.number].status == .converged else { break }
      second = secondOrder(hessian, delta, around: x, radius: input.radius)
      guard second?.order == .saddle, escape < settings.escapes, let direction = second?.direction,
        let start = leave(delta, along: direction, above: value, input, hessian)
      else { break }
      outcome.escapes += 1
      start.withUnsafeBufferPointer { continuing($0.baseAddress!) }
      spent += Int(results[input.number].evaluations)
    }
    let last = results[input.number]
    outcome.ending = AttackOutcome.Ending(last.status)
    outcome.iterations = Int(last.iterations)
    outcome.evaluations = spent
    outcome.residual = last.residual
    if let second {
      (outcome.order, outcome.kappa, outcome.contraction) = (second.order, second.kappa, second.contraction)
    }

    // What counts is the input as it is handed out, rounded into the set.
    set.attackedInput(x, delta, into: attacked)
    outcome.loss = hessian.prepare(attacked, zero.pointer, target: y, loss: problem.loss)
    if outcome.loss < outcome.cleanLoss {
      // A gain below rounding may be lost by it; no perturbation at all is better then.
      attacked.update(from: x, count: d)
      outcome.loss = hessian.prepare(x, zero.pointer, target: y, loss: problem.loss)
    }
    (outcome.margin, outcome.attackedClass) = answer(hessian, y)
    for i in 0..<d { zero[i] = attacked[i] - x[i] }
    outcome.length = problem.norm.length(zero.pointer, count: d)
    return outcome
  }

  /// The margin and the number of the class at the prepared point.
  private func answer(_ hessian: LossHessian, _ y: UnsafePointer<Double>) -> (margin: Double?, class: Int?) {
    let k = problem.targets.columns
    guard problem.hasClasses else { return (nil, nil) }
    let f = hessian.values
    let margin = AttackLoss.margin.value(f, y, outputs: k)
    // Ties go to the first class, so a margin of zero may be an error.
    let found = k == 1 ? (f[0] > 0 ? 1 : 0) : AttackLoss.first(f, k)
    return (margin, found)
  }

  private func secondOrder(
    _ hessian: LossHessian, _ delta: UnsafePointer<Double>, around x: UnsafePointer<Double>, radius: Double
  ) -> SecondOrder {
    let d = problem.dimension
    var statuses = [CoordinateStatus](repeating: .free, count: d)
    _ = set.freeCoordinates(at: delta, around: x, radius: radius, tolerance: 1e-12, into: &statuses)
    let free = (0..<d).filter { statuses[$0] == .free }
    let gradient = Double.norm2(d, hessian.gradient)
    let step: Double
    switch settings.step {
    case .fixed(let eta): step = eta
    case .normalised(let share): step = gradient > 0 ? share * radius / gradient : .infinity
    case .backtracking: step = .infinity
    }
    return SecondOrder(
      hessian, delta: delta, norm: problem.norm, free: free, isNormActive: set.isNormActive(delta, radius: radius),
      step: step)
  }

  /// A point of the set along the direction, to either side, whose loss is higher: the first found from far to near.
  private func leave(
    _ delta: UnsafePointer<Double>, along direction: [Double], above value: Double, _ input: AttackedInput,
    _ hessian: LossHessian
  ) -> [Double]? {
    let d = problem.dimension
    let scratch = Buffer<Double>(count: set.scratchCount)
    var trial = [Double](repeating: 0, count: d)
    for halving in 1...12 {
      var best: (loss: Double, point: [Double])?
      for side in [1.0, -1.0] {
        let angle = side * Double.pow(0.5, Double(halving))
        let reach = input.radius * (problem.norm == .linf ? Double(d).squareRoot() : 1)
        for i in 0..<d { trial[i] = delta[i] * Double.cos(angle) + reach * Double.sin(angle) * direction[i] }
        trial.withUnsafeMutableBufferPointer {
          set.project($0.baseAddress!, around: input.x, radius: input.radius, scratch: scratch.pointer)
        }
        let loss = hessian.prepare(input.x, trial, target: input.y, loss: problem.loss)
        if loss > best?.loss ?? value { best = (loss, trial) }
      }
      if let best { return best.point }
    }
    return nil
  }

  private func name(of outcome: AscentOutcome<Double>) -> String {
    guard starts.indices.contains(Int(outcome.start)) else { return "given" }
    switch starts[Int(outcome.start)] {
    case .zero: return "zero"
    case .randomBall: return "ball"
    case .randomSphere: return "sphere"
    case .fastGradient: return "gradient"
    case .branch(let rank):
      if problem.loss.needsClasses && problem.targets.columns > 1 { return "towards \(outcome.towards)" }
      return problem.targets.columns > 1 ? "output \(rank / 2) \(rank % 2 == 0 ? "up" : "down")" : rank == 0 ? "up" : "down"
    }
  }
}

extension AttackOutcome.Ending {
  init(_ status: AscentOutcome<Double>.Status) {
    switch status {
    case .converged: self = .converged
    case .limit: self = .limit
    case .flat: self = .flat
    case .nonFinite: self = .nonFinite
    }
  }
}
