import Foundation
import Testing

/// `shallows report`: what it writes and what it says.
@Suite struct ReportCommandTests {
  private static let sweep = """
    name = "small"
    verb = "fit"
    seeds = 2
    [base]
    data = "table.csv"
    [grid]
    width = [2, 4]
    """

  private func prepare(_ command: borrowing Command) throws {
    try command.write(regressionTable(), to: "table.csv")
    try command.write(Self.sweep, to: "small.toml")
    #expect(try command.run(["sweep", "small.toml", "--quiet"]).status == 0)
  }

  @Test func writesAPage() throws {
    let command = try Command()
    try prepare(command)
    let outcome = try command.run(["report", "small", "--title", "A <title>", "--out", "page.html"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("page.html: 4 runs"))
    let page = String(decoding: try command.read("page.html"), as: UTF8.self)
    #expect(page.contains("<h1>A &lt;title&gt;</h1>"))
    #expect(page.contains("4 completed"))
    #expect(page.contains("width-rank"))
    #expect(page.contains("for seed in 0 1; do shallows fit table.csv --width 4 --seed $seed; done"))
  }

  @Test func withoutTimesTheSameRunsMadeAgainGiveTheSamePage() throws {
    let command = try Command()
    try prepare(command)
    #expect(try command.run(["report", "small", "--omit-times", "--quiet"]).errors.isEmpty)
    let first = try command.read("report.html")
    try FileManager.default.removeItem(at: command.folder.appendingPathComponent("runs"))
    try prepare(command)
    #expect(try command.run(["report", "small", "--omit-times", "--quiet"]).status == 0)
    #expect(try command.read("report.html") == first)
  }

  @Test func saysWhatThereIsInstead() throws {
    let command = try Command()
    #expect(try command.run(["report"]).status == 64)
    let missing = try command.run(["report", "small"])
    #expect(missing.status == 1)
    #expect(missing.errors.contains("runs: there is no such folder"))
    try prepare(command)
    let other = try command.run(["report", "smal"])
    #expect(other.status == 1)
    #expect(other.errors.contains("smal: no experiment of that name in runs; did you mean small?"))
    #expect(!command.contents.contains("report.html"))
  }
}
