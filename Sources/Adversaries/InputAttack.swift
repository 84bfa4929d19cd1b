import Dynamics
import LinearAlgebra
import Networks

/// The attack of a range of inputs: ascents side by side, then each input's judgement.
final class InputAttack: @unchecked Sendable {
  let problem: AttackProblem
  let settings: AttackSettings
  let cancellation: Cancellation?
  let function: InputFunction<Double>
  let weights: HiddenWeights
  let set: PerturbationSet<Double>
  let starts: [AttackStart]
  let results: AscentResults<Double>
  private let engine: AscentEngine<Double>
  /// The ascents after an escape, each from where it escaped to.
  private let continuation: AscentEngine<Double>

  /// The most inputs of an ascent's piece: the work of one thread.
  private let largestPiece = 32

  init(_ problem: AttackProblem, _ settings: AttackSettings, _ cancellation: Cancellation? = nil) {
    (self.problem, self.settings, self.cancellation) = (problem, settings, cancellation)
    function = InputFunction(problem.network)
    weights = HiddenWeights(problem.network)
    set = PerturbationSet(norm: problem.norm, dimension: problem.dimension, box: problem.box)
    starts = settings.starts(outputs: problem.targets.columns, loss: problem.loss)
    engine = AscentEngine(
      function: function, set: set, loss: problem.loss, method: settings.ascent(problem.norm), starts: starts,
      seed: settings.seed)
    continuation = AscentEngine(
      function: function, set: set, loss: problem.loss,
      method: .projected(ProjectedAscent(tolerance: settings.tolerance, evaluations: settings.evaluations)), starts: [],
      seed: settings.seed)
    results = AscentResults(count: problem.count, dimension: problem.dimension)
  }

  /// Outcomes of the inputs `range`, and the attacked inputs row after row; `nil` when the run was cancelled before all
  /// were done.
  func run(_ range: Range<Int>) -> ([AttackOutcome], [Double])? {
    let d = problem.dimension
    let piece = min(largestPiece, max(4, range.count / 4))
    Parallel.forEach(Parallel.pieces(of: range.count, size: piece)) { number in
      if isCancelled { return }
      let inside = Parallel.piece(number, of: range.count, size: piece)
      ascend(range.lowerBound + inside.lowerBound..<range.lowerBound + inside.upperBound, by: engine)
    }
    var attacked = [Double](repeating: 0, count: range.count * d)
    var outcomes = [AttackOutcome?](repeating: nil, count: range.count)
    attacked.withUnsafeMutableBufferPointer { attacked in
      outcomes.withUnsafeMutableBufferPointer { outcomes in
        let (attacked, outcomes) = (attacked.baseAddress!, outcomes.baseAddress!)
        // Judgements take unequal times: many small shares.
        let shares = min(range.count, 64)
        Parallel.forEach(shares) { number in
          if isCancelled { return }
          let judge = InputJudge(self)
          for i in stride(from: number, to: range.count, by: shares) where !isCancelled {
            outcomes[i] = judge.outcome(of: range.lowerBound + i, into: attacked + i * d)
          }
        }
      }
    }
    return isCancelled ? nil : (outcomes.map { $0! }, attacked)
  }

  private var isCancelled: Bool { cancellation?.isCancelled == true }

  /// Goes on with the ascent of one input from `delta`.
  func ascend(_ input: Int, from delta: [Double]) {
    results.delta(input).update(from: delta, count: problem.dimension)
    ascend(input..<input + 1, by: continuation, fromResults: true)
  }

  private func ascend(_ range: Range<Int>, by engine: AscentEngine<Double>, fromResults: Bool = false) {
    problem.inputs.withView { x in
      problem.targets.withView { y in
        problem.radii.withUnsafeBufferPointer { radii in
          engine.run(
            range, inputs: x, targets: y, radii: radii.baseAddress!,
            from: fromResults
              ? MatrixView(UnsafePointer(results.deltas.pointer), rows: problem.count, columns: problem.dimension)
              : nil,
            into: results)
        }
      }
    }
  }

  /// Where an ascent began, in words.
  func name(of outcome: AscentOutcome<Double>) -> String {
    guard starts.indices.contains(Int(outcome.start)) else { return "given" }
    switch starts[Int(outcome.start)] {
    case .zero: return "zero"
    case .randomBall: return "ball"
    case .randomSphere: return "sphere"
    case .fastGradient: return "gradient"
    case .branch(let rank):
      let k = problem.targets.columns
      if problem.loss.needsClasses && k > 1 { return "towards \(outcome.towards)" }
      let way = rank % 2 == 0 ? "up" : "down"
      return k > 1 ? "output \(rank / 2) \(way)" : way
    }
  }
}
