import Shallows

extension StudentOutcome {
  /// The student as one object; what was not measured is null, so that the keys are always there.
  func json(fate: ImitationResult.Fate) -> JSONValue {
    var object = figures(fate: fate)
    object["seed"] = JSONValue(seed: seed)
    object["students"] = .array(
      matching.students.map { unit in
        [
          "teacher": unit.teacher.map { .integer(Int64($0)) } ?? .null, "angle": JSONValue(unit.angle),
          "share": JSONValue(unit.share),
        ]
      })
    object["guarantee"] = .array(guarantee.checks.map(\.json))
    return .object(object)
  }

  /// Everything but the seed, the units and the guarantee.
  func figures(fate: ImitationResult.Fate) -> [String: JSONValue] {
    let ratios = LojasiewiczRatios(student.curve)
    return [
      "fate": .string(fate.rawValue),
      "loss": JSONValue(loss),
      "termination": ["kind": .string(termination.kind), "message": .string(termination.message)],
      "iterations": .integer(Int64(iterations)),
      "time": JSONValue(student.time),
      "largestGradient": JSONValue(end?.largestGradient ?? student.largestGradient),
      "largestAngle": JSONValue(matching.largestAngle),
      "smallestHessianEigenvalue": JSONValue(end?.smallestEigenvalue),
      "endPoint": end.map { .string($0.kind.rawValue) } ?? .null,
      "tailExponent": tail.json,
      "lojasiewicz": [
        "linear": ratios.linear.json, "squareRoot": ratios.squareRoot.json, "twoThirds": ratios.twoThirds.json,
        "gradientExponent": JSONValue(ratios.gradientExponent),
      ],
    ]
  }
}

extension TailExponent {
  var json: JSONValue {
    var object: [String: JSONValue] = ["exponent": .null, "interval": .null, "rate": .null, "reason": .null]
    switch kind {
    case .power(let exponent, let interval):
      object["kind"] = "power"
      object["exponent"] = JSONValue(exponent)
      object["interval"] = [JSONValue(interval.lowerBound), JSONValue(interval.upperBound)]
    case .exponential(let rate):
      object["kind"] = "exponential"
      object["rate"] = JSONValue(rate)
    case .undetermined(let reason):
      object["kind"] = "undetermined"
      object["reason"] = .string(reason)
    }
    return .object(object)
  }
}

extension LojasiewiczRatios.Minimum? {
  fileprivate var json: JSONValue {
    guard let self else { return .null }
    return [
      "ratio": JSONValue(self.ratio), "iteration": .integer(Int64(self.iteration)), "loss": JSONValue(self.loss),
    ]
  }
}

extension Check {
  fileprivate var json: JSONValue {
    [
      "name": .string(name), "statement": .string(statement), "measured": JSONValue(measured),
      "bound": JSONValue(bound), "verdict": .string(verdict.rawValue), "source": .string(source),
    ]
  }
}
