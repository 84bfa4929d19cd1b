import Foundation
import Shallows

/// What `shallows recover` prints for people: the verdict, figures, the weights where they are few, the guarantee.
struct RecoverSummary {
  let outcome: RecoverOutcome
  let totalSeconds: Double
  let saved: String?
  let written: String?

  private var result: RecoveryResult { outcome.result }
  private var network: ReLUNetwork { outcome.result.network }
  private var spectral: SpectralResult { outcome.result.spectral }

  func print() {
    let judgement = outcome.judgement
    var lines = [("verdict", judgement.verdict.rawValue.uppercased())]
    lines += judgement.reasons.map { ("reason", $0) } + judgement.hints.map { ("hint", $0) }
    lines += [("data", data), ("neurons", neurons), ("method", method), ("time", time)]
    if let saved { lines.append(("saved", "\(saved): model.safetensors, config.json, report.json")) }
    if let written { lines.append(("written", "\(written): arrays x and y")) }
    for (label, text) in lines { Swift.print(hangingLine(label, text)) }
    Swift.print()
    show(figureTable())
    if let tables = weightTables() {
      for (title, table) in tables {
        Swift.print(title)
        show(table)
      }
    } else {
      Swift.print("W (\(network.neurons) x \(network.inputs)) and A (\(network.outputs) x \(network.neurons)) are too "
        + "wide to be shown here: --json prints them, --save keeps them.\n")
    }
    Swift.print(outcome.guarantee.title)
    Swift.print(guaranteeTable(outcome.guarantee).text(width: proseWidth, encoding: .detect()))
  }

  private func show(_ table: TextTable) {
    Swift.print(table.text(width: proseWidth, encoding: .detect()))
  }

  // MARK: Lines

  private var data: String {
    let sizes = "\(counted(result.samples, "sample")), \(counted(network.inputs, "input")), "
      + counted(network.outputs, "output")
    guard let truth = outcome.truth else { return "\(outcome.samples.name): \(sizes)" }
    return "planted: \(sizes); \(truth.distribution) inputs, \(counted(truth.network.neurons, "neuron")), noise variance "
      + short(truth.noise)
  }

  private var neurons: String {
    let count = result.diagnostics.neurons
    let k = count.neurons
    func value(_ i: Int) -> String { short(count.singularValues[i]) }
    var text = spectral.choice == nil ? "\(network.neurons), as given; \(k)" : "\(network.neurons): so many"
    text += " singular values of E[y x^T] stand out of the noise"
    guard k > 0 else { return text }
    text += " (the last is \(value(k - 1))"
    if k < count.singularValues.count, k < count.noiseLevels.count {
      text += ", the next \(value(k)) where chance makes up to \(short(count.noiseLevels[k]))"
    }
    return text + ")"
  }

  private var method: String {
    let settings = result.settings.spectral
    let unit = settings.slope == 0 ? "ReLU" : "leaky ReLU of slope \(short(settings.slope))"
    var parts = ["moments"]
    if settings == Self.literal(like: settings) {
      parts = ["moments in the paper's form"]
    } else {
      if !settings.whitens { parts.append("not whitened") }
      if settings.splits { parts.append("samples split") }
      if case .pencil = settings.diagonalization { parts.append("directions from X Y^-1") }
      if !settings.polishes { parts.append("not polished") }
    }
    if let refinement = result.refinement {
      parts.append("refined by least squares (\(counted(refinement.iterations, "iteration")))")
    }
    return "\(unit), \(parts.joined(separator: ", ")), seed \(result.settings.seed)"
  }

  private static func literal(like settings: SpectralSettings) -> SpectralSettings {
    var literal = SpectralSettings.literal
    literal.neurons = settings.neurons
    literal.slope = settings.slope
    literal.seed = settings.seed
    return literal
  }

  private var time: String {
    "\(short(result.recoverySeconds)) s for the moments, \(short(totalSeconds)) s in all"
  }

  // MARK: Tables

