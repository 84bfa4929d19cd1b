import Shallows

extension FitCommand: RecordedVerb {
  static var schema: Int { 1 }
  static var positionals: [String] { ["data"] }
  static var unrecorded: [String] {
    ["save", "plot", "json", "quiet", "show-config", "jobs", "checkpoints", "record", "runs"]
  }
  static var aliases: [String: String] { ["epochs": "iterations"] }
  static var headline: [String] { ["loss.final", "trainAccuracy", "testAccuracy", "testError", "iterations"] }

  var seed: UInt64 {
    get { options.seed }
    set { options.seed = newValue }
  }

  func settings(_ cache: DatasetCache) throws -> JSONValue {
    let fit = try makeFit()
    guard case .object(var members) = try JSONValue(encoding: fit.settings) else { return .null }
    members["seed"] = nil
    let reading = fit.start.map { following($0) } ?? self
    let data = reading.data
    let entry = try cache.open(data)
    var source: [String: JSONValue] = [
      "name": .string(entry.data.training.name), "digest": .string(entry.digest), "labels": .string(labels.rawValue),
    ]
    if let target = data.target { source["target"] = .string(target) }
    if let samples = data.samples { source["samples"] = .integer(Int64(samples)) }
    if let test {
      source["test"] = try Double(test).map { JSONValue($0) } ?? .string(cache.open(reading.testData(test)).digest)
    }
    members["data"] = .object(source)
    return .object(members)
  }

  func perform(in context: RunContext, _ cache: DatasetCache) throws -> RunOutcome {
    var fit = try makeFit()
    let (training, test) = try openSplit(cache, for: fit.start)
    let prepared = try fit.prepare(training, test: test)
    fit.cancellation = context.cancellation
    return try RunOutcome(FitReport(result: context.run(fit, on: prepared), totalSeconds: nil))
  }
}

extension RunContext {
  /// Makes a fit within the folder of its run: checkpoints and measurements go there; the fit's own progress goes on.
  ///
  /// - Throws: ``RunInterruption`` when it was cancelled; what the fit throws.
  func run(_ fit: Fit, on data: PreparedData) throws -> FitResult {
    var fit = fit
    fit.checkpointPath = checkpointPath
    fit.checkpointSeconds = checkpointSeconds
    let report = fit.progress
    fit.progress = {
      report?($0)
      record($0)
    }
    let result = try fit.run(on: data)
    if result.termination == .stopped(.cancelled) { throw RunInterruption() }
    return result
  }

  /// Takes the measurements of an iteration down.
  private func record(_ progress: Driver.Progress) {
    let now = progress.measurements
    var figures = [(name: "loss", value: now.value), ("seconds", progress.seconds)]
    if let value = now.stationarity { figures.append(("stationarity", value)) }
    if let value = now.distance { figures.append(("distance", value)) }
    if let value = now.step { figures.append(("step", value)) }
    metrics.record(progress.iteration, figures)
  }
}

extension RunOutcome {
  /// A report, the clock's part of it set apart.
  init(_ report: FitReport) throws {
    guard case .object(var members) = try JSONValue(encoding: report) else { fatalError("a report is an object") }
    var timings: [String: Double] = [:]
    for name in ["seconds", "totalSeconds", "peakMemoryBytes"] {
      timings[name] = members.removeValue(forKey: name)?.numericValue
    }
    // Other runs of the process share its memory.
    timings["peakMemoryBytes"] = nil
    self.init(result: .object(members), timings: timings)
  }
}
