import GRDB

extension RunFilter {
  /// The filter as a condition of SQL; states in flight cannot be told by the database and are left to the caller.
  var sql: SQL {
    var clauses: [SQL] = []
    if !experiments.isEmpty { clauses.append("experiment IN \(experiments)") }
    if !seeds.isEmpty { clauses.append("seed IN \(seeds.map { Int64(bitPattern: $0) })") }
    if !states.isEmpty {
      var names = Set(states.map(\.rawValue))
      if states.contains(.interrupted) { names.insert(RunStatus.State.running.rawValue) }
      clauses.append("state IN \(Array(names))")
    }
    if !hash.isEmpty { clauses.append("substr(path, 1, \(hash.count)) = \(hash)") }
    clauses += conditions.filter { $0.figure != "state" }.map(\.sql)
    return clauses.isEmpty ? "1" : clauses.map { "(\($0))" }.joined(separator: " AND ")
  }
}

/// A figure of a run in the database: one of the table's columns, or a member of the settings or the result.
///
/// Names are only ever handed to SQLite as values, never as text of a statement.
enum FigureSource {
  case column(SQL)
  case seed
  case member(result: String?, settings: String?)

  init(_ name: String) {
    // No name of a figure holds these; SQLite would end the path, or the text, there.
    func place(_ path: Substring) -> String {
      var name = String.UnicodeScalarView()
      name.append(contentsOf: path.unicodeScalars.filter { $0 != "\"" && $0 != "\0" })
      return "$.\"\(String(name))\""
    }
    switch name {
    case "experiment", "path", "verb", "state", "started": self = .column(SQL(sql: name))
    case "hash": self = .column("substr(path, 1, 12)")
    case "seed": self = .seed
    case _ where name.hasPrefix("settings."):
      self = .member(result: nil, settings: place(name.dropFirst("settings.".count)))
    case _ where name.hasPrefix("result."):
      self = .member(result: place(name.dropFirst("result.".count)), settings: nil)
    default: self = .member(result: place(name[...]), settings: place(name[...]))
    }
  }

  /// The value as a text: of a column as it is, of a member as canonical JSON, which keeps every digit.
  var text: SQL {
    switch self {
    case .column(let column): column
    case .seed: "seed"
    case .member(let result, let settings): Self.first(result, settings, "->")
    }
  }

  /// The value as SQLite understands it.
  var value: SQL {
    switch self {
    case .column, .seed: text
    case .member(let result, let settings): Self.first(result, settings, "->>")
    }
  }

  private static func first(_ result: String?, _ settings: String?, _ arrow: String) -> SQL {
    switch (result, settings) {
    case (let result?, let settings?):
      "coalesce(result \(sql: arrow) \(result), settings \(sql: arrow) \(settings))"
    case (let result?, nil): "(result \(sql: arrow) \(result))"
    case (nil, let settings?): "(settings \(sql: arrow) \(settings))"
    case (nil, nil): "NULL"
    }
  }
}

extension RunCondition {
  /// The condition in SQL; ``isMet(by:)`` says what it means.
  var sql: SQL {
    switch FigureSource(figure) {
    case .column(let column): wordSQL(column)
    case .seed: seedSQL
    case .member(let result, let settings): memberSQL(.member(result: result, settings: settings))
    }
  }

  private func wordSQL(_ x: SQL) -> SQL {
    comparison == .contains ? "instr(\(x), \(text)) > 0" : "\(x) \(sql: comparison.rawValue) \(text)"
  }

  /// Seeds are stored by their bits: above 2^63 they look negative.
  private var seedSQL: SQL {
    let exact = UInt64(text) ?? value.numericValue.flatMap { UInt64(exactly: $0) }
    switch comparison {
    case .contains: return "instr(printf('%llu', seed), \(text)) > 0"
    case .equal: return exact.map { "seed = \(Int64(bitPattern: $0))" } ?? "0"
    case .notEqual: return exact.map { "seed != \(Int64(bitPattern: $0))" } ?? "1"
    case .less, .atMost, .greater, .atLeast:
      guard let bound = value.numericValue else { return "0" }
      return
        "(CASE WHEN seed < 0 THEN seed + 18446744073709551616.0 ELSE seed END) \(sql: comparison.rawValue) \(bound)"
    }
  }

  private func memberSQL(_ source: FigureSource) -> SQL {
    let (json, x) = (source.text, source.value)
    switch comparison {
    case .equal: return "\(json) IN \(equalTexts)"
    case .notEqual: return "\(json) NOT IN \(equalTexts)"
    case .contains: return "instr(CASE typeof(\(x)) WHEN 'text' THEN \(x) ELSE \(json) END, \(text)) > 0"
    case .less, .atMost, .greater, .atLeast: break
    }
    guard let bound = value.numericValue else {
      // The words for what is not finite are numbers.
      return """
        typeof(\(x)) = 'text' AND \(json) NOT IN ('"inf"', '"-inf"', '"nan"') AND \(x) \(sql: comparison.rawValue) \(text)
        """
    }
    let number: SQL = """
      (CASE WHEN \(json) = '"inf"' THEN 9e999 WHEN \(json) = '"-inf"' THEN -9e999 WHEN \(json) IN ('true', 'false') \
      OR typeof(\(x)) = 'text' THEN NULL ELSE \(x) END)
      """
    // Whole numbers are compared as such.
    let limit: SQL = value.integerValue.map { "\($0)" } ?? "\(bound)"
    // SQLite reads digits with an error of a unit in the last place: equality is that of the canonical texts.
    let equal = value.text
    switch comparison {
    case .less, .greater: return "\(number) \(sql: comparison.rawValue) \(limit) AND \(json) != \(equal)"
    default: return bound.isNaN ? "0" : "(\(number) \(sql: comparison.rawValue) \(limit) OR \(json) = \(equal))"
    }
  }
}
