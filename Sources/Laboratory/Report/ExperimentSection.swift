import Foundation
import Randomness

/// One experiment on the page.
struct ExperimentSection {
  typealias Context = ReportPage.Context

  let experiment: ReportedExperiment
  let anchor: String
  let showsTimes: Bool
  /// Lines of one metric on the whole page, by which the points are shared out.
  let lines: Int

  private static let noCommand = "These runs were made by a program that left no command."

  var context: Context {
    let table = experiment.table
    let headline = experiment.headlineFigures(table)
    let unfinished = experiment.runs.filter { $0.status.state != .completed }
    var context: Context = [
      "anchor": anchor, "name": experiment.name, "folder": experiment.folder,
      "verb": experiment.verbs.joined(separator: ", "), "states": ReportPage.states(experiment),
      "varied": experiment.axes.map { axis -> Context in
        let values = experiment.values(of: axis).map(\.cell)
        let more = values.count > 40 ? " and \(values.count - 40) more" : ""
        return ["axis": axis, "values": values.prefix(40).joined(separator: ", ") + more]
      },
      "variedAny": !experiment.axes.isEmpty,
      "common": experiment.commonSettings.map { ["path": $0.path, "value": $0.value.cell] },
      "seeds": seedList, "environments": environments,
      "failures": unfinished.filter { $0.status.state == .failed }.map(runRow),
      "failuresAny": unfinished.contains { $0.status.state == .failed },
      "unfinished": unfinished.filter { $0.status.state != .failed }.map(runRow),
      "unfinishedAny": unfinished.contains { $0.status.state != .failed },
      "configurations": configurations,
    ]
    if experiment.leftOut > 0 { context["leftOut"] = experiment.leftOut }
    if !headline.isEmpty { context["headline"] = headlineTable(headline) }
    let tally = GuaranteeTally(experiment)
    if !tally.checks.isEmpty { context["guarantee"] = guarantee(tally) }
    let results = headline.filter { figure in Set(table.rows.map { $0.figures[figure] }).count > 1 }
      .compactMap { ReportFigure($0, of: experiment) }
    let curves = MetricCurves.all(experiment, store: experiment.folder) { metrics in
      min(200, max(30, ReportPage.pointBudget / max(1, lines * metrics)))
    }
    .map { ReportFigure($0, of: experiment) }
    context["figuresAny"] = !results.isEmpty || !curves.isEmpty
    context["figures"] = (results + curves).enumerated().map { figure($1, "\(anchor)-figure-\($0 + 1)") }
    return context
  }

  private var seedList: String {
    let seeds = Set(experiment.runs.map(\.seed)).sorted()
    if seeds.count > 2, let first = seeds.first, let last = seeds.last, last - first == seeds.count - 1 {
      return "\(first) to \(last)"
    }
    return seeds.prefix(40).map { "\($0)" }.joined(separator: ", ") + (seeds.count > 40 ? ", …" : "")
  }

  // MARK: Results

  /// Median, its interval and mean of each figure, point by point.
  private func headlineTable(_ figures: [String]) -> Context {
    let bootstrap = Bootstrap(resamples: 2000, method: .percentile, stream: RandomStream(seed: 1))
    let shown = experiment.configurations.filter { !$0.completed.isEmpty }
    return [
      "figures": figures.map { ["name": $0] }, "axes": experiment.axes.map { ["name": $0] },
      "rows": shown.map { configuration -> Context in
        let rows = configuration.completed.map { RunTable.figures(of: $0.result) }
        let cells = figures.map { figure -> Context in
          let values = rows.compactMap { $0[figure]?.numericValue }
          let median = Statistic.median.value(of: values)
          let interval = values.count > 1 ? bootstrap.interval(of: .median, in: values) : nil
          return [
            "median": values.isEmpty ? "" : ReportPage.number(median),
            "interval": interval.map { ReportPage.range(Self.ordered($0.lower, $0.upper)) } ?? "",
            "mean": values.isEmpty ? "" : ReportPage.number(Statistic.mean.value(of: values)),
          ]
        }
        return [
          "point": experiment.axes.map { ["value": configuration.point[$0]?.cell ?? ""] }, "seeds": rows.count,
          "cells": cells,
        ]
      },
    ]
  }

  private static func ordered(_ a: Double, _ b: Double) -> ClosedRange<Double>? { a <= b ? a...b : nil }

  private func figure(_ figure: ReportFigure, _ id: String) -> Context {
    let runs = figure.configurations.map { experiment.configurations[$0].runs }
    return [
      "id": id, "title": figure.title, "caption": figure.caption, "single": figure.panels.count == 1,
      "wide": figure.wide.map { ReportPage.Markup(renderText: $0) },
      "narrow": figure.narrow.map { ReportPage.Markup(renderText: $0) }, "file": figure.file,
      "data": ReportPage.Markup(renderText: "data:text/csv;base64," + Data(figure.csv.utf8).base64EncodedString()),
      "size": ByteCount.text(figure.csv.utf8.count), "commands": RunCommands.lines(runs) ?? Self.noCommand,
    ]
  }

