import Shallows

/// The one object that `shallows attack --json` prints.
struct AttackReport {
  let measurement: AttackMeasurement
  var trained: AttackRun.Trained?
  /// Wall time of the whole command.
  var totalSeconds: Double?
  /// With a row for each sample.
  var isFull = false

  private var task: AttackTask { measurement.task }
  private var plan: AttackPlan { measurement.plan }
  private var outcomes: [AttackOutcome] { measurement.outcomes }

  var json: JSONValue {
    get throws {
      var members = try figures
      let rows = AttackRows(measurement: measurement)
      members["worst"] = .array(measurement.worst(5).map { rows.object($0) })
      members["seconds"] = JSONValue(measurement.seconds)
      if let trained { members["trainingSeconds"] = JSONValue(trained.seconds) }
      members["totalSeconds"] = JSONValue(totalSeconds)
      members["peakMemoryBytes"] = .integer(Int64(peakMemory()))
      if isFull { members["outcomes"] = .array(outcomes.indices.map { rows.object($0) }) }
      return .object(members)
    }
  }

  /// Everything that the clock and the machine have no say in, but for single samples.
  var figures: [String: JSONValue] {
    get throws {
      var members: [String: JSONValue] = [
        "data": data,
        "model": [
          "path": .string(task.path), "digest": .string(task.model.digest),
          "neurons": .integer(Int64(task.network.shape.hidden)),
          "activation": .string(task.network.activation.rawValue),
        ],
        "coordinates": task.coordinates.json,
        "norm": .string(plan.norm.rawValue),
        "epsilon": plan.isRatio ? .null : JSONValue(plan.radius),
        "ratio": plan.isRatio ? JSONValue(plan.radius) : .null,
        "loss": .string(plan.loss.name),
        "settings": try JSONValue(encoding: plan.settings),
        "summary": try summary,
        "curve": .array(try measurement.levels.map { try level($0) }),
        "termination": [
          "kind": .string(measurement.result.termination.kind),
          "message": .string(measurement.result.termination.message),
        ],
        "guarantee": try JSONValue(encoding: measurement.result.guarantee.checks),
      ]
      if let trained { members["training"] = try trained.json }
      return members
    }
  }

  private var data: JSONValue {
    [
      "name": .string(task.dataset.name), "digest": .string(task.digest), "part": .string(task.part),
      "samples": .integer(Int64(outcomes.count)), "available": .integer(Int64(task.available)),
      "inputs": .integer(Int64(task.inputs.columns)), "outputs": .integer(Int64(task.targets.columns)),
      "classes": task.classes.map { .array($0.map { .string($0) }) } ?? .null,
    ]
  }

  private var summary: JSONValue {
    get throws {
      var members = try Self.members(measurement.summary)
      for fate in AttackFate.allCases {
        let name = fate == .wrongAlready ? "wrongAlready" : fate.rawValue
        members[name] = task.classes == nil ? .null : .integer(Int64(measurement.count(fate)))
      }
      let roots = measurement.rootMeanSquareErrors
      members["rootMeanSquareError"] = [
        "clean": JSONValue(roots?.clean), "attacked": JSONValue(roots?.attacked),
        "bound": JSONValue(measurement.rootMeanSquareBound(measurement.summary)),
      ]
      func spread(_ name: String, _ value: (AttackOutcome) -> Double?) {
        let sample = outcomes.compactMap(value).filter(\.isFinite)
        members[name] = AttackQuantiles(sample)?.json ?? .null
      }
      spread("kappa", \.kappa)
      spread("residual", \.residual)
      spread("iterations") { Double($0.iterations) }
      spread("evaluations") { Double($0.evaluations) }
      spread("gap", AttackMeasurement.gap)
      spread("certifiedRadius", \.certifiedRadius)
      for order in AttackOutcome.Order.allCases {
        members[order.rawValue] = .integer(Int64(outcomes.count { $0.order == order }))
      }
      for ending in AttackOutcome.Ending.allCases {
        members[ending.rawValue] = .integer(Int64(outcomes.count { $0.ending == ending }))
      }
      return .object(members)
    }
  }

  private func level(_ level: AttackLevel) throws -> JSONValue {
    var members = try Self.members(level.summary)
    members[plan.isRatio ? "ratio" : "epsilon"] = JSONValue(level.radius)
    members["rootMeanSquareError"] = JSONValue(level.meanSquareError?.squareRoot())
    return .object(members)
  }

  /// The figures of a summary; those that are absent are null, so that the keys are always there.
  private static func members(_ summary: AttackSummary) throws -> [String: JSONValue] {
    [
      "count": .integer(Int64(summary.count)), "meanCleanLoss": JSONValue(summary.meanCleanLoss),
      "meanLoss": JSONValue(summary.meanLoss), "cleanAccuracy": JSONValue(summary.cleanAccuracy),
      "attackedAccuracy": JSONValue(summary.attackedAccuracy),
      "certifiedAccuracy": JSONValue(summary.certifiedAccuracy), "meanBound": JSONValue(summary.meanBound),
      "convergedShare": JSONValue(summary.convergedShare), "maximumShare": JSONValue(summary.maximumShare),
      "largestKappa": JSONValue(summary.largestKappa), "globalShare": JSONValue(summary.globalShare),
    ]
  }
}

/// Where numbers lie: the least, the quartiles and the largest, linear between order statistics.
struct AttackQuantiles {
  let least, lower, median, upper, largest: Double

  /// `nil` without a number.
  init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let at = { quantile($0, of: values) }
    (least, lower, median, upper, largest) = (at(0), at(0.25), at(0.5), at(0.75), at(1))
  }

  var json: JSONValue {
    [
      "least": JSONValue(least), "lower": JSONValue(lower), "median": JSONValue(median), "upper": JSONValue(upper),
      "largest": JSONValue(largest),
    ]
  }
}
