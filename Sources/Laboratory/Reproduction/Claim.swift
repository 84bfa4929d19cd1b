/// A published or reference figure held against our own: one line of a ledger.
///
/// ```swift
/// Claim(
///   "Eight neurons fit 2000 random labels to machine precision", source: "Zhang et al. 2021", theirs: "loss below 1e-12",
///   ours: "median 6e-21 of 20 seeds", criterion: "median below 1e-12", isMet: median < 1e-12)
/// ```
public struct Claim: Codable, Sendable, Hashable {
  public enum Verdict: String, Codable, Sendable, CaseIterable {
    /// Our figure meets the criterion.
    case confirmed
    /// It does not: the claim is not true of what we measured.
    case notConfirmed = "not confirmed"
    /// Too few seeds or too small a form to tell.
    case inconclusive
    /// What the claim is about was not run, for want of its data for example.
    case notMeasured = "not measured"
  }

  /// The claim in a sentence.
  public let statement: String
  /// Paper and place, or "derived", or "reference" for figures measured by another program.
  public let source: String
  public let theirs: String
  public let ours: String
  /// When the claim counts as confirmed, with the error that is allowed.
  public let criterion: String
  public let verdict: Verdict

  public init(
    _ statement: String, source: String, theirs: String, ours: String, criterion: String, verdict: Verdict
  ) {
    self.statement = statement
    self.source = source
    self.theirs = theirs
    self.ours = ours
    self.criterion = criterion
    self.verdict = verdict
  }

  /// A claim that our figure meets or does not.
  public init(
    _ statement: String, source: String, theirs: String, ours: String, criterion: String, isMet: Bool
  ) {
    self.init(
      statement, source: source, theirs: theirs, ours: ours, criterion: criterion,
      verdict: isMet ? .confirmed : .notConfirmed)
  }

  /// The claim as a few seeds of a small problem can judge it: they may confirm, but do not refute.
  public var inQuickForm: Claim {
    guard verdict == .notConfirmed else { return self }
    return Claim(statement, source: source, theirs: theirs, ours: ours, criterion: criterion, verdict: .inconclusive)
  }

  /// A claim that was not put to the test, and what it would take.
  public static func notMeasured(_ statement: String, source: String, theirs: String, needs: String) -> Claim {
    Claim(statement, source: source, theirs: theirs, ours: needs, criterion: "", verdict: .notMeasured)
  }
}
