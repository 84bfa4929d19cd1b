import ArgumentParser
import Foundation
import Shallows

struct RunsDeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete runs, configurations or experiments.",
    discussion: """
      Each is NAME, NAME/HASH or NAME/HASH/SEED; with conditions only those of its runs that meet them. Runs in flight \
      stay. An experiment's folder goes with its last run, unless it holds files of yours. Asks first; where there is \
      no terminal to ask on, --yes is needed.
      """)

  @Argument(help: ArgumentHelp("What to delete.", valueName: "RUNS")) var names: [String]
  @OptionGroup var store: StoreOptions
  @OptionGroup var filter: RunFilterOptions
  @Flag(name: [.customShort("n"), .long], help: "Say what would be deleted, and stop.") var dryRun = false
  @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false

  func run() throws {
    let store = try store.open()
    let references = try names.map { try RunReference($0, store: store) }
    for reference in references where !reference.hash.isEmpty {
      let hashes = Set(try store.paths(reference).map { $0.prefix { $0 != "/" } })
      guard hashes.count == 1 else {
        throw CommandError(
          "\(reference): several configurations begin so: \(hashes.sorted().prefix(8).joined(separator: ", ")); give more digits"
        )
      }
    }
    let runs = try chosen(references, store)
    let experiments = Set(references.map(\.experiment)).sorted()
    for experiment in experiments {
      let paths = runs.filter { $0.experiment == experiment }.map(\.path)
      let total = store.runCount(of: experiment)
      print(
        "\(store.folder(of: experiment)): \(paths.count == total ? "all \(total)" : "\(paths.count) of \(total)") runs")
      for path in paths.prefix(5) where paths.count < total { print("  \(path)") }
      if paths.count < total, paths.count > 5 { print("  and \(paths.count - 5) more") }
    }
    if dryRun { return print("Nothing was deleted.") }
    try confirm(runs.count)
    var (deleted, inFlight) = (0, 0)
    for run in runs {
      switch try store.delete(run.path, of: run.experiment) {
      case .deleted: deleted += 1
      case .inFlight:
        inFlight += 1
        note("in flight, not deleted: \(run.experiment)/\(run.path)")
      case .absent: break
      }
    }
    for experiment in experiments {
      guard let others = try store.deleteFolder(of: experiment), !others.isEmpty else { continue }
      note(
        "\(store.folder(of: experiment)) stays: it holds \(others.prefix(5).joined(separator: ", "))\(others.count > 5 ? ", ..." : "")"
      )
    }
    // The index follows, so that the next list need not.
    _ = try RunIndex(store)
    print("\(deleted) \(deleted == 1 ? "run" : "runs") deleted.")
    if inFlight > 0 { throw ExitCode(1) }
  }

  /// Without conditions damaged runs, of which the index knows nothing, go too.
  private func chosen(_ references: [RunReference], _ store: RunStore) throws -> [(experiment: String, path: String)] {
    var chosen: [(experiment: String, path: String)] = []
    var seen: Set<String> = []
    func add(_ experiment: String, _ path: String) {
      if seen.insert("\(experiment)/\(path)").inserted { chosen.append((experiment, path)) }
    }
    if filter.conditions.isEmpty && filter.states.isEmpty && filter.seeds.isEmpty {
      for reference in references {
        for path in try store.paths(reference) { add(reference.experiment, path) }
      }
      return chosen
    }
    for reference in references { _ = try store.paths(reference) }
    let index = try self.store.index(store)
    let filter = try filter.filter(index, experiments: Set(references.map(\.experiment)).sorted())
    for row in try index.select(["experiment", "path"], filter)
    where references.contains(where: { $0.includes(experiment: row[0].cell, path: row[1].cell) }) {
      add(row[0].cell, row[1].cell)
    }
    return chosen
  }

  private func confirm(_ count: Int) throws {
    if yes { return }
    guard Terminal.isTerminal(0) else {
      throw CommandError("nothing was deleted: there is no terminal to ask on; --yes deletes without asking")
    }
    FileHandle.standardError.write(Data("Delete \(count == 1 ? "this run" : "these \(count) runs")? [y/N] ".utf8))
    let answer = readLine()?.trimmingCharacters(in: .whitespaces).lowercased() ?? ""
    guard ["y", "yes"].contains(answer) else { throw CommandError("nothing was deleted") }
  }
}
