import LinearAlgebra
import Networks
import RealModule

/// What is to be known of single inputs once their ascents have ended: conditions of second order, escapes from points
/// that are no maxima, and certificates. Holds the memory of one thread.
final class InputJudge {
  private let attack: InputAttack
  private let curvature: InputCurvature<Double>
  private let bounds: NetworkBounds?
  private let search: ExactSearch?
  private let point, gradient, movement: Buffer<Double>
  private let scratch: Buffer<Double>

  private var problem: AttackProblem { attack.problem }
  private var settings: AttackSettings { attack.settings }
  private var d: Int { attack.problem.dimension }

  init(_ attack: InputAttack) {
    self.attack = attack
    curvature = InputCurvature(attack.function)
    let settings = attack.settings
    bounds = settings.certificate == .none ? nil : NetworkBounds(attack.problem)
    var limits = ExactMaximum.Settings()
    limits.nodes = settings.nodes
    search = settings.certificate == .none ? nil : ExactSearch(attack.problem, settings: limits)
    point = Buffer(count: attack.problem.dimension)
    gradient = Buffer(count: attack.problem.dimension)
    movement = Buffer(count: attack.problem.dimension)
    scratch = Buffer(count: attack.set.scratchCount)
  }

  /// The outcome of an input; the attacked input is written over `attacked`.
  func outcome(of input: Int, into attacked: UnsafeMutablePointer<Double>) -> AttackOutcome {
    problem.inputs.withView { x in
      problem.targets.withView { y in
        var outcome = attackOutcome(input, x.row(input), y.row(input), into: attacked)
        guard let bounds, let search else { return outcome }
        bound(input, &outcome, bounds, search)
        if settings.certificate == .exact, outcome.isGlobal != true {
          let maximum = search.maximum(
            of: input, from: [delta(of: input)], cancellation: attack.cancellation)
          if maximum.lower > outcome.loss + 1e-9 * max(1, abs(outcome.loss)) {
            // The search found more than the ascents: its point is the attack, which goes on from there.
            attack.ascend(input, from: maximum.maximizer)
            var better = attackOutcome(input, x.row(input), y.row(input), into: attacked)
            better.start = "exact"
            better.evaluations += outcome.evaluations
            bound(input, &better, bounds, search)
            outcome = better
          }
          outcome.exactLower = max(maximum.lower, outcome.loss)
          outcome.exactUpper = max(maximum.upper, outcome.loss)
          outcome.nodes = maximum.nodes
        }
        tighten(&outcome)
        return outcome
      }
    }
  }

  private func attackOutcome(
    _ input: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, into attacked: UnsafeMutablePointer<Double>
  ) -> AttackOutcome {
    let (results, radius) = (attack.results, problem.radii[input])
    let first = results[input]
    var outcome = AttackOutcome(
      radius: radius, cleanLoss: loss(at: x, y), loss: 0, start: attack.name(of: first), ending: .limit)
    (outcome.cleanMargin, outcome.cleanClass) = answer(y)
    if problem.hasClasses { outcome.targetClass = number(of: y) }

    outcome.evaluations = Int(first.evaluations)
    for escape in 0...settings.escapes {
      // Curvatures of smaller sets underflow.
      guard settings.secondOrder, radius > 1e-140, results[input].status == .converged else { break }
      let second = secondOrder(results.delta(input), x, y, radius: radius)
      (outcome.order, outcome.kappa, outcome.contraction) = (second.order, second.kappa, second.contraction)
      guard second.order == .saddle, escape < settings.escapes, let direction = second.direction,
        let start = leave(results.delta(input), along: direction, x, y, radius: radius)
      else { break }
      outcome.escapes += 1
      attack.ascend(input, from: start)
      outcome.evaluations += Int(results[input].evaluations)
      (outcome.order, outcome.kappa, outcome.contraction) = (.undecided, nil, nil)
    }
    let last = results[input]
    outcome.ending = AttackOutcome.Ending(last.status)
    outcome.iterations = Int(last.iterations)
    outcome.residual = last.residual

    // What counts is the input as it is handed out, rounded into the set.
    attack.set.attackedInput(x, results.delta(input), into: attacked)
    outcome.loss = loss(at: attacked, y)
    outcome.isOnBoundary = attack.set.isNormActive(results.delta(input), radius: radius, tolerance: 1e-9)
    if !(outcome.loss >= outcome.cleanLoss) {
      // A gain below rounding may be lost by it; no perturbation at all is better then.
      attacked.update(from: x, count: d)
      outcome.loss = loss(at: x, y)
      outcome.isOnBoundary = false
    }
    (outcome.margin, outcome.attackedClass) = answer(y)
    for i in 0..<d { movement[i] = attacked[i] - x[i] }
    outcome.length = problem.norm.length(movement.pointer, count: d)
    return outcome
  }

  private func delta(of input: Int) -> [Double] {
    Array(UnsafeBufferPointer(start: attack.results.delta(input), count: d))
  }

