import Foundation
import Shallows

/// What `shallows attack` prints for people: figures, the worst samples, the curve, the guarantee.
struct AttackText {
  let measurement: AttackMeasurement
  var trained: AttackRun.Trained?
  let totalSeconds: Double
  /// What was written, by the label of the line.
  let written: [(label: String, text: String)]

  private var task: AttackTask { measurement.task }
  private var plan: AttackPlan { measurement.plan }
  private var outcomes: [AttackOutcome] { measurement.outcomes }
  private var summary: AttackSummary { measurement.summary }

  func print() {
    for (label, text) in lines { Swift.print(hangingLine(label, text)) }
    Swift.print()
    if let trained { show(trained.table(after: measurement)) }
    show(mainTable)
    show(figureTable)
    if let (title, table) = worstTable {
      Swift.print(title)
      show(table)
    }
    if !measurement.levels.isEmpty {
      show(curveTable)
      Swift.print(
        TerminalPlot(
          attackPlot(measurement), width: min(Terminal.width(1), 76), height: 16, encoding: .detect(),
          usesColor: Terminal.usesColor(1)
        ).text())
    }
    let guarantee = measurement.result.guarantee
    guard !guarantee.checks.isEmpty else { return }
    Swift.print(guarantee.title)
    show(guaranteeTable(guarantee), terminator: "")
  }

  private func show(_ table: TextTable, terminator: String = "\n") {
    Swift.print(table.text(width: proseWidth, encoding: .detect()), terminator: terminator)
  }

  // MARK: Lines

  private var lines: [(String, String)] {
    var lines = [("data", data), ("model", model), ("attack", attack), ("method", method)]
    if let fates { lines.append(("classes", fates)) }
    lines.append(("time", "\(short(measurement.seconds)) s for the attack, \(short(totalSeconds)) s in all"))
    return lines + (task.notes + (trained?.training.notes ?? []) + notes).map { ("note", $0) } + written
  }

  private var data: String {
    let part = task.part == "all" ? "" : ", \(task.part) part"
    let outputs =
      task.classes.map { "\($0.count) classes" } ?? counted(task.targets.columns, "number") + " to predict"
    let sizes = "\(counted(outcomes.count, "sample")), \(counted(task.inputs.columns, "input"))"
    return "\(task.dataset.name)\(part): \(sizes), \(outputs)"
  }

  private var model: String {
    "\(task.path): \(counted(task.network.shape.hidden, "neuron")), \(task.network.activation.rawValue)"
  }

  private var attack: String {
    let radius = plan.name(plan.radius) + (plan.isDefault ? " (by default)" : "")
    let box = task.coordinates.box.map { "within \(short($0.lowerBound)) to \(short($0.upperBound))" } ?? "no box"
    return "\(plan.norm.rawValue), \(radius), in units of \(task.coordinates.description), \(box); "
      + "loss \(plan.loss.name)"
  }

  private var method: String {
    let settings = plan.settings
    var starts = ["zero"]
    if settings.branches { starts.append("branches") }
    if settings.randomStarts > 0 { starts.append("\(settings.randomStarts) random") }
    if settings.method == .fastGradient { return "fgm: one step" }
    let rule =
      switch settings.step {
      case .backtracking: ""
      case .fixed(let eta): ", step \(short(eta))"
      case .normalised(let share): ", step \(short(share)) eps"
      }
    let momentum = settings.momentum > 0 ? ", momentum \(short(settings.momentum))" : ""
    return "\(settings.method.rawValue)\(rule)\(momentum), starts: \(starts.joined(separator: ", ")), at most "
      + "\(settings.evaluations) gradients each, tolerance \(short(settings.tolerance)), seed \(settings.seed)"
  }

  private var fates: String? {
    guard task.classes != nil else { return nil }
    let right = outcomes.count - measurement.count(.wrongAlready)
    var text = "\(measurement.count(.turned)) of the \(right) that were right are turned"
    if plan.settings.certificate != .none { text += ", \(measurement.count(.certified)) cannot be" }
    return text + "; \(measurement.count(.wrongAlready)) were wrong already"
  }

  private var notes: [String] { limitNotes + exactNotes }

  private var limitNotes: [String] {
    let count = outcomes.count { $0.ending == .limit }
    guard count > 0, plan.settings.method != .fastGradient else { return [] }
    let activation = task.network.activation
    return [
      "\(counted(count, "sample")) stopped at --steps \(plan.settings.evaluations) gradients before the residual was "
        + "within tolerance: more steps may do" + (activation.isSmooth ? "" : ", or it is the kinks of \(activation)")
    ]
  }

  private var exactNotes: [String] {
    guard plan.settings.certificate == .exact else { return [] }
    let open = outcomes.count { outcome in
      guard let low = outcome.exactLower, let high = outcome.exactUpper else { return true }
      return high - low > 2e-6 * max(1, abs(high))
    }
    return open == 0
      ? []
      : [
        "of \(counted(open, "sample")) the exact maximum was not reached within \(plan.settings.nodes) nodes: --nodes "
          + "allows more, and fewer neurons need less"
      ]
  }

  // MARK: Tables

  /// Clean, attacked, certified: what most people want.
  private var mainTable: TextTable {
    let isCertified = plan.settings.certificate != .none
    var table = TextTable(
      [.init(""), .init("clean", .right), .init("attacked", .right)]
        + (isCertified ? [.init(task.classes == nil ? "bound" : "certified", .right)] : []))
    func row(_ name: String, _ cells: [String?]) {
      table.append([name] + cells.prefix(isCertified ? 3 : 2).map { $0 ?? "none" })
    }
    if summary.cleanAccuracy != nil {
      let shares = [summary.cleanAccuracy, summary.attackedAccuracy, summary.certifiedAccuracy]
      row("accuracy", shares.map { $0.map(percent) })
    }
    if let roots = measurement.rootMeanSquareErrors {
      let bound = measurement.rootMeanSquareBound(summary)
      row("root mean square error", [roots.clean, roots.attacked, bound].map { $0.map(short) })
    }
    row("mean loss", [summary.meanCleanLoss, summary.meanLoss, summary.meanBound].map { $0.map(short) })
    return table
  }

