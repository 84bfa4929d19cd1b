import Shallows

extension RecoverCommand: RecordedVerb {
  static var schema: Int { 1 }
  static var positionals: [String] { ["data"] }
  static var unrecorded: [String] {
    ["save", "plot", "write", "json", "quiet", "show-config", "jobs", "record", "runs"]
  }
  static var aliases: [String: String] { [:] }
  static var headline: [String] {
    ["reliable", "neurons", "gap", "errorShare", "truth.hiddenError", "truth.outputError", "truth.testError"]
  }
  static var sweepDefaults: [String: JSONValue] { ["data": .string(RecoverData.planted)] }

  var seed: UInt64 {
    get { options.seed }
    set { options.seed = newValue }
  }

  func settings(_ cache: DatasetCache) throws -> JSONValue {
    guard case .object(var members) = try plainSettings else { return .null }
    if !isPlanted {
      let samples = try openSamples()
      members["data"] = [
        "name": .string(data),
        "digest": .string(
          try NamedSamples(
            source: samples.source, inputNames: samples.inputNames, outputNames: samples.outputNames
          ).digest()),
      ]
    }
    return .object(members)
  }

  /// Every setting but the seed; a file by its name alone.
  private var plainSettings: JSONValue {
    get throws {
      guard case .object(var members) = try JSONValue(encoding: options.settings) else { return .null }
      members["seed"] = nil
      if case .object(var spectral)? = members["spectral"] {
        spectral["seed"] = nil
        members["spectral"] = .object(spectral)
      }
      if isPlanted {
        members["planted"] = [
          "distribution": .string(try network.inputDistribution.description),
          "network": try JSONValue(encoding: network.networks(slope: options.slope)),
          "noise": JSONValue(network.noise ?? 0), "samples": .integer(Int64(options.samples ?? 10_000)),
        ]
      } else {
        members["data"] = ["name": .string(data)]
      }
      return .object(members)
    }
  }

  /// What --show-config prints; no file is read for it.
  var settingsText: String {
    get throws { try plainSettings.adding(["seed": JSONValue(seed: seed)]).text }
  }

  func perform(in context: RunContext, _ cache: DatasetCache) throws -> RunOutcome {
    try RunOutcome(RecoverReport(outcome: recover(openSamples(), context.cancellation)))
  }
}

extension RunOutcome {
  /// The figures of a recovery. Its weights and lists are left out: a table would have a column for each number.
  init(_ report: RecoverReport) throws {
    let result = report.outcome.result
    var members = try report.figures
    members["data"] = nil
    // A table has means of numbers: the share of runs that are reliable.
    members["verdict"] = nil
    members["reliable"] = .integer(result.judgement.verdict == .reliable ? 1 : 0)
    members["settings"] = nil
    members["truth"] = members["truth"]?.removing(["W", "A", "matching"])
    members["diagnostics"] = members["diagnostics"]?.withoutLists
    members["guarantee"] = try JSONValue(encoding: report.outcome.guarantee.checks)
    self.init(
      result: .object(members), timings: ["seconds": result.seconds, "recoverySeconds": result.recoverySeconds])
  }
}

extension JSONValue {
  /// The members that are no arrays, at all depths.
  fileprivate var withoutLists: JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { $0.value.arrayValue == nil }.mapValues(\.withoutLists))
  }

  fileprivate func removing(_ names: [String]) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { !names.contains($0.key) })
  }
}
