import ArgumentParser
import Foundation
import Shallows

struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Put published claims to the test over many seeds, and hold our figures against theirs.",
    discussion: """
      Runs an experiment of the catalogue (--list), or all of them, as a sweep that is resumed by the same command, and \
      prints a ledger: the claim, its source, their figure, ours, the verdict. Writes NAME.json (every value, the \
      command, the machine, the claims), NAME.svg and NAME.csv, and the ledger of all that lies in the folder.

      """ + Experiment.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

  @Argument(help: ArgumentHelp("The experiment; all of them if none is named.", valueName: "NAME"))
  var name: String?
  @Flag(help: "List the experiments and stop.") var list = false
  @Flag(help: "A small form that runs in seconds and decides little.") var quick = false
  @Flag(help: "The whole experiment (the default).") var full = false
  @Option(
    help: ArgumentHelp("Seeds for each point (default: the experiment's own; mostly 20, quick 2).", valueName: "N"))
  var seeds: Int?
  @Option(help: ArgumentHelp("Data for the experiments on images (default: the digits).", valueName: "DATA"))
  var data: String?
  @Option(
    help: ArgumentHelp(
      "The folder for the results (default: docs/results where it exists, else results).", valueName: "DIR"),
    completion: .directory)
  var out: String?
  @OptionGroup var store: StoreOptions
  @Flag(help: "Print the ledger as JSON.") var json = false
  @Flag(help: "No progress.") var quiet = false
  @Option(help: ArgumentHelp("Runs at a time (default: all processors).", valueName: "N")) var jobs: Int?

  func validate() throws {
    if let name, !Experiment.all.contains(where: { $0.name == name }) {
      throw ValidationError(
        "\"\(name)\" is no experiment; there are \(Experiment.all.map(\.name).joined(separator: ", ")).")
    }
    if let seeds, seeds < 1 { throw ValidationError("--seeds \(seeds): at least 1 is needed.") }
    if let jobs, jobs < 1 { throw ValidationError("--jobs \(jobs): at least 1 is needed.") }
    if quick && full { throw ValidationError("--quick and --full exclude each other.") }
  }

  func run() throws {
    if list { return printList() }
    let folder = out ?? (quick || !FileManager.default.fileExists(atPath: "docs/results") ? "results" : "docs/results")
    let store = try store.open()
    var entries: [Ledger.Entry] = []
    for experiment in Experiment.all where name == nil || name == experiment.name {
      let record = try perform(experiment, store: store, folder: folder)
      entries.append(.init(experiment: experiment.name, claims: record.claims))
      if !json {
        print(experiment.title)
        for finding in record.findings { print("  " + finding) }
        print()
      }
      note("\(experiment.name): written to \(folder)/\(experiment.name).json and .svg.")
    }
    let ledger = Ledger(entries)
    if json {
      try print(JSONValue(encoding: ledger).prettyText, terminator: "")
    } else {
      print(ledger.text(width: proseWidth, encoding: .detect()), terminator: "")
      print("\(ledger.tally).")
    }
    try LedgerFiles.write(to: folder)
  }

  private func perform(_ experiment: Experiment, store: RunStore, folder: String) throws -> ExperimentRecord {
    let seeds = seeds ?? (quick ? experiment.seeds.quick : experiment.seeds.full)
    var command = "shallows reproduce \(experiment.name) --\(quick ? "quick" : "full") --seeds \(seeds)"
    // The folder's name alone: where it lies is the reader's business.
    if let data { command += " --data \(data == "digits" ? data : URL(fileURLWithPath: data).lastPathComponent)" }
    let context = ExperimentContext(
      experiment: experiment.name, schema: experiment.schema, quick: quick, seeds: seeds, data: data, store: store,
      jobs: jobs, quiet: quiet || json, command: command)
    let outcome = try experiment.run(context)
    let record = ExperimentRecord(
      name: experiment.name, title: experiment.title, command: "./" + command, settings: outcome.settings,
      environment: .current(), processorSeconds: context.spent.seconds, runs: context.spent.runs, rows: outcome.rows,
      findings: outcome.findings, claims: experiment.claims(outcome.rows).map { quick ? $0.inQuickForm : $0 })
    try AtomicFile.makeFolder(folder)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    try AtomicFile.write(Array(encoder.encode(record)) + [UInt8(ascii: "\n")], to: "\(folder)/\(experiment.name).json")
    for (suffix, picture) in experiment.draw(outcome.rows) {
      try picture.write(to: "\(folder)/\(experiment.name)\(suffix).svg")
    }
    return record
  }

  private func printList() {
    var table = TextTable([.init("experiment"), .init("what it puts to the test", wraps: true)])
    for experiment in Experiment.all { table.append([experiment.name, "\(experiment.title). \(experiment.summary)"]) }
    print(table.text(width: proseWidth, encoding: .detect()), terminator: "")
  }
}

/// The ledger of all experiments whose results lie in a folder: `ledger.json` and `ledger.md`.
enum LedgerFiles {
  private struct Part: Decodable {
    let name: String
    let command: String
    let claims: [Claim]
  }

  static func write(to folder: String) throws {
    var entries: [Ledger.Entry] = []
    var commands: [String] = []
    for experiment in Experiment.all {
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(experiment.name).json"),
        let part = try? JSONDecoder().decode(Part.self, from: data)
      else { continue }
      entries.append(.init(experiment: part.name, claims: part.claims))
      commands.append("    " + part.command)
    }
    let ledger = Ledger(entries)
    try AtomicFile.write(JSONValue(encoding: ledger).prettyText, to: folder + "/ledger.json")
    try AtomicFile.write(
      "# Ledger: their figures and ours\n\n\(ledger.tally). Made by\n\n\(commands.joined(separator: "\n"))\n\n"
        + ledger.markdown, to: folder + "/ledger.md")
  }
}
