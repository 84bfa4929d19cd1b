import Plotting

/// The claims of several experiments and what became of them.
public struct Ledger: Sendable, Codable, Hashable {
  public struct Entry: Sendable, Codable, Hashable {
    public let experiment: String
    public let claims: [Claim]

    public init(experiment: String, claims: [Claim]) {
      self.experiment = experiment
      self.claims = claims
    }
  }

  public var entries: [Entry]

  public init(_ entries: [Entry]) { self.entries = entries }

  /// How many claims have each verdict: `7 confirmed, 2 not confirmed`.
  public var tally: String {
    let verdicts = entries.flatMap(\.claims).map(\.verdict)
    return Claim.Verdict.allCases.compactMap { verdict in
      let count = verdicts.count { $0 == verdict }
      return count > 0 ? "\(count) \(verdict.rawValue)" : nil
    }.joined(separator: ", ")
  }

  /// The ledger for a terminal, claim by claim.
  public func text(width: Int, encoding: TerminalEncoding = .utf8) -> String {
    var table = TextTable([
      .init("experiment"), .init("verdict"), .init("claim, source, figures", wraps: true),
    ])
    for entry in entries {
      for (i, claim) in entry.claims.enumerated() {
        table.append([i == 0 ? entry.experiment : "", claim.verdict.rawValue, "\(claim.statement) [\(claim.source)]"])
        table.append(["", "", "theirs: \(claim.theirs)"])
        table.append(["", "", "ours: \(claim.ours)"])
        if !claim.criterion.isEmpty { table.append(["", "", "criterion: \(claim.criterion)"]) }
      }
    }
    return table.text(width: width, encoding: encoding)
  }

  /// The ledger as a table in Markdown.
  public var markdown: String {
    func cell(_ text: String) -> String { text.replacing("|", with: "\\|").replacing("\n", with: " ") }
    var text = "| experiment | claim | source | theirs | ours | criterion | verdict |\n|---|---|---|---|---|---|---|\n"
    for entry in entries {
      for claim in entry.claims {
        let verdict = claim.verdict == .notConfirmed ? "**\(claim.verdict.rawValue)**" : claim.verdict.rawValue
        text +=
          "| "
          + [entry.experiment, claim.statement, claim.source, claim.theirs, claim.ours, claim.criterion, verdict]
          .map(cell).joined(separator: " | ") + " |\n"
      }
    }
    return text
  }
}