  // MARK: Guarantees

  private func guarantee(_ tally: GuaranteeTally) -> Context {
    let single = tally.runs == 1
    let rows = tally.checks.map { check -> Context in
      let others = check.statements.dropFirst().map { ["text": $0.text, "count": $0.count] as Context }
      return [
        "name": check.name, "statement": check.statements.first?.text ?? "", "source": check.source,
        "others": Array(others.prefix(10)), "othersAny": !others.isEmpty, "othersCount": others.count,
        "holds": check.holds, "fails": check.fails, "vacuous": check.vacuous,
        "verdict": check.holds > 0 ? "holds" : check.fails > 0 ? "fails" : "vacuous",
        "class": check.holds > 0 ? "good" : check.fails > 0 ? "bad" : "open",
        "measured": ReportPage.range(check.measured), "bound": ReportPage.range(check.bound),
      ]
    }
    var context: Context = ["checks": rows, "single": single, "many": !single, "runs": tally.runs]
    let shown = experiment.configurations.indices.filter { i in tally.checks.contains { $0.byConfiguration[i] != nil } }
    if shown.count > 1 {
      context["matrix"] =
        [
          "axes": experiment.axes.map { ["name": $0] }, "names": tally.checks.map { ["name": $0.name] },
          "rows": shown.map { i -> Context in
            [
              "point": experiment.axes.map { ["value": experiment.configurations[i].point[$0]?.cell ?? ""] },
              "cells": tally.checks.map { Self.cell($0.byConfiguration[i]) },
            ]
          },
        ] as Context
    }
    return context
  }

  private static func cell(_ counts: (holds: Int, fails: Int, vacuous: Int)?) -> Context {
    guard let counts else { return ["text": "", "class": "open"] }
    let parts = [(counts.holds, "✓"), (counts.fails, "✗"), (counts.vacuous, "–")].filter { $0.0 > 0 }
    return [
      "text": parts.map { "\($0.0) \($0.1)" }.joined(separator: "  "),
      "class": counts.fails > 0 ? "bad" : counts.holds > 0 ? "good" : "open",
    ]
  }

  // MARK: Runs and settings

  private func runRow(_ run: RecordedRun) -> Context {
    [
      "path": run.path, "seed": run.seed, "state": run.status.state.rawValue, "class": ReportPage.css(run.status.state),
      "message": run.status.message ?? "", "command": RunCommands.line([run]) ?? "",
    ]
  }

  private var configurations: [Context] {
    let common = Set(experiment.commonSettings.map(\.path))
    return experiment.configurations.map { configuration -> Context in
      let own = configuration.settings.flattened().filter { !common.contains($0.path) }
      let name = Facets.name(configuration.point, experiment.axes)
      var states: [RunStatus.State: Int] = [:]
      for run in configuration.runs { states[run.status.state, default: 0] += 1 }
      let counts = RunStatus.State.allCases.compactMap { state in states[state].map { "\($0) \(state.rawValue)" } }
      return [
        "hash": configuration.hash, "name": name.isEmpty ? configuration.verb : name,
        "states": counts.joined(separator: ", "), "ownAny": !own.isEmpty,
        "settings": own.map { ["path": $0.path, "value": $0.value.cell] },
        "command": RunCommands.line(configuration.runs) ?? Self.noCommand,
      ]
    }
  }

  private var environments: [Context] {
    experiment.environments.map { environment, paths -> Context in
      guard let known: RunEnvironment = try? environment.decoded() else {
        return ["host": "unknown", "runs": paths.count]
      }
      let machine = known.machine
      return [
        "runs": paths.count, "version": known.version, "commit": String((known.commit ?? "not known").prefix(12)),
        "dirty": known.dirty ?? false, "host": machine.host, "system": machine.system, "processor": machine.processor,
        "cores": machine.cores, "threads": machine.threads,
        "memory": ByteCount.text(Int(clamping: machine.memoryBytes)),
        "libraries": known.libraries.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(
          separator: "; "),
        "which": paths.count == experiment.runs.count ? "all" : Self.listed(paths),
      ]
    }
  }

  private static func listed(_ paths: [String]) -> String {
    paths.prefix(6).joined(separator: ", ") + (paths.count > 6 ? ", …" : "")
  }
}

/// Sizes for people.
enum ByteCount {
  /// `812 bytes`, `12 kB`, `23.5 GB`.
  static func text(_ bytes: Int) -> String {
    if bytes < 1000 { return "\(bytes) bytes" }
    let units = ["kB", "MB", "GB", "TB"]
    var value = Double(bytes) / 1000
    var unit = 0
    while value >= 999.5, unit + 1 < units.count {
      value /= 1000
      unit += 1
    }
    return String(format: value < 10 ? "%.1f" : "%.0f", value) + " " + units[unit]
  }
}
