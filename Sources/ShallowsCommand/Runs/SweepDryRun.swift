import Foundation
import Shallows

/// What a sweep would run and why, as a table: one row for each point.
struct SweepDryRun {
  let plan: SweepPlan
  let store: RunStore

  func print() throws {
    var table = TextTable(
      plan.axes.map { .init($0) } + [.init("seeds", .decimal), .init("to run", .decimal), .init("why", wraps: true)])
    var total = 0
    for (_, runs) in grouped(plan.runs.map { ($0.configuration, $0) }) {
      let states = try runs.map { try store.state(of: $0, in: plan.name) }
      var counts: [RunStatus.State: Int] = [:]
      for state in states { counts[state, default: 0] += 1 }
      let open = runs.count - (counts[.completed] ?? 0) - (counts[.running] ?? 0)
      total += open
      let reasons = RunStatus.State.allCases.compactMap { state in counts[state].map { "\($0) \(Self.reason(state))" } }
      table.append(
        plan.axes.map { runs[0].point[$0]?.cell ?? "" }
          + ["\(runs.count)", "\(open)", reasons.joined(separator: "; ")])
    }
    Swift.print(
      table.text(width: proseWidth, encoding: .detect()), terminator: "")
    let first =
      plan.runs.first.map { "\nThe first of all is: shallows " + $0.command.map(shellWord).joined(separator: " ") }
      ?? ""
    if plan.repeated > 0 {
      Swift.print("\(plan.repeated) runs have the settings and seed of another; each is run once.")
    }
    Swift.print("\(total) of \(plan.runs.count) runs would be run, in \(store.folder(of: plan.name)).\(first)")
  }

  private static func reason(_ state: RunStatus.State) -> String {
    switch state {
    case .completed: "complete"
    case .failed: "failed before"
    case .interrupted: "interrupted before"
    case .running: "in flight elsewhere"
    case .planned: "new"
    }
  }
}
