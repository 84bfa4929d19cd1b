import Foundation
import Shallows

extension Experiment {
  /// The claims about teachers and students with Gaussian inputs.
  static let teacherStudent = [
    safranShamir, safranYehudaiShamir, zhouClaim2, zhouRate, xuDu, zhouFigure1, saadSolla,
  ]

  static let zhou = "Zhou, Ge, Jin, COLT 2021"
}

extension ImitationSettings {
  /// The students at their ends, those of `shallows imitate` with the same settings: without judgement or spectra.
  func train() throws -> [Student] {
    let training = StudentTraining(method, until: stopping, recording: recording)
    return try Driver(iterations: .max).run(training, on: Imitation(self).ensemble).value
  }
}

/// So many of so many.
struct Tally: Equatable {
  let hits: Int
  let of: Int
  var share: Double { Double(hits) / Double(max(of, 1)) }
  /// In percent, to one decimal.
  var percent: String { String(format: "%.1f %%", 100 * share) }

  /// Whether two samples can come from one probability: their difference is not beyond three standard errors, by an
  /// interval that keeps its width where there are none or all.
  func agrees(with other: Tally) -> Bool {
    ConfidenceInterval.difference((hits, of), (other.hits, other.of), confidence: 0.9973).contains(0)
  }
}
