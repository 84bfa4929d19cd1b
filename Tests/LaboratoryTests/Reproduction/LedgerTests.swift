import Laboratory
import Testing

@Suite struct LedgerTests {
  private let ledger = Ledger([
    .init(
      experiment: "cliff",
      claims: [
        Claim("a | b", source: "s", theirs: "1", ours: "1.1", criterion: "within 0.2", isMet: true),
        Claim("c", source: "s", theirs: "2", ours: "3", criterion: "within 0.2", isMet: false),
        .notMeasured("d", source: "s", theirs: "4", needs: "data"),
      ]),
    .init(experiment: "region", claims: [Claim("e", source: "s", theirs: "", ours: "", criterion: "", isMet: true)]),
  ])

  @Test func verdictsAreCounted() {
    #expect(ledger.tally == "2 confirmed, 1 not confirmed, 1 not measured")
    #expect(Ledger([]).tally == "")
  }

  @Test func markdownKeepsItsColumns() {
    let lines = ledger.markdown.split(separator: "\n")
    #expect(lines.count == 2 + 4)
    #expect(lines[2] == "| cliff | a \\| b | s | 1 | 1.1 | within 0.2 | confirmed |")
    #expect(lines[3].hasSuffix("| **not confirmed** |"))
  }

  @Test func aQuickFormConfirmsButDoesNotRefute() {
    let verdicts = ledger.entries[0].claims.map(\.inQuickForm.verdict)
    #expect(verdicts == [.confirmed, .inconclusive, .notMeasured])
  }

  @Test func theTextHoldsTheirsAndOurs() {
    let text = ledger.text(width: 80)
    for part in ["cliff", "theirs: 2", "ours: 3", "criterion: within 0.2"] { #expect(text.contains(part)) }
  }
}
