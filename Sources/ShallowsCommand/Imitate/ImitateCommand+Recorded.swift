import Shallows

extension ImitateCommand: RecordedVerb {
  static var schema: Int { 1 }
  static var positionals: [String] { [] }
  static var unrecorded: [String] {
    ["save", "plot", "json", "quiet", "show-config", "jobs", "checkpoints", "record", "runs"]
  }
  static var aliases: [String: String] { [:] }
  static var headline: [String] {
    ["loss.median", "spuriousShare", "lowestSpuriousLoss", "converged", "iterations.median", "largestAngle.median"]
  }
  /// One student a run: the seeds of a sweep are those of the students.
  static var sweepDefaults: [String: JSONValue] { ["seeds": 1] }

  var seed: UInt64 {
    get { options.seed }
    set { options.seed = newValue }
  }

  func settings(_ cache: DatasetCache) throws -> JSONValue {
    let settings = try options.settings()
    guard case .object(var members) = try settings.json else { return .null }
    members["seed"] = nil
    if case .given(let weights) = settings.teacher {
      members["teacher"] = [
        "file": .string(options.teacher),
        "digest": .string(Fingerprint(weights.elements.map { "\($0)" }.joined(separator: " ")).hexadecimal),
      ]
    }
    return .object(members)
  }

  func perform(in context: RunContext, _ cache: DatasetCache) throws -> RunOutcome {
    var imitation = try Imitation(options.settings())
    imitation.cancellation = context.cancellation
    return try RunOutcome(ImitateReport(result: context.run(imitation)))
  }
}

extension RunContext {
  /// Makes an imitation within the folder of its run: the checkpoint goes there, and the measurements: the curve of a
  /// single student, of several how many still run, round by round.
  ///
  /// - Throws: ``RunInterruption`` when it was cancelled; what the imitation throws.
  func run(_ imitation: Imitation) throws -> ImitationResult {
    var imitation = imitation
    imitation.checkpointPath = checkpointPath
    imitation.checkpointSeconds = checkpointSeconds
    let isAlone = imitation.settings.seeds == 1
    let report = imitation.progress
    imitation.progress = { running, all, progress in
      report?(running, all, progress)
      guard !isAlone else { return }
      metrics.record(progress.iteration, [("running", Double(running)), ("seconds", progress.seconds)])
    }
    let result = try imitation.run()
    if result.isInterrupted { throw RunInterruption() }
    if isAlone {
      for point in result.outcomes[0].student.curve {
        metrics.record(
          point.iteration, [("loss", point.loss), ("gradient", point.gradientNorm), ("time", point.time)],
          thinned: false)
      }
    }
    return result
  }
}

extension RunOutcome {
  /// The figures of all students together; of a single one its own too, and its guarantee. Lists of students and of
  /// classes are left out: they would fill tables with columns by the hundred. The clock's part is set apart.
  init(_ report: ImitateReport) throws {
    var members = report.summary
    let outcomes = report.result.outcomes
    if outcomes.count == 1 {
      members["student"] = .object(outcomes[0].figures(fate: report.result.fate(of: outcomes[0])))
      members["guarantee"] = try JSONValue(encoding: outcomes[0].guarantee.checks)
    } else {
      members["guarantee"] = GuaranteeCounts(outcomes.map(\.guarantee)).json
      members["classes"] = .integer(Int64(report.result.classes.count))
    }
    var timings = ["seconds": report.result.seconds]
    timings["nsPerSeedStep"] = report.result.nanosecondsPerStep
    self.init(result: .object(members), timings: timings)
  }
}
