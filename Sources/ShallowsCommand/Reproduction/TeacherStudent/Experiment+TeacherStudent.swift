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

  /// Whether two samples can come from one probability: zero lies between the limits of Newcombe's interval for the
  /// difference, made of both Wilson intervals, at three standard errors (99.73 %). For shares away from 0 and 1 that
  /// is three times the standard error of the difference; for none of a thousand it still is an interval.
  ///
  /// Source: Newcombe, "Interval estimation for the difference between independent proportions" (Statistics in Medicine
  /// 1998), method 10.
  func agrees(with other: Tally) -> Bool {
    func wilson(_ t: Tally) -> ConfidenceInterval { .wilson(successes: t.hits, of: t.of, confidence: 0.9973) }
    let (a, b) = (wilson(self), wilson(other))
    func root(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
    let difference = share - other.share
    return difference - root(share - a.lower, b.upper - other.share) <= 0
      && difference + root(a.upper - share, other.share - b.lower) >= 0
  }
}
