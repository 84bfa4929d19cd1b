/// Whether to believe a recovery.
public enum RecoveryVerdict: String, Codable, Sendable, CaseIterable, Comparable {
  /// The weights are wrong, or nothing speaks for them.
  case failed
  /// Something that the theorem asks for is missing, or the errors are not small: not to be relied on without a look.
  case doubtful
  /// The hypotheses hold as far as the samples can tell, and the errors of the weights are small.
  case reliable

  public static func < (a: RecoveryVerdict, b: RecoveryVerdict) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .failed: 0
    case .doubtful: 1
    case .reliable: 2
    }
  }
}

/// A verdict, why, and what might be done.
public struct RecoveryJudgement: Codable, Equatable, Sendable {
  public let verdict: RecoveryVerdict
  /// In words, the gravest first; for `reliable` what speaks for it.
  public let reasons: [String]
  /// What to try, where there is something.
  public let hints: [String]

  /// Something that speaks against a recovery.
  struct Objection {
    /// The best verdict that it leaves.
    let verdict: RecoveryVerdict
    let reason: String
    let hint: String?
  }

  /// The verdict is the worst that the objections leave.
  init(_ objections: [Objection], inFavour: String) {
    verdict = objections.map(\.verdict).min() ?? .reliable
    let sorted = objections.filter { $0.verdict == .failed } + objections.filter { $0.verdict == .doubtful }
    reasons = sorted.isEmpty ? [inFavour] : sorted.map(\.reason)
    var hints: [String] = []
    for hint in sorted.compactMap(\.hint) where !hints.contains(hint) { hints.append(hint) }
    self.hints = hints
  }
}