  private var figureTable: TextTable {
    var table = TextTable([.init("figure"), .init("value", .right), .init("meaning", wraps: true)])
    func row(_ name: String, _ value: String, _ meaning: String) { table.append([name, value, meaning]) }
    func quantiles(_ value: (AttackOutcome) -> Double?) -> AttackQuantiles? {
      AttackQuantiles(outcomes.compactMap(value).filter(\.isFinite))
    }
    if plan.settings.method != .fastGradient {
      row(
        "converged", percent(summary.convergedShare),
        "of the samples: the residual of first order is within tolerance")
    }
    let flat = outcomes.count { $0.ending == .flat }
    if flat > 0 { row("flat", "\(flat)", "of the samples: the gradient is zero, there is nothing to follow") }
    if outcomes.contains(where: { $0.order != nil }) {
      func count(_ order: AttackOutcome.Order) -> Int { outcomes.count { $0.order == order } }
      row(
        "maxima", percent(Double(count(.maximum)) / Double(outcomes.count)),
        "of the samples: the attack is a strict local maximum by the second-order condition; saddles: "
          + "\(count(.saddle)), undecided: \(outcomes.count - count(.maximum) - count(.saddle))")
    }
    if let kappa = quantiles(\.kappa) {
      row(
        "kappa", short(kappa.median),
        "median; quartiles \(short(kappa.lower)) and \(short(kappa.upper)), largest \(short(kappa.largest)); "
          + "below 1 at a maximum")
    }
    if let iterations = quantiles({ Double($0.iterations) }), let gradients = quantiles({ Double($0.evaluations) }) {
      row(
        "iterations", short(iterations.median),
        "median, of the best start; \(short(gradients.median)) gradients over all starts")
    }
    if let gap = quantiles(AttackMeasurement.gap) {
      row(
        "gap", short(gap.median),
        "median distance of the loss found from its upper bound; largest \(short(gap.largest))")
    }
    if let share = summary.globalShare {
      row("global", percent(share), "of the samples: the attack is proven to be the strongest there is")
    }
    if let radius = quantiles(\.certifiedRadius) {
      row(
        "radius", short(radius.median),
        "median certified radius: within it no attack changes the class; quartiles \(short(radius.lower)) and "
          + short(radius.upper))
    }
    return table
  }

  private var worstTable: (String, TextTable)? {
    let chosen = measurement.worst(5)
    guard !chosen.isEmpty else { return nil }
    let rows = AttackRows(measurement: measurement)
    let isClass = task.classes != nil
    let hasKappa = chosen.contains { outcomes[$0].kappa != nil }
    let hasBound = chosen.contains { outcomes[$0].bound != nil }
    var table = TextTable(
      [.init("sample", .right), .init(isClass ? "class" : "error"), .init("loss"), .init("length", .right)]
        + (hasKappa ? [.init("kappa", .right)] : []) + (hasBound ? [.init("bound", .right)] : []))
    for i in chosen {
      let outcome = outcomes[i]
      let change: String
      if isClass {
        let before = Self.clipped(rows.name(outcome.cleanClass))
        let after = Self.clipped(rows.name(outcome.attackedClass))
        change = before == after ? "\(before), still" : "\(before) -> \(after)"
      } else {
        let error = measurement.errors?[i]
        change = "\(error.map { short($0.clean) } ?? "") -> \(error.map { short($0.attacked) } ?? "")"
      }
      table.append(
        ["\(i + 1)", change, "\(short(outcome.cleanLoss)) -> \(short(outcome.loss))", short(outcome.length)]
          + (hasKappa ? [outcome.kappa.map(short) ?? ""] : []) + (hasBound ? [outcome.bound.map(short) ?? ""] : []))
    }
    let title = isClass ? "The worst of those that were right:" : "The worst:"
    return (title, table)
  }

  private static func clipped(_ name: String?) -> String {
    guard let name else { return "?" }
    return name.count > 20 ? name.prefix(17) + "..." : name
  }

  private var curveTable: TextTable {
    let isClass = task.classes != nil
    let isCertified = plan.settings.certificate != .none
    var columns: [TextTable.Column] = [
      .init(plan.isRatio ? "ratio" : "eps", .right), .init(isClass ? "attacked" : "error", .right),
    ]
    if isCertified { columns.append(.init(isClass ? "certified" : "bound", .right)) }
    columns += [.init("mean loss", .right)]
    if isCertified { columns.append(.init("bound", .right)) }
    columns += [.init("converged", .right), .init("kappa", .right)]
    var table = TextTable(columns)
    for level in measurement.levels {
      let summary = level.summary
      var cells = [short(level.radius)]
      if isClass {
        cells.append(summary.attackedAccuracy.map(percent) ?? "")
        if isCertified { cells.append(summary.certifiedAccuracy.map(percent) ?? "") }
      } else {
        cells.append(level.meanSquareError.map { short($0.squareRoot()) } ?? "")
        if isCertified { cells.append(measurement.rootMeanSquareBound(summary).map(short) ?? "none") }
      }
      cells.append(short(summary.meanLoss))
      if isCertified { cells.append(summary.meanBound.map(short) ?? "none") }
      cells += level.radius == 0 ? ["", ""] : [percent(summary.convergedShare), summary.largestKappa.map(short) ?? ""]
      table.append(cells)
    }
    return table
  }
}