  /// Upper bounds, and the proof by curvature that the attack is the strongest there is.
  private func bound(_ input: Int, _ outcome: inout AttackOutcome, _ bounds: NetworkBounds, _ search: ExactSearch) {
    let bound = bounds.loss(of: input)
    (outcome.intervalBound, outcome.bound) = (bound.interval, bound.best)
    if problem.hasClasses {
      outcome.marginBound = bounds.margin(of: input).best
      outcome.certifiedRadius = bounds.certifiedRadius(of: input)
    }
    if let global = search.certificate(of: input, at: delta(of: input)) {
      outcome.globalRatio = global.ratio
      (outcome.exactLower, outcome.exactUpper) = (outcome.loss, max(global.bound, outcome.loss))
    }
  }

  /// The bound of the loss by that of the exact maximum, and the margin's by the loss's: with L <= U,
  ///
  ///     cross-entropy: L >= log(1 + exp(margin))                   margin <= log(exp U - 1)
  ///     squared: of targets +-1, of one-hot ones                   margin <= sqrt(2 U) - 1,  2 sqrt U - 1
  private func tighten(_ outcome: inout AttackOutcome) {
    if let upper = outcome.exactUpper { outcome.bound = outcome.bound.map { min($0, upper) } }
    guard let upper = outcome.bound, let known = outcome.marginBound else { return }
    let margin: Double
    switch problem.loss {
    case .margin: margin = upper
    case .crossEntropy: margin = upper > 0 ? Double.log(Double.expMinusOne(upper)) : -.infinity
    case .squared: margin = (problem.targets.columns == 1 ? (2 * upper).squareRoot() : 2 * upper.squareRoot()) - 1
    }
    // A few roundings of numbers of this size.
    outcome.marginBound = min(known, margin + 1e-14 * max(1, abs(margin)))
  }

  private func loss(at point: UnsafePointer<Double>, _ y: UnsafePointer<Double>) -> Double {
    curvature.prepare(at: point, target: y, loss: problem.loss)
  }

  /// The margin and the number of the class at the prepared point.
  private func answer(_ y: UnsafePointer<Double>) -> (margin: Double?, class: Int?) {
    guard problem.hasClasses else { return (nil, nil) }
    return (
      AttackLoss.margin.value(curvature.outputs, y, outputs: problem.targets.columns), number(of: curvature.outputs)
    )
  }

  /// The class that outputs, or a coded target, stand for.
  private func number(of f: UnsafePointer<Double>) -> Int {
    let k = problem.targets.columns
    return k == 1 ? (f[0] > 0 ? 1 : 0) : AttackLoss.first(f, k)
  }

  private func secondOrder(
    _ delta: UnsafePointer<Double>, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, radius: Double
  ) -> SecondOrder {
    for i in 0..<d { point[i] = x[i] + delta[i] }
    _ = loss(at: point.pointer, y)
    curvature.gradient(into: gradient.pointer)
    var statuses = [CoordinateStatus](repeating: .free, count: d)
    _ = attack.set.freeCoordinates(at: delta, around: x, radius: radius, tolerance: 1e-12, into: &statuses)
    let length = Double.norm2(d, gradient.pointer)
    let step: Double
    switch settings.step {
    case .fixed(let eta): step = eta
    case .normalised(let share): step = length > 0 ? share * radius / length : .infinity
    case .backtracking: step = .infinity
    }
    return SecondOrder(
      curvature, attack.weights, gradient: gradient.pointer, delta: delta, norm: problem.norm,
      free: (0..<d).filter { statuses[$0] == .free }, isNormActive: attack.set.isNormActive(delta, radius: radius),
      step: step)
  }

  /// A point of the set along the direction, to either side, whose loss is higher: the first found from far to near.
  private func leave(
    _ delta: UnsafePointer<Double>, along direction: [Double], _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>,
    radius: Double
  ) -> [Double]? {
    for i in 0..<d { point[i] = x[i] + delta[i] }
    let value = loss(at: point.pointer, y)
    let reach = problem.norm == .linf ? radius * Double(d).squareRoot() : radius
    var trial = [Double](repeating: 0, count: d)
    for halving in 1...12 {
      var best: (loss: Double, point: [Double])?
      for side in [1.0, -1.0] {
        let angle = side * Double.pow(0.5, Double(halving))
        for i in 0..<d { trial[i] = delta[i] * Double.cos(angle) + reach * Double.sin(angle) * direction[i] }
        trial.withUnsafeMutableBufferPointer {
          attack.set.project($0.baseAddress!, around: x, radius: radius, scratch: scratch.pointer)
        }
        for i in 0..<d { point[i] = x[i] + trial[i] }
        let reached = loss(at: point.pointer, y)
        if reached > best?.loss ?? value { best = (reached, trial) }
      }
      if let best { return best.point }
    }
    return nil
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
