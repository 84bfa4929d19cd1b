import Shallows

/// A row for each sample, with every field of its outcome: as CSV, as lines of JSON, or as an array.
struct AttackRows {
  let measurement: AttackMeasurement

  private var classes: [String]? { measurement.task.classes }

  /// Names and values of row i, in the order of the columns; the same names in every row.
  func fields(_ i: Int) -> [(name: String, value: JSONValue)] {
    let outcome = measurement.outcomes[i]
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    func whole(_ value: Int?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }
    var fields: [(name: String, value: JSONValue)] = [("sample", whole(i + 1)), ("radius", JSONValue(outcome.radius))]
    if classes != nil {
      fields += [
        ("target", text(target(i))), ("cleanClass", text(name(outcome.cleanClass))),
        ("attackedClass", text(name(outcome.attackedClass))), ("fate", text(AttackFate(outcome)?.rawValue)),
      ]
    } else if let error = measurement.errors?[i] {
      fields += [("cleanError", JSONValue(error.clean)), ("error", JSONValue(error.attacked))]
    }
    return fields + [
      ("cleanLoss", JSONValue(outcome.cleanLoss)), ("loss", JSONValue(outcome.loss)),
      ("cleanMargin", JSONValue(outcome.cleanMargin)), ("margin", JSONValue(outcome.margin)),
      ("length", JSONValue(outcome.length)), ("start", .string(outcome.start)),
      ("ending", .string(outcome.ending.rawValue)), ("iterations", whole(outcome.iterations)),
      ("evaluations", whole(outcome.evaluations)), ("residual", JSONValue(outcome.residual)),
      ("escapes", whole(outcome.escapes)), ("order", text(outcome.order?.rawValue)),
      ("kappa", JSONValue(outcome.kappa)), ("contraction", JSONValue(outcome.contraction)),
      ("intervalBound", JSONValue(outcome.intervalBound)), ("bound", JSONValue(outcome.bound)),
      ("marginBound", JSONValue(outcome.marginBound)), ("exactLower", JSONValue(outcome.exactLower)),
      ("exactUpper", JSONValue(outcome.exactUpper)), ("isGlobal", outcome.isGlobal.map { .boolean($0) } ?? .null),
      ("nodes", whole(outcome.nodes)), ("globalRatio", JSONValue(outcome.globalRatio)),
      ("certifiedRadius", JSONValue(outcome.certifiedRadius)),
    ]
  }

  func object(_ i: Int) -> JSONValue {
    .object(Dictionary(uniqueKeysWithValues: fields(i).map { ($0.name, $0.value) }))
  }

  /// The name of a class by its number.
  func name(_ index: Int?) -> String? {
    guard let classes, let index, classes.indices.contains(index) else { return nil }
    return classes[index]
  }

  /// The class that sample i is of.
  func target(_ i: Int) -> String? {
    let targets = measurement.task.targets
    guard let classes else { return nil }
    if targets.columns == 1, classes.count == 2 { return classes[targets[i, 0] > 0 ? 1 : 0] }
    return targets.row(i).firstIndex(of: 1).map { classes[$0 - targets.row(i).startIndex] }
  }

  var csv: String {
    let rows = measurement.outcomes.indices
    guard let first = rows.first else { return "" }
    var text = fields(first).map(\.name).joined(separator: ",") + "\n"
    for i in rows { text += fields(i).map { csvField($0.value.cell) }.joined(separator: ",") + "\n" }
    return text
  }

  var lines: String { measurement.outcomes.indices.map { object($0).text + "\n" }.joined() }

  /// Writes lines of JSON where the name ends so, else CSV.
  ///
  /// - Throws: `AtomicFile.Failure`.
  func write(to path: String) throws {
    try AtomicFile.write(path.lowercased().hasSuffix(".jsonl") ? lines : csv, to: path)
  }
}
