import Foundation
import Shallows

/// The one object that `shallows imitate --json` prints.
struct ImitateReport {
  let result: ImitationResult
  /// Wall time of the whole command, refining and judging included.
  var totalSeconds: Double?

  /// The figures of all students together, as a flat object.
  var summary: [String: JSONValue] {
    let outcomes = result.outcomes
    func count(_ fate: ImitationResult.Fate) -> JSONValue { .integer(Int64(result.outcomes(fate).count)) }
    func count(_ kind: String) -> JSONValue { .integer(Int64(outcomes.count { $0.termination.kind == kind })) }
    return [
      "count": .integer(Int64(outcomes.count)),
      "converged": count("converged"), "stopped": count("stopped"), "failed": count("failed"),
      "global": count(.global), "spurious": count(.spurious), "spuriousShare": JSONValue(result.spuriousShare),
      "lowestSpuriousLoss": JSONValue(result.spurious.map(\.loss).min()),
      "loss": Spread(outcomes.map(\.loss))?.json ?? .null,
      "iterations": Spread(outcomes.map { Double($0.iterations) })?.json ?? .null,
      "largestAngle": Spread(outcomes.compactMap(\.matching.largestAngle))?.json ?? .null,
      "steps": .integer(Int64(result.steps)),
    ]
  }

  var json: JSONValue {
    get throws {
      var object = summary
      object["settings"] = try result.settings.json
      object["teacher"] = teacher
      object["classes"] = .array(result.classes.map { Self.json(of: $0, in: result) })
      object["seeds"] = .array(result.outcomes.map { $0.json(fate: result.fate(of: $0)) })
      object["guarantee"] = GuaranteeCounts(result.outcomes.map(\.guarantee)).json
      object["seconds"] = JSONValue(result.seconds)
      object["totalSeconds"] = JSONValue(totalSeconds)
      object["nsPerSeedStep"] = JSONValue(result.nanosecondsPerStep)
      object["peakMemoryBytes"] = .integer(Int64(peakMemory()))
      return .object(object)
    }
  }

  private var teacher: JSONValue {
    let teacher = result.teacher
    return [
      "unit": .string(teacher.unit.rawValue), "units": .integer(Int64(teacher.count)),
      "dimension": .integer(Int64(teacher.dimension)), "separation": JSONValue(teacher.minimumAngle),
      "norms": [JSONValue(teacher.normRange.lowerBound), JSONValue(teacher.normRange.upperBound)],
      "weights": .array((0..<teacher.count).map { .array(teacher.weights.row($0).map { JSONValue($0) }) }),
    ]
  }

  private static func json(of found: EndPointClass, in result: ImitationResult) -> JSONValue {
    let end = found.representative
    return [
      "loss": JSONValue(end.loss), "count": .integer(Int64(found.count)), "endPoint": .string(end.kind.rawValue),
      "smallestHessianEigenvalue": JSONValue(end.smallestEigenvalue),
      "largestGradient": JSONValue(end.largestGradient),
      "seeds": .array(found.members.map { JSONValue(seed: result.outcomes[$0].seed) }),
    ]
  }
}

extension ImitationResult {
  /// Wall time of a step of one student, in nanoseconds.
  var nanosecondsPerStep: Double? { steps > 0 ? 1e9 * seconds / Double(steps) : nil }
}

extension ImitationSettings {
  /// The settings for a reader: names without numbers as texts, so that none is an empty object.
  var json: JSONValue {
    get throws {
      guard case .object(var members) = try JSONValue(encoding: self) else { return .null }
      members["start"] = .string(start.description)
      switch teacher {
      case .basis: members["teacher"] = "basis"
      case .orthonormal: members["teacher"] = "orthonormal"
      case .gaussian: members["teacher"] = "gaussian"
      case .separated, .planar, .given: break
      }
      members["seed"] = JSONValue(seed: seed)
      members["teacherSeed"] = JSONValue(seed: teacherSeed)
      return .object(members)
    }
  }
}
