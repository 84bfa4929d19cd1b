import ArgumentParser
import Foundation
import Shallows

struct ExperimentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment",
    abstract: "Put a claim about narrow training to the test over many seeds.",
    discussion: "Writes NAME.json (every value, the command, the machine), NAME.svg and NAME.csv.\n\n"
      + Experiment.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

  @Argument(help: ArgumentHelp("One of: \(Experiment.all.map(\.name).joined(separator: ", ")).", valueName: "NAME"))
  var name: String
  @Flag(help: "A small form that runs in seconds.") var quick = false
  @Option(help: "Seeds for each point.") var seeds: Int?
  @Option(help: ArgumentHelp("Data for the experiments on images (default: the digits).", valueName: "DATA")) var data:
    String?
  @Option(help: ArgumentHelp("The folder for the results.", valueName: "DIR")) var out = "results"
  @Flag(help: "No progress.") var quiet = false
  @Option(help: ArgumentHelp("Threads (default: all processors).", valueName: "N")) var jobs: Int?

  func validate() throws {
    guard Experiment.all.contains(where: { $0.name == name }) else {
      throw ValidationError(
        "\"\(name)\" is no experiment; there are \(Experiment.all.map(\.name).joined(separator: ", ")).")
    }
    if let seeds, seeds < 1 { throw ValidationError("--seeds \(seeds): at least 1 is needed.") }
  }

  func run() throws {
    if let jobs { Parallel.threads = jobs }
    let experiment = Experiment.all.first { $0.name == name }!
    let reporter = ProgressReporter(name, style: .automatic(quiet: quiet))
    let seeds = seeds ?? (quick ? 2 : 20)
    let began = ContinuousClock.now
    let outcome = try experiment.run(ExperimentContext(quick: quick, seeds: seeds, data: data, reporter: reporter))
    reporter.finish()
    var command = "./shallows experiment \(name) --seeds \(seeds)"
    if quick { command += " --quick" }
    // The folder's name alone: where it lies is the reader's business.
    if let data { command += " --data \(data == "digits" ? data : URL(fileURLWithPath: data).lastPathComponent)" }
    let record = ExperimentRecord(
      name: name, title: experiment.title, command: command, settings: outcome.settings, machine: .current,
      seconds: (ContinuousClock.now - began) / .seconds(1), rows: outcome.rows, findings: outcome.findings)
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    try AtomicFile.write(Array(encoder.encode(record)) + [UInt8(ascii: "\n")], to: "\(out)/\(name).json")
    for (suffix, picture) in experiment.draw(outcome.rows) { try picture.write(to: "\(out)/\(name)\(suffix).svg") }
    print(experiment.title)
    for finding in outcome.findings { print("  " + finding) }
    note("Written to \(out)/\(name).json and .svg, in \(short(record.seconds)) s.")
  }
}
