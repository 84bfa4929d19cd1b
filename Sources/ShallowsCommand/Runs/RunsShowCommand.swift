import ArgumentParser
import Foundation
import Shallows

struct RunsShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a run: settings, result, guarantee, curve, machine and command.",
    discussion: "RUN is NAME/HASH/SEED, such as widths/8f3a/7; the first digits of the hash are enough.")

  @Argument(help: ArgumentHelp("The run.", valueName: "RUN")) var name: String
  @OptionGroup var store: StoreOptions
  @Option(help: ArgumentHelp("The seed, where RUN does not say it.", valueName: "N")) var seed: UInt64?
  @Option(help: ArgumentHelp("The measurement to draw (default: loss).", valueName: "NAME")) var curve: String?
  @Flag(help: "Print one JSON object instead of text.") var json = false

  func run() throws {
    let store = try store.open()
    let reference = try RunReference(name, seed: seed, store: store)
    let path = try store.path(ofOne: reference)
    let folder = RunFolder(path: "\(store.folder(of: reference.experiment))/\(path)")
    guard var recorded = try RecordedRun(folder: folder, experiment: reference.experiment, path: path) else {
      throw CommandError("\(folder.path): no run")
    }
    recorded.status.state = try store.state(of: recorded)
    let environment = try folder.environment() ?? .null
    let lines = MetricsLog.read(folder.metricsPath)
    if json { return print(try Self.json(recorded, environment, lines), terminator: "") }
    try RunPage(run: recorded, folder: folder, environment: environment, lines: lines, curve: curve).print()
  }

  private static func json(_ run: RecordedRun, _ environment: JSONValue, _ lines: [JSONValue]) throws -> String {
    let object: JSONValue = [
      "experiment": .string(run.experiment), "path": .string(run.path), "verb": .string(run.verb),
      "schema": .integer(Int64(run.schema)), "seed": JSONValue(seed: run.seed),
      "status": try JSONValue(encoding: run.status), "settings": run.settings, "environment": environment,
      "command": .array(run.command.map { .string($0) }), "result": run.result, "metrics": .array(lines),
    ]
    return object.prettyText
  }
}

/// A run for people.
struct RunPage {
  let run: RecordedRun
  let folder: RunFolder
  let environment: JSONValue
  let lines: [JSONValue]
  let curve: String?

  func print() throws {
    Swift.print(folder.path)
    var head = [("state", state), ("begun", run.status.started + attempts)]
    if let message = run.status.message { head.append(("failure", message)) }
    if !run.command.isEmpty {
      head.append(("command", "shallows " + run.command.map(shellWord).joined(separator: " ")))
    }
    if let text = machine { head.append(("machine", text)) }
    show(head)
    section("Settings (\(run.verb), version \(run.schema))", run.settings.flattened().map { ($0.path, $0.value.cell) })
    let prose: Set<Substring> = ["statement", "source"]
    section(
      "Result",
      run.result.flattened().filter {
        !$0.path.hasPrefix("guarantee.") && !prose.contains($0.path.split(separator: ".").last ?? "")
      }.map { ($0.path, RunListing.shown($0.value)) })
    if let timings = run.status.timings {
      section("Timings", timings.sorted { $0.key < $1.key }.map { ($0.key, short($0.value)) })
    }
    if let guarantee {
      Swift.print("\n" + guarantee.title)
      Swift.print(
        guaranteeTable(guarantee).text(width: proseWidth, encoding: .detect()),
        terminator: "")
    }
    try showCurve()
  }

  private var state: String {
    run.status.state.rawValue + (run.status.seconds.map { " after \(short($0)) s" } ?? "")
  }

  private var attempts: String {
    run.status.attempts > 1 ? ", attempt \(run.status.attempts); first \(run.status.firstStarted)" : ""
  }

  private var machine: String? {
    guard environment != .null else { return nil }
    var parts = [environment["machine"]?["host"], environment["machine"]?["processor"]].compactMap { $0?.cell }
    if let threads = environment["machine"]?["threads"]?.cell { parts.append("\(threads) threads") }
    if let version = environment["version"]?.cell { parts.append("version \(version)") }
    if let commit = environment["commit"]?.stringValue {
      parts.append("commit \(commit.prefix(12))\(environment["dirty"] == true ? ", changed since" : "")")
    }
    return parts.joined(separator: ", ")
  }

  /// The checks of the result, if it has any.
  private var guarantee: Guarantee? {
    guard let found = run.result["guarantee"] else { return nil }
    if let whole = try? found.decoded(as: Guarantee.self) { return whole }
    return (try? found.decoded(as: [Check].self)).map { Guarantee(title: "Guarantee", checks: $0) }
  }

  private func section(_ title: String, _ rows: [(String, String)]) {
    guard !rows.isEmpty else { return }
    Swift.print("\n" + title)
    show(rows, indent: "  ")
  }

  private func show(_ rows: [(String, String)], indent: String = "") {
    let width = (rows.map(\.0.count).max() ?? 0) + 2
    for (name, text) in rows {
      Swift.print(
        indent + Terminal.printable(name).padding(toLength: width, withPad: " ", startingAt: 0)
          + Terminal.printable(text))
    }
  }

  private func showCurve() throws {
    let names = Set(lines.flatMap { $0.objectValue.map { Array($0.keys) } ?? [] }).subtracting(["iteration"])
    if let curve, !names.contains(curve) {
      throw CommandError(
        names.isEmpty
          ? "--curve \(curve): the run has no measurements"
          : "--curve \(curve): not measured; there are \(names.sorted().joined(separator: ", "))")
    }
    let usual = names.subtracting(["seconds"]).sorted()
    guard let name = curve ?? (names.contains("loss") ? "loss" : usual.first) else { return }
    let points = lines.compactMap { line -> Point? in
      guard let x = line["iteration"]?.numericValue, let y = line[name]?.numericValue else { return nil }
      return Point(x, y)
    }
    guard points.count > 1 else { return }
    let isPositive = points.allSatisfy { !$0.y.isFinite || $0.y > 0 }
    Swift.print()
    Swift.print(
      TerminalPlot(
        Plot(x: Axis("iteration"), y: Axis(name, scale: isPositive ? .log10 : .linear), series: [.line(nil, points)]),
        width: min(Terminal.width(1), 76), height: 14, encoding: .detect(), usesColor: Terminal.usesColor(1)
      ).text(), terminator: "")
  }
}
