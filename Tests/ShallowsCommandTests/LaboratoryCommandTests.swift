import Foundation
import Testing

/// What careless hands do to the laboratory.
@Suite struct LaboratoryCommandTests {
  private func sweep(_ command: borrowing Command, _ text: String, _ options: [String] = []) throws -> Command.Outcome {
    try command.write(regressionTable(), to: "table.csv")
    try command.write("verb = \"fit\"\n" + text, to: "s.toml")
    return try command.run(["sweep", "s.toml"] + options)
  }

  private static let widths = "seeds = 5\n[base]\ndata = \"table.csv\"\niterations = 5\n[grid]\nwidth = [2, 4]\n"

  @Test func twoNamesOfOneOptionAreRefused() throws {
    let command = try Command()
    let outcome = try sweep(command, "[base]\ndata = \"table.csv\"\niterations = 30\n[grid]\nepochs = [1, 2]\n")
    #expect(outcome.status == 1 && outcome.errors.contains("epochs and iterations are one option"), "\(outcome.errors)")
    let help = try sweep(command, "[base]\ndata = \"table.csv\"\nhelp = true\n")
    #expect(help.status == 1 && help.errors.contains("help: about output"), "\(help.errors)")
  }

  @Test func aReportIsOfTheSeedsThatTheSweepHas() throws {
    let command = try Command()
    #expect(try sweep(command, Self.widths).status == 0)
    #expect(try sweep(command, Self.widths, ["--seeds", "2"]).status == 0)
    let outcome = try command.run(["report", "s"])
    #expect(outcome.status == 0 && outcome.errors.contains("4 runs"), "\(outcome.errors)")
  }

  @Test(.enabled(if: FileManager.default.isWritableFile(atPath: "/dev/full"))) func lostOutputIsAnError() throws {
    let command = try Command()
    #expect(try sweep(command, Self.widths).status == 0)
    // Longer than the buffer of the stream, so that the write that fails is not the last one.
    let (process, out, err) = try command.process(["runs", "export", "s", "--format", "jsonl"])
    defer { for url in [out, err] { try? FileManager.default.removeItem(at: url) } }
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    #expect(String(decoding: try Data(contentsOf: err), as: UTF8.self).contains("standard output cannot be written"))
  }

  @Test func aDivergedRunIsAResult() throws {
    let command = try Command()
    let outcome = try sweep(
      command,
      "[base]\ndata = \"table.csv\"\nmethod = \"momentum\"\niterations = 20\nwidth = 4\n[grid]\nstep = [1e-3, 1e100]\n")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(String(decoding: try command.read("runs/s/table.csv"), as: UTF8.self).split(separator: "\n").count == 3)
  }

  @Test func deletingAsksForOneConfiguration() throws {
    let command = try Command()
    let widths = (1...20).map { "\(2 * $0)" }.joined(separator: ", ")
    #expect(
      try sweep(command, "[base]\ndata = \"table.csv\"\niterations = 1\n[grid]\nwidth = [\(widths)]\n").status == 0)
    // Among twenty hashes two begin alike, there being sixteen digits.
    let hashes = try FileManager.default.contentsOfDirectory(atPath: command.folder.path + "/runs/s").filter {
      $0.utf8.count == 12
    }
    let digit = try #require(Dictionary(grouping: hashes, by: \.first!).first { $0.value.count > 1 }?.key)
    let outcome = try command.run(["runs", "delete", "s/\(digit)", "--yes"])
    #expect(outcome.status == 1 && outcome.errors.contains("several configurations begin so"), "\(outcome.errors)")
    #expect(try command.run(["runs", "delete", "s/\(hashes[0])", "--yes"]).output.contains("1 run deleted"))
  }

  @Test func conditionsAreReadAsTheyAreMeant() throws {
    let command = try Command()
    #expect(try sweep(command, Self.widths).status == 0)
    for condition in ["width==4", "width = 4", "method=\"gauss-newton\"", "method='gauss-newton'"] {
      let list = try command.run(["runs", "list", "s", "--json", "--where", condition])
      let count = list.output.split(separator: "\n").count
      #expect(count == (condition.hasPrefix("width") ? 5 : 10), "\(condition): \(count)")
    }
    #expect(try command.run(["runs", "list", "s", "--where", "width<>4"]).status == 64)
  }
}
