import Shallows

extension AttackCommand: RecordedVerb {
  static var schema: Int { 1 }
  static var positionals: [String] { ["model", "data"] }
  static var unrecorded: [String] {
    ["save", "table", "images", "plot", "per-sample", "model-out", "json", "quiet", "show-config", "jobs", "record", "runs"]
  }
  static var aliases: [String: String] { [:] }
  static var headline: [String] {
    [
      "summary.cleanAccuracy", "summary.attackedAccuracy", "summary.certifiedAccuracy", "summary.meanLoss",
      "summary.meanBound", "summary.convergedShare", "summary.kappa.median",
    ]
  }

  var seed: UInt64 {
    get { options.seed }
    set { options.seed = newValue }
  }

  func settings(_ cache: DatasetCache) throws -> JSONValue {
    let task = try AttackTask(model: model, data: data, options: options, cache)
    let plan = try AttackPlan(options, for: task, needsCurve: false)
    guard case .object(var members) = try JSONValue(encoding: plan.settings) else { return .null }
    members["seed"] = nil
    members["model"] = ["path": .string(model), "digest": .string(task.model.digest)]
    members["data"] = [
      "name": .string(task.dataset.name), "digest": .string(task.dataset.fingerprint), "part": .string(task.part),
      "samples": .integer(Int64(task.dataset.count)),
    ]
    members["coordinates"] = task.coordinates.json
    members["loss"] = .string(plan.loss.name)
    members["norm"] = .string(plan.norm.rawValue)
    members[plan.isRatio ? "ratio" : "epsilon"] = JSONValue(plan.radius)
    if !plan.curve.isEmpty { members["curve"] = .array(plan.curve.map { JSONValue($0) }) }
    if training.train {
      let trainer = try AttackTraining(training, task, plan)
      guard case .object(var words) = try JSONValue(encoding: trainer.settings) else { return .null }
      words["seed"] = nil
      words["epsilon"] = JSONValue(trainer.radius)
      words["digest"] = .string(task.training.fingerprint)
      members["training"] = .object(words)
    }
    return .object(members)
  }

  func perform(in context: RunContext, _ cache: DatasetCache) throws -> RunOutcome {
    let task = try AttackTask(model: model, data: data, options: options, cache)
    let plan = try AttackPlan(options, for: task, needsCurve: false)
    let run = try AttackRun(
      task, plan, training: training.train ? AttackTraining(training, task, plan) : nil,
      cancellation: context.cancellation)
    return try RunOutcome(AttackReport(measurement: run.measurement, trained: run.trained))
  }
}

extension RunOutcome {
  /// The figures of an attack; what the settings say already is left out.
  init(_ report: AttackReport) throws {
    var members = try report.figures
    for name in ["data", "model", "coordinates", "settings", "norm", "loss", "epsilon", "ratio"] { members[name] = nil }
    self.init(result: .object(members), timings: ["seconds": report.measurement.seconds])
  }
}
