import Foundation
import Shallows

/// The one object that `shallows recover --json` prints.
struct RecoverReport {
  let outcome: RecoverOutcome
  /// Wall time of the whole command.
  var totalSeconds: Double?

  private var result: RecoveryResult { outcome.result }
  private var network: ReLUNetwork { outcome.result.network }

  var json: JSONValue {
    get throws {
      var object = try figures
      object["W"] = network.hidden.json
      object["A"] = network.output.json
      object["standardErrors"] = standardErrors
      object["seconds"] = JSONValue(result.seconds)
      object["recoverySeconds"] = JSONValue(result.recoverySeconds)
      object["totalSeconds"] = JSONValue(totalSeconds)
      object["peakMemoryBytes"] = .integer(Int64(peakMemory()))
      return .object(object)
    }
  }

  /// Everything that the clock and the machine have no say in, but for the weights.
  var figures: [String: JSONValue] {
    get throws {
      let judgement = outcome.judgement
      let spectral = result.spectral
      return [
        "data": data,
        "neurons": .integer(Int64(network.neurons)),
        "slope": JSONValue(network.slope),
        "verdict": .string(judgement.verdict.rawValue),
        "reasons": .array(judgement.reasons.map { .string($0) }),
        "hints": .array(judgement.hints.map { .string($0) }),
        "gap": JSONValue(spectral.gap),
        "errorShare": JSONValue(result.diagnostics.error.share),
        "diagnostics": try diagnostics,
        "refinement": result.refinement.map { refinement in
          [
            "loss": JSONValue(refinement.loss), "iterations": .integer(Int64(refinement.iterations)),
            "termination": [
              "kind": .string(refinement.termination.kind), "message": .string(refinement.termination.message),
            ],
          ]
        } ?? .null,
        "truth": truth,
        "guarantee": try JSONValue(encoding: outcome.guarantee.checks),
        "settings": try JSONValue(encoding: result.settings),
      ]
    }
  }

  private var data: JSONValue {
    [
      "name": .string(outcome.samples.name), "samples": .integer(Int64(result.samples)),
      "inputs": .integer(Int64(network.inputs)), "outputs": .integer(Int64(network.outputs)),
      "inputNames": .array(outcome.samples.inputNames.map { .string($0) }),
      "outputNames": .array(outcome.samples.outputNames.map { .string($0) }),
    ]
  }

  private var diagnostics: JSONValue {
    get throws {
      let (found, spectral) = (result.diagnostics, result.spectral)
      // What follows from the numbers kept stands beside them.
      var members = try JSONValue(encoding: found).objectValue ?? [:]
      members["symmetry"] = members["symmetry"]?.adding(["probability": JSONValue(found.symmetry.probability)])
      members["error"] = members["error"]?.adding(["share": JSONValue(found.error.share)])
      members["heldOut"] = members["heldOut"]?.adding(["excess": JSONValue(found.heldOut?.excess)]) ?? .null
      members["gap"] = JSONValue(spectral.gap)
      members["relativeRange"] = JSONValue(spectral.relativeRange)
      members["detectorSingularValues"] = .array(spectral.nullSpace.singularValues.map { JSONValue($0) })
      members["neuronsAsked"] = .integer(Int64(spectral.neuronsAsked))
      members["inputCondition"] = JSONValue(spectral.inputCondition)
      members["hiddenCondition"] = JSONValue(try SVD(network.hidden).conditionNumber)
      members["outputCondition"] = JSONValue(try SVD(network.output).conditionNumber)
      members["diagonalization"] = [
        "residual": JSONValue(spectral.joint?.residual),
        "starts": spectral.joint.map { .integer(Int64($0.starts)) } ?? .null,
        "agreement": JSONValue(spectral.joint?.agreement), "draws": .integer(Int64(spectral.draws)),
        "complexDraws": .integer(Int64(spectral.complexDraws)),
      ]
      members["detectorValues"] = .array(spectral.detectorValues.map { JSONValue($0) })
      members["signMargins"] = .array(spectral.signMargins.map { JSONValue($0) })
      return .object(members)
    }
  }

  private var standardErrors: JSONValue {
    guard let errors = result.weightErrors else { return .null }
    return [
      "W": errors.hidden.json, "A": errors.output.json, "replicates": .integer(Int64(errors.replicates)),
      "failures": .integer(Int64(errors.failures)),
    ]
  }

  private var truth: JSONValue {
    guard let truth = outcome.truth else { return .null }
    let error = truth.error
    return [
      "W": truth.network.hidden.json, "A": truth.network.output.json,
      "distribution": .string(truth.distribution.description), "noise": JSONValue(truth.noise),
      "matching": .array(error.matching.map { $0.map { .integer(Int64($0)) } ?? .null }),
      "hiddenError": JSONValue(error.hidden), "outputError": JSONValue(error.output),
      "hiddenFailure": JSONValue(error.failureLevel.hidden), "outputFailure": JSONValue(error.failureLevel.output),
      "share": JSONValue(truth.share), "testError": JSONValue(truth.testError),
    ]
  }
}

extension Matrix<Double> {
  /// An array of rows.
  var json: JSONValue { .array((0..<rows).map { .array(row($0).map { JSONValue($0) }) }) }
}

extension JSONValue {
  /// An object with further members; anything else as it is.
  func adding(_ further: [String: JSONValue]) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.merging(further) { $1 })
  }
}
