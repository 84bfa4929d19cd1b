import Foundation
import Shallows

/// The one object that `shallows fit --json` prints.
struct FitReport: Encodable {
  struct DataSize: Encodable {
    let samples: Int
    let inputs: Int
    let outputs: Int
    let rank: Int
  }
  struct Bound: Encodable {
    let twoNOverD: Double
    let twoNOverRank: Double
  }
  struct End: Encodable {
    let kind: String
    let message: String
  }

  let result: FitResult
  /// Wall time of the whole command, reading and checking included.
  let totalSeconds: Double?
  /// How the test part was drawn, for a saved model.
  var split: DataSplit?

  private enum Key: String, CodingKey {
    case data, width, widthBound, method, activation, objective, termination, iterations, loss, trainAccuracy
    case testAccuracy, testError, distanceFromStart, radius, step, seconds, totalSeconds, seed, evaluations, guarantee
    case peakMemoryBytes, split
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    let bound = result.widthBound
    try container.encode(
      DataSize(
        samples: bound.samples, inputs: result.network.shape.inputs, outputs: bound.outputs, rank: bound.rank),
      forKey: .data)
    try container.encode(result.network.shape.hidden, forKey: .width)
    try container.encode(Bound(twoNOverD: bound.twoNOverD, twoNOverRank: bound.twoNOverRank), forKey: .widthBound)
    try container.encode(result.settings.method, forKey: .method)
    try container.encode(result.settings.activation, forKey: .activation)
    try container.encode(result.settings.loss, forKey: .objective)
    try container.encode(
      End(kind: result.termination.kind, message: result.termination.message), forKey: .termination)
    try container.encode(result.iterations, forKey: .iterations)
    try container.encode(result.loss, forKey: .loss)
    // Absent figures are null, so that the keys are always there.
    try container.encode(result.trainAccuracy, forKey: .trainAccuracy)
    try container.encode(result.testAccuracy, forKey: .testAccuracy)
    try container.encode(result.testError, forKey: .testError)
    try container.encode(result.distanceFromStart, forKey: .distanceFromStart)
    try container.encode(result.radius, forKey: .radius)
    try container.encode(result.step, forKey: .step)
    try container.encode(result.seconds, forKey: .seconds)
    try container.encode(totalSeconds, forKey: .totalSeconds)
    try container.encode(result.seed, forKey: .seed)
    try container.encode(result.evaluations, forKey: .evaluations)
    try container.encode(peakMemory(), forKey: .peakMemoryBytes)
    try container.encode(result.guarantee.checks, forKey: .guarantee)
    try container.encodeIfPresent(split, forKey: .split)
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
