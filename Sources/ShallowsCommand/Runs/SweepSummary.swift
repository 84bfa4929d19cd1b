import Foundation
import Shallows

extension SweepSession {
  /// The medians over seeds of the figures that people look at first, point by point.
  func printTable() throws {
    let table = try RunTable(plan, in: store)
    let chosen = plan.headline.filter(table.figures.contains)
    guard !table.rows.isEmpty else { return }
    var text = TextTable(
      plan.axes.map { .init($0) } + [.init("seeds", .decimal)] + chosen.map { .init($0, .decimal) })
    for (point, rows) in table.points {
      let cells = chosen.map { figure in
        RunTable.sample(figure, of: rows).map { short(SampleSummary($0).median) } ?? ""
      }
      text.append(plan.axes.map { point[$0]?.cell ?? "" } + ["\(rows.count)"] + cells)
    }
    Swift.print(text.text(width: max(Terminal.width(1, fallback: 110), 60), encoding: .detect()), terminator: "")
    Swift.print("Medians over seeds; \(table.figures.count) figures a run are in \(folder)/table.csv and summary.csv.")
  }

  /// The sweep as one object: how it ended and the statistics over seeds of every figure.
  func json(_ tally: SweepTally) throws -> String {
    let table = try RunTable(plan, in: store)
    let points = try table.points.map { point, rows -> JSONValue in
      var figures: [String: JSONValue] = [:]
      for figure in table.figures {
        if let sample = RunTable.sample(figure, of: rows) {
          figures[figure] = try JSONValue(encoding: SampleSummary(sample))
        }
      }
      return ["point": .object(point), "seeds": .integer(Int64(rows.count)), "figures": .object(figures)]
    }
    let states = RunStatus.State.allCases.map { ($0.rawValue, JSONValue.integer(Int64(tally[$0]))) }
    let failures = tally.failures.map { run, message -> JSONValue in
      ["path": .string(run.path), "message": .string(message)]
    }
    let object: JSONValue = [
      "name": .string(plan.name), "verb": .string(plan.verb), "folder": .string(folder),
      "axes": .array(plan.axes.map { .string($0) }), "runs": .integer(Int64(plan.runs.count)),
      "states": .object(Dictionary(uniqueKeysWithValues: states)),
      "failures": .array(failures.sorted { $0.text < $1.text }), "points": .array(points),
    ]
    return String(object.prettyText.dropLast())
  }
}
