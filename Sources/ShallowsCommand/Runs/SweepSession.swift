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

  init(plan: SweepPlan, store: RunStore, command: String) {
    self.plan = plan
    self.store = store
    self.command = command
  }

  var folder: String { store.folder(of: plan.name) }

  /// Runs the sweep and writes its tables.
  ///
  /// - Throws: `ExitCode` 75 after an interruption; errors of the store.
  func run(_ body: @escaping RunBody) throws -> SweepTally {
    try plan.writeRecord(in: store)
    let before = try SweepTally(plan, in: store)
    if plan.repeated > 0, !quiet { note("\(plan.repeated) runs stand in the sweep twice; each is run once.") }
    if before[.completed] > 0, !quiet { note("\(plan.name): \(plan.runs.count) runs, \(before.text).") }

    let interruption = Interruption()
    var runner = SweepRunner(store)
    runner.workers = jobs ?? Parallel.threads
    runner.failFast = failFast
    runner.cancellation = interruption.cancellation
    let reporter = ProgressReporter(
      plan.name, total: plan.runs.count - before[.completed], style: .automatic(quiet: quiet))
    runner.progress = { run, end in
      if end == .alreadyCompleted { return }
      if case .failed(let message) = end {
        reporter.message("failed: \(run.path), seed \(run.seed): \(message)")
      }
      if end != .interrupted { reporter.advance() }
    }
    runner.waiting = { count in
      reporter.message("\(count) runs are in flight in another process; waiting for them")
    }
    do {
      try runner.run(plan, body: body)
      reporter.finish()
    } catch let failure as AtomicFile.Failure {
      reporter.finish()
      let cure = failure.isFullDisk ? "make space" : "mend that"
      throw CommandError("\(failure). Nothing is damaged: \(cure), and the same command continues.\n  \(command)")
    }
    let tally = try SweepTally(plan, in: store)
    if tally[.completed] > 0 { try writeTables() }
    if interruption.wasReceived {
      note("Interrupted: \(tally[.completed]) of \(plan.runs.count) runs are complete. To continue:\n  \(command)")
      throw ExitCode(75)
    }
    if tellsEnd, !quiet || tally[.failed] > 0 { report(tally) }
    return tally
  }

  private func writeTables() throws {
    let table = try RunTable(plan, in: store)
    try AtomicFile.write(table.csv(), to: folder + "/table.csv")
    try AtomicFile.write(table.summaryCSV(), to: folder + "/summary.csv")
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