  private func figureTable() -> TextTable {
    var table = TextTable([.init("figure"), .init("value", .right), .init("meaning", wraps: true)])
    func row(_ name: String, _ value: Double?, _ meaning: String) {
      table.append([name, value.map(short) ?? "none", meaning])
    }
    let (diagnostics, error) = (result.diagnostics, result.diagnostics.error)
    row("gap", spectral.gap, "of T's singular values at its null space: above 3 it is clear, below 1.3 there is none")
    row("condition of C", spectral.inputCondition, "of E[x x^T]")
    row("condition of W", try? SVD(network.hidden).conditionNumber, "of the recovered W, k x d")
    row("condition of A", try? SVD(network.output).conditionNumber, "of the recovered A, l x k")
    row("symmetry", diagnostics.symmetry.probability, "probability of inputs as lopsided as these, were they symmetric")
    table.append([
      "error", percent(error.share), "of complete failure: the weights' squared errors as the samples tell them",
    ])
    if let heldOut = diagnostics.heldOut {
      row(
        "held out", heldOut.meanSquare,
        "mean square error on samples left out; the noise makes \(short(heldOut.noiseFloor)) of it, and y varies by "
          + short(heldOut.outputVariance))
    }
    guard let truth = outcome.truth else { return table }
    let level = truth.error.failureLevel
    row("true error of W", truth.error.hidden, "squared, over all rows; complete failure reads \(short(level.hidden))")
    row("true error of A", truth.error.output, "squared, over all columns; complete failure reads \(short(level.output))")
    row("true test error", truth.testError, "mean square per output on fresh inputs, without noise")
    return table
  }

  private func percent(_ share: Double) -> String { share.isFinite ? short(100 * share) + " %" : "unknown" }

  /// W and A, entries with the standard error in their last digits where there is one; `nil` where they are too wide.
  private func weightTables() -> [(String, TextTable)]? {
    let errors = result.weightErrors.flatMap { $0.replicates > 1 ? $0 : nil }
    let note = errors == nil ? "" : "; 0.512(4) is 0.512 with a standard error of 0.004"
    let w = matrixTable(
      network.hidden, errors?.hidden, corner: "neuron", columns: outcome.samples.inputNames,
      rows: (1...max(network.neurons, 1)).map { "\($0)" })
    let a = matrixTable(
      network.output, errors?.output, corner: "output", columns: (1...max(network.neurons, 1)).map { "neuron \($0)" },
      rows: outcome.samples.outputNames)
    guard let w, let a else { return nil }
    return [("W, rows of length 1\(note)", w), ("A", a)]
  }

  private static let mostRows = 20

  private func matrixTable(
    _ matrix: Matrix<Double>, _ errors: Matrix<Double>?, corner: String, columns: [String], rows: [String]
  ) -> TextTable? {
    guard matrix.rows <= Self.mostRows, matrix.columns <= Self.mostRows else { return nil }
    let cells = (0..<matrix.rows).map { i in
      (0..<matrix.columns).map { j in
        errors.map { Self.text(matrix[i, j], error: $0[i, j]) } ?? String(format: "%.4f", matrix[i, j])
      }
    }
    let widths = columns.indices.map { j in 2 + max(columns[j].count, cells.map { $0[j].count }.max() ?? 0) }
    let first = max(corner.count, rows.map(\.count).max() ?? 0)
    guard first + widths.reduce(0, +) <= proseWidth else { return nil }
    var table = TextTable([.init(corner)] + columns.map { .init($0, .right) })
    for (name, row) in zip(rows, cells) { table.append([name] + row) }
    return table
  }

  /// "0.512(4)": the error, rounded up, is 1 to 9 units of the last digit; the number has as many digits as it bears.
  private static func text(_ value: Double, error: Double) -> String {
    guard value.isFinite, error.isFinite, error > 0 else { return String(format: "%.4f", value) }
    func units(_ digits: Int) -> Double { (error * Foundation.pow(10, Double(digits))).rounded(.up) }
    var digits = min(max(Int((-Foundation.log10(error)).rounded(.up)), 0), 9)
    if digits > 0, units(digits) >= 10 { digits -= 1 }
    return String(format: "%.\(digits)f(%.0f)", value, units(digits))
  }
}
