import Dynamics
import Foundation
import LinearAlgebra
import Networks

/// All students of an imitation at their ends.
public struct ImitationResult: Sendable {
  public let settings: ImitationSettings
  public let teacher: Teacher
  /// A student at rest with a loss of at least this has found a spurious minimum.
  public let spuriousLoss: Double
  /// In the order of their seeds.
  public let outcomes: [StudentOutcome]
  /// The places where students came to rest, lowest loss first; members are numbers of outcomes. Empty without spectra.
  public let classes: [EndPointClass]
  /// Wall time of the training, in seconds.
  public let seconds: Double
  /// Whether it was cancelled; a checkpoint then holds the students, and there are no outcomes.
  public let isInterrupted: Bool

  /// Steps of all students.
  public var steps: Int { outcomes.reduce(0) { $0 + $1.iterations } }
}

extension ImitationSettings {
  /// The settings as one line of JSON with sorted keys: equal settings, equal text.
  public var canonicalText: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Numbers and names alone: there is nothing that cannot be encoded.
    return String(decoding: try! encoder.encode(self), as: UTF8.self)
  }
}
