import Shallows

/// What an attack with one radius did to all samples together.
struct AttackLevel: Sendable {
  let radius: Double
  /// In the data's own units, for numbers.
  let meanSquareError: Double?
  let summary: AttackSummary
}

/// An attack on a model: the radius asked for in full, others as points of a curve.
struct AttackMeasurement: Sendable {
  let task: AttackTask
  let plan: AttackPlan
  let result: AttackResult
  let summary: AttackSummary
  /// Without curve empty; radius 0 is how the samples are themselves.
  let levels: [AttackLevel]
  /// For numbers: the length of prediction - target, in the data's own units, before and after.
  let errors: [(clean: Double, attacked: Double)]?
  let seconds: Double

  var outcomes: [AttackOutcome] { result.outcomes }

  /// - Throws: `RunInterruption` when it was cancelled; `AttackError`.
  init(
    _ task: AttackTask, _ plan: AttackPlan, cancellation: Cancellation?, progress: StageProgress? = nil
  ) throws {
    (self.task, self.plan) = (task, plan)
    func attack(_ radius: Double) throws -> AttackResult {
      var attack = Attack(plan.settings)
      attack.cancellation = cancellation
      let name = plan.name(radius)
      attack.progress = { now in
        progress?.update(name, now.iteration * task.inputs.rows / max(now.iterationLimit, 1), of: task.inputs.rows)
      }
      let result = try attack.run(on: task.problem(loss: plan.loss, norm: plan.norm, radius: plan.rule(radius)))
      guard result.outcomes.count == task.inputs.rows else {
        if cancellation?.isCancelled == true { throw RunInterruption() }
        throw CommandError("attack with \(name): \(result.termination.message)")
      }
      return result
    }
    let began = ContinuousClock.now
    var levels: [AttackLevel] = []
    for radius in plan.curve where radius > 0 && radius != plan.radius {
      let result = try attack(radius)
      levels.append(Self.level(radius, result, task))
    }
    result = try attack(plan.radius)
    seconds = (ContinuousClock.now - began) / .seconds(1)
    summary = AttackSummary(result.outcomes)
    errors = Self.errors(result, task)
    if !plan.curve.isEmpty {
      levels.append(Self.level(plan.radius, result, task))
      if plan.radius > 0 { levels.append(Self.unmoved(result, task, certified: plan.settings.certificate != .none)) }
    }
    self.levels = levels.sorted { $0.radius < $1.radius }
  }

  private static func level(_ radius: Double, _ result: AttackResult, _ task: AttackTask) -> AttackLevel {
    AttackLevel(
      radius: radius, meanSquareError: meanSquare(errors(result, task)?.map(\.attacked), task),
      summary: AttackSummary(result.outcomes))
  }

  /// Radius 0: every figure is that of the sample itself.
  private static func unmoved(_ result: AttackResult, _ task: AttackTask, certified: Bool) -> AttackLevel {
    let outcomes = result.outcomes.map { moved in
      var outcome = AttackOutcome(
        radius: 0, cleanLoss: moved.cleanLoss, loss: moved.cleanLoss, start: "zero", ending: .converged)
      (outcome.cleanMargin, outcome.margin) = (moved.cleanMargin, moved.cleanMargin)
      outcome.targetClass = moved.targetClass
      (outcome.cleanClass, outcome.attackedClass) = (moved.cleanClass, moved.cleanClass)
      if certified { (outcome.bound, outcome.marginBound) = (moved.cleanLoss, moved.cleanMargin) }
      return outcome
    }
    return AttackLevel(
      radius: 0, meanSquareError: meanSquare(errors(result, task)?.map(\.clean), task),
      summary: AttackSummary(outcomes))
  }

  /// Over samples and outputs, as `predict` has it.
  private static func meanSquare(_ errors: [Double]?, _ task: AttackTask) -> Double? {
    errors.map { $0.reduce(0) { $0 + $1 * $1 } / Double($0.count * task.targets.columns) }
  }

  private static func errors(_ result: AttackResult, _ task: AttackTask) -> [(clean: Double, attacked: Double)]? {
    guard task.classes == nil else { return nil }
    let wanted = task.model.coding.decode(task.targets)
    func lengths(_ inputs: Matrix<Double>) -> [Double] {
      let found = task.model.coding.decode(task.network.predict(inputs))
      return (0..<found.rows).map { i in
        zip(found.row(i), wanted.row(i)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      }
    }
    return zip(lengths(task.inputs), lengths(result.attacked)).map { ($0, $1) }
  }

  /// The root mean square errors before and after, in the data's own units.
  var rootMeanSquareErrors: (clean: Double, attacked: Double)? {
    guard let clean = Self.meanSquare(errors?.map(\.clean), task),
      let attacked = Self.meanSquare(errors?.map(\.attacked), task)
    else { return nil }
    return (clean.squareRoot(), attacked.squareRoot())
  }

  /// An upper bound of the root mean square error under any attack, where there is one output.
  func rootMeanSquareBound(_ summary: AttackSummary) -> Double? {
    guard plan.loss == .squared, case .values(_, _, let scales) = task.model.coding, scales.count == 1 else {
      return nil
    }
    return summary.meanBound.map { scales[0] * (2 * $0).squareRoot() }
  }
}

/// What became of a sample of a class.
enum AttackFate: String, CaseIterable {
  /// Its class was wrong before the attack: whatever was done to it is no adversarial example.
  case wrongAlready = "wrong already"
  /// The attack changed its class, which was right.
  case turned
  /// Its class is right still, but a stronger attack might change it.
  case held
  /// Its class is right under every perturbation of the set.
  case certified

  /// `nil` for numbers.
  init?(_ outcome: AttackOutcome) {
    guard let isCorrect = outcome.isCorrect, let isRobust = outcome.isRobust else { return nil }
    if !isCorrect {
      self = .wrongAlready
    } else if !isRobust {
      self = .turned
    } else {
      self = outcome.isCertified == true ? .certified : .held
    }
  }
}

extension AttackMeasurement {
  func count(_ fate: AttackFate) -> Int { outcomes.count { AttackFate($0) == fate } }

  /// The samples that the attack did most to, the worst first. Of classes, those that were right before: first those
  /// whose class it changed, by their loss. Of numbers, by their loss.
  func worst(_ count: Int) -> [Int] {
    func rank(_ i: Int) -> (Int, Double) { (AttackFate(outcomes[i]) == .turned ? 0 : 1, -outcomes[i].loss) }
    return outcomes.indices.filter { AttackFate(outcomes[$0]) != .wrongAlready }
      .sorted { (rank($0).0, rank($0).1, $0) < (rank($1).0, rank($1).1, $1) }.prefix(count).map { $0 }
  }

  /// The upper bound that is nearest: the exact one where that was sought.
  static func gap(_ outcome: AttackOutcome) -> Double? {
    guard let top = [outcome.bound, outcome.exactUpper].compactMap({ $0 }).min() else { return nil }
    return max(top - outcome.loss, 0)
  }
}
