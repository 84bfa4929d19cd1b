import ArgumentParser
import Foundation
import Shallows

struct RunsExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write runs for other programs: CSV, JSON Lines or NPZ.",
    discussion: """
      csv    a line for each completed run: the settings that vary, the seed, every figure
      jsonl  an object for each run, whole: settings, status, command, result
      npz    the completed runs for NumPy: an array for each setting that varies, the seed and every figure

      With --metrics the curves too: csv and jsonl in a second file beside the first, FILE with .metrics before its \
      ending, a line for each recorded iteration; npz as matrices runs x iterations named metrics/..., padded with NaN.
      """)

  @Argument(help: ArgumentHelp("Experiments, configurations or runs; all if none is named.", valueName: "RUNS"))
  var names: [String] = []
  @OptionGroup var store: StoreOptions
  @OptionGroup var filter: RunFilterOptions
  @Option(help: ArgumentHelp("csv, jsonl or npz (default: by the ending of FILE, else csv).", valueName: "FORMAT"))
  var format: RunExport.Format?
  @Option(
    name: .shortAndLong, help: ArgumentHelp("The file; without, csv and jsonl are printed.", valueName: "FILE"),
    completion: .file(extensions: ["csv", "jsonl", "npz"]))
  var out: String?
  @Flag(help: "Write the curves of metrics.jsonl too.") var metrics = false

  private var chosen: RunExport.Format {
    format ?? out.flatMap { RunExport.Format(rawValue: URL(fileURLWithPath: $0).pathExtension.lowercased()) } ?? .csv
  }

  func validate() throws {
    if out == "" { throw ValidationError("--out: the name of the file is empty.") }
    if out == nil && chosen == .npz { throw ValidationError("npz is not for a terminal: give --out FILE.") }
    if out == nil && metrics { throw ValidationError("--metrics writes a second file: give --out FILE.") }
  }

  func run() throws {
    let store = try store.open()
    let index = try self.store.index(store)
    let references = try names.map { try RunReference($0, store: store) }
    for reference in references { _ = try store.paths(reference) }
    var filter = try filter.filter(index, experiments: Set(references.map(\.experiment)).sorted())
    if filter.states.isEmpty, chosen != .jsonl { filter.states = [.completed] }
    let before = index.damaged.count
    let runs = try index.runs(filter).filter { run in references.isEmpty || references.contains { $0.includes(run) } }
    self.store.report(index, after: before)
    try noteOthers(than: runs, filter, references, index)
    guard !runs.isEmpty else { throw CommandError("no such runs; nothing was written") }
    let export = RunExport(runs)
    let curves = metrics ? export.curves(in: store) : nil
    switch chosen {
    case .csv: try write(export.csv(), curves?.csv())
    case .jsonl: try write(export.jsonl(), curves?.jsonl())
    case .npz:
      try NPZArchive.write(export.arrays() + (curves?.arrays() ?? []), to: out!, compression: .deflated)
      note("\(out!): \(runs.count) runs")
    }
  }

  private func write(_ text: String, _ curves: String?) throws {
    guard let out else { return print(text, terminator: "") }
    try AtomicFile.write(text, to: out)
    note(out)
    if let curves {
      let path = Self.metricsPath(out)
      try AtomicFile.write(curves, to: path)
      note(path)
    }
  }

  /// `a/runs.csv` becomes `a/runs.metrics.csv`.
  static func metricsPath(_ path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return path + ".metrics" }
    let ending = name[dot...]
    return path.dropLast(ending.count) + ".metrics" + ending
  }
}

extension RunExport.Format: ExpressibleByArgument {}
