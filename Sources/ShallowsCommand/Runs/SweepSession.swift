import ArgumentParser
import Foundation
import Shallows

/// One command's work on a sweep: runs what is left, with progress; writes the tables; says how it ended.
struct SweepSession {
  let plan: SweepPlan
  let store: RunStore
  /// What continues an interrupted sweep.
  let command: String
  var jobs: Int?
  var failFast = false
  var quiet = false
  /// Whether to say how many runs ended how.
  var tellsEnd = true
  let interruption: Interruption
  /// The other processes, where this is the first of several.
  var team: RankTeam?

  init(plan: SweepPlan, store: RunStore, command: String, interruption: Interruption = Interruption()) {
    self.interruption = interruption
    self.plan = plan
    self.store = store
    self.command = command
  }

  var folder: String { store.folder(of: plan.name) }

  /// Runs the sweep and writes its tables.
  ///
  /// - Throws: `ExitCode` 75 after an interruption; errors of the store.
  func run(_ body: @escaping RunBody) throws -> SweepTally {
    do { return try perform(body) } catch let failure as AtomicFile.Failure {
      throw CommandError("\(failure)\(Self.advice(failure, command))")
    }
  }

  /// What to do about a store that cannot be written to; nothing about other errors.
  private static func advice(_ error: any Error, _ command: String) -> String {
    guard let failure = error as? AtomicFile.Failure else { return "" }
    let cure = failure.isFullDisk ? "make space" : "mend that"
    return ". Nothing is damaged: \(cure), and the same command continues.\n  \(command)"
  }

  private func perform(_ body: @escaping RunBody) throws -> SweepTally {
    try store.writeShared(of: plan.name) { try plan.writeRecord(in: store) }
    let before = try SweepTally(plan, in: store)
    if plan.repeated > 0, !quiet {
      note("\(plan.repeated) runs have the settings and seed of another; each is run once.")
    }
    if before[.completed] > 0, !quiet { note("\(plan.name): \(plan.runs.count) runs, \(before.text).") }

    var runner = makeRunner()
    let reporter = ProgressReporter(
      plan.name, total: plan.runs.count - before[.completed], style: .automatic(quiet: quiet))
    let hear: @Sendable (String, RunStore.End) -> Void = { path, end in
      if end == .alreadyCompleted { return }
      if case .failed(let message) = end { reporter.message("failed: \(path): \(message)") }
      if end != .interrupted { reporter.advance() }
    }
    runner.progress = { run, end in hear(run.path, end) }
    runner.waiting = { count in
      reporter.message("\(count) runs are in flight in another process; waiting for them")
    }
    defer { reporter.finish() }
    if let team {
      try team.begin(open: plan.open(in: store), heard: hear)
      let mine = Result { try runner.run(plan, dispatcher: team, body: body) }
      let others = Result { try team.gather() }
      try mine.get()
      do { try waitToSee(others.get()) } catch let problem as RankTeam.Problem { throw CommandError("\(problem)") }
    } else {
      try runner.run(plan, body: body)
    }
    reporter.finish()
    let tally = try SweepTally(plan, in: store)
    if tally[.completed] > 0 { try writeTables() }
    if team?.stoppedBySignal ?? interruption.wasReceived {
      note("Interrupted: \(tally[.completed]) of \(plan.runs.count) runs are complete. To continue:\n  \(command)")
      throw ExitCode(75)
    }
    if tellsEnd, !quiet || tally[.failed] > 0 { report(tally) }
    return tally
  }

  private func makeRunner() -> SweepRunner {
    var runner = SweepRunner(store)
    runner.workers = jobs ?? Parallel.threads
    runner.failFast = failFast
    runner.cancellation = interruption.cancellation
    return runner
  }

  /// The work of a rank that is not the first: whatever there is to say goes to that one.
  func follow(_ team: RankTeam, _ body: @escaping RunBody) {
    var runner = makeRunner()
    runner.progress = team.report
    do {
      try runner.run(plan, dispatcher: team, body: body)
      team.finish(nil)
    } catch {
      team.finish("\(error)\(Self.advice(error, command))")
    }
  }

  /// Waits until the runs that other machines have completed are complete from here: a network file system may take up
  /// to a minute to show them.
  private func waitToSee(_ paths: [String]) throws {
    let limit = ContinuousClock.now + .seconds(90)
    for path in paths {
      let folder = RunFolder(path: "\(self.folder)/\(path)")
      while folder.status()?.state != .completed {
        guard ContinuousClock.now < limit else {
          throw CommandError(
            "\(folder.path): another rank has completed this run, which is not to be seen from \(Machine.current.host): "
              + "the folder of the runs must be the same one on all machines")
        }
        Thread.sleep(forTimeInterval: 0.5)
      }
    }
  }

  private func writeTables() throws {
    try store.writeShared(of: plan.name) {
      // Read in here: a command that was stopped early must not write over the table of one that had more.
      let table = try RunTable(plan, in: store)
      try AtomicFile.write(table.csv(), to: folder + "/table.csv")
      try AtomicFile.write(table.summaryCSV(), to: folder + "/summary.csv")
    }
  }

  private func report(_ tally: SweepTally) {
    if tally[.failed] > 0 {
      note("\(plan.name): \(tally.text). The same command tries the failed ones again.")
      for (run, message) in tally.failures.sorted(by: { $0.key.path < $1.key.path }).prefix(5) {
        note("  \(store.folder(of: run, in: plan.name).path): \(message)")
      }
      if tally.failures.count > 5 { note("  and \(tally.failures.count - 5) more") }
    } else {
      note("\(plan.name): \(tally.text). Table: \(folder)/table.csv")
    }
  }
}
