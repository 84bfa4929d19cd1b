import ArgumentParser
import Foundation
import Shallows

/// Runs that were recorded: what there is, what came out, and how configurations compare.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List, show, compare, export and delete recorded runs.",
    discussion: """
      A run is named NAME/HASH/SEED: its experiment, the first digits of its configuration's hash, and its seed, such as \
      widths/8f3a/7; its folder runs/widths/8f3a09c1d2e4/seed-0007 will do too.

      Figures are the numbers and words of results and settings by their paths, such as loss.final, testAccuracy or \
      data.name; where both have a name, result.width and settings.width tell them apart.
      """,
    subcommands: [
      RunsListCommand.self, RunsShowCommand.self, RunsCompareCommand.self, RunsExportCommand.self,
      RunsDeleteCommand.self, RunsIndexCommand.self,
    ])
}

extension RunStatus.State: ExpressibleByArgument {
  public static var allValueStrings: [String] { [completed, failed, interrupted, running].map(\.rawValue) }
}

/// Which runs a verb is about.
struct RunFilterOptions: ParsableArguments {
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only runs whose figure compares so: \"loss.final<1e-10\", \"method=pgd\", \"data.name~mnist\"; = != < <= > >= ~. Repeated: all must hold.",
      valueName: "CONDITION"))
  var conditions: [String] = []

  @Option(
    name: .customLong("state"),
    help: ArgumentHelp(
      "Only runs in this state: completed, failed, interrupted or \"in flight\". Repeatable.", valueName: "S"))
  var states: [RunStatus.State] = []

  @Option(name: .customLong("seed"), help: ArgumentHelp("Only runs of this seed. Repeatable.", valueName: "N"))
  var seeds: [UInt64] = []

  func validate() throws {
    for condition in conditions {
      do { _ = try RunCondition(condition) } catch { throw ValidationError("--where \(error)") }
    }
  }

  /// The filter; some run must have each figure.
  func filter(_ index: RunIndex, experiments: [String]) throws -> RunFilter {
    var filter = RunFilter()
    filter.experiments = experiments
    filter.conditions = try conditions.map { try RunCondition($0) }
    try index.check(filter.conditions.map(\.figure), filter.withoutConditions)
    filter.states = Set(states)
    filter.seeds = Set(seeds)
    return filter
  }
}

extension RunFilter {
  fileprivate var withoutConditions: RunFilter {
    var filter = self
    filter.conditions = []
    return filter
  }
}

extension StoreOptions {
  /// The index of the store, with what was damaged on standard error.
  func index(_ store: RunStore) throws -> RunIndex {
    let index = try RunIndex(store)
    report(index)
    return index
  }

  func report(_ index: RunIndex, after count: Int = 0) {
    for message in index.damaged.dropFirst(count).prefix(10) { note("damaged: \(message)") }
    let more = index.damaged.count - count - 10
    if more > 0 { note("damaged: and \(more) more") }
  }
}

/// Says how many of the runs that are meant are left out because they are not complete.
func noteOthers(
  than runs: [RecordedRun], _ filter: RunFilter, _ references: [RunReference], _ index: RunIndex
) throws {
  guard filter.states == [.completed] else { return }
  var others = filter
  others.states = [.failed, .interrupted, .running]
  let count = try index.select(["experiment", "path"], others).count { row in
    references.isEmpty || references.contains { $0.includes(experiment: row[0].cell, path: row[1].cell) }
  }
  if count > 0 { note("\(count) \(count == 1 ? "run is" : "runs are") not complete and left out.") }
}

/// The figures that people look at first in some experiments: of their sweeps, otherwise of their verbs.
func headline(of experiments: [String], verbs: Set<String>, in store: RunStore) -> [String] {
  var names: [String] = []
  for experiment in experiments {
    for name in (try? SweepPlan.headline(of: experiment, in: store)) ?? [] where !names.contains(name) {
      names.append(name)
    }
  }
  guard names.isEmpty else { return names }
  for verb in verbs.sorted() {
    for name in (try? RecordedVerbs.named(verb).headline) ?? [] where !names.contains(name) { names.append(name) }
  }
  return names
}

/// How wide a table may be.
var tableWidth: Int { max(Terminal.width(1, fallback: 120), 60) }
