import Foundation
import Shallows

/// What the verdict on one recovery was, and how wrong the recovery really is.
struct VerdictOutcome: Codable, Sendable {
  /// 0 failed, 1 doubtful, 2 reliable.
  var verdict = 0
  /// The true error as a share of complete failure; see ``share(of:from:)``.
  var share = Self.most
  var reason = ""
  /// The diagnostics that the verdict was made from, by name.
  var measured: [String: Double] = [:]
  var seconds = 0.0

  /// Errors are given up to so many times complete failure; where there is no network, so much.
  static let most = 10.0

  /// A recovery in which the largest error is at most this share of complete failure is right.
  static let right = 0.1

  static func run(_ drawn: VerdictSetting.Drawn, refine: Bool, seed: UInt64) -> VerdictOutcome {
    var outcome = VerdictOutcome()
    do {
      let settings = RecoverySettings(
        spectral: RecoveryForm.practical.settings(neurons: drawn.asked, seed: seed), refine: refine, bootstrap: 0,
        seed: seed)
      let result = try Recovery(settings).run(on: drawn.samples)
      let judgement = result.judgement
      outcome.verdict = RecoveryVerdict.allCases.sorted().firstIndex(of: judgement.verdict)!
      outcome.share = try share(of: result.network, from: drawn.truth)
      outcome.reason = judgement.reasons.joined(separator: " ")
      outcome.seconds = result.seconds
      for check in result.guarantee.checks {
        if let value = check.measured { outcome.measured[check.name] = value.isFinite ? value : 1e300 }
      }
      outcome.measured["fit deviate"] = result.diagnostics.fit.deviate
    } catch {
      outcome.reason = "\(error)"
    }
    return outcome
  }

  /// The largest of the errors of W, of A and of the lengths of A's columns as a share of complete failure.
  ///
  /// Where the numbers of neurons differ, recovered neurons are compared with those true ones that fit best; a
  /// recovered neuron that is none of the true ones counts as complete failure, unless it adds to the outputs less
  /// than a tenth of what the others add.
  static func share(of network: ReLUNetwork, from truth: ReLUNetwork) throws -> Double {
    let error = try RecoveryError(of: network, from: truth)
    let (found, k) = (network.neurons, truth.neurons)
    let unmatched = Double(abs(found - k))
    let level = RecoveryError.failureLevel(neurons: min(found, k), inputs: truth.inputs, outputs: truth.outputs)
    let lengths = outputLengths(network), trueLengths = outputLengths(truth)
    let ratios = error.matching.enumerated().compactMap { i, j in j.map { lengths[$0] / trueLengths[i] } }
    let stretch = ratios.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / Double(max(ratios.count, 1))
    var share = max((error.hidden - unmatched) / level.hidden, (error.output - unmatched) / level.output, stretch)
    if found > k {
      let mean = lengths.reduce(0, +) / Double(found)
      let matched = Set(error.matching.compactMap { $0 })
      let idle = lengths.indices.filter { !matched.contains($0) }
      if idle.contains(where: { lengths[$0] > 0.1 * mean }) { share = max(share, 1) }
    }
    return share.isFinite ? min(share, most) : most
  }

  /// |a_i| where rows of W have length 1.
  private static func outputLengths(_ network: ReLUNetwork) -> [Double] {
    let columns = network.normalized().output.transposed()
    return (0..<network.neurons).map { i in columns.row(i).reduce(0) { $0 + $1 * $1 }.squareRoot() }
  }
}
