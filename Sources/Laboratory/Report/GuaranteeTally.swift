/// The checks of a guarantee over many runs: how often each held, and what was measured.
struct GuaranteeTally: Sendable {
  struct Check: Sendable {
    let name: String
    /// The wordings that occur, the most frequent first: a statement may say what was found in its run.
    var statements: [(text: String, count: Int)] = []
    var source = ""
    var holds = 0
    var fails = 0
    var vacuous = 0
    var measured: ClosedRange<Double>?
    var bound: ClosedRange<Double>?
    /// By the place of the configuration: held, failed, said nothing.
    var byConfiguration: [Int: (holds: Int, fails: Int, vacuous: Int)] = [:]
  }

  private(set) var checks: [Check] = []
  /// Runs with a guarantee.
  private(set) var runs = 0

  init(_ experiment: ReportedExperiment) {
    for (i, configuration) in experiment.configurations.enumerated() {
      for run in configuration.completed {
        let found = Self.checks(of: run.result)
        if !found.isEmpty { runs += 1 }
        for check in found { add(check, configuration: i) }
      }
    }
    for i in checks.indices { checks[i].statements.sort { ($1.count, $0.text) < ($0.count, $1.text) } }
  }

  /// The checks of a result: its member "guarantee", a list, or an object with the list "checks".
  static func checks(of result: JSONValue) -> [JSONValue] {
    let guarantee = result["guarantee"]
    return (guarantee?.arrayValue ?? guarantee?["checks"]?.arrayValue ?? []).filter { $0["verdict"] != nil }
  }

  private mutating func add(_ check: JSONValue, configuration: Int) {
    let name = check["name"]?.cell ?? ""
    let i: Int
    if let known = checks.firstIndex(where: { $0.name == name }) {
      i = known
    } else {
      i = checks.count
      checks.append(Check(name: name))
    }
    let statement = check["statement"]?.cell ?? ""
    if let k = checks[i].statements.firstIndex(where: { $0.text == statement }) {
      checks[i].statements[k].count += 1
    } else {
      checks[i].statements.append((statement, 1))
    }
    checks[i].source = check["source"]?.cell ?? ""
    var own = checks[i].byConfiguration[configuration] ?? (0, 0, 0)
    switch check["verdict"]?.stringValue {
    case "holds":
      checks[i].holds += 1
      own.holds += 1
    case "fails":
      checks[i].fails += 1
      own.fails += 1
    default:
      checks[i].vacuous += 1
      own.vacuous += 1
    }
    checks[i].byConfiguration[configuration] = own
    checks[i].measured = Self.joined(checks[i].measured, check["measured"]?.numericValue)
    checks[i].bound = Self.joined(checks[i].bound, check["bound"]?.numericValue)
  }

  private static func joined(_ range: ClosedRange<Double>?, _ x: Double?) -> ClosedRange<Double>? {
    guard let x, !x.isNaN else { return range }
    guard let range else { return x...x }
    return min(range.lowerBound, x)...max(range.upperBound, x)
  }
}
