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
    clauses += conditions.map(\.sql)
    return clauses.isEmpty ? "1" : clauses.map { "(\($0))" }.joined(separator: " AND ")
  }
}

/// A figure of a run as an expression of SQL.
func figureSQL(_ name: String) -> SQL {
  func extract(_ column: String, _ path: Substring) -> SQL {
    let place = "$.\"" + path.replacing("\"", with: "") + "\""
    return "json_extract(\(sql: column), \(place))"
  }
  switch name {
  case "experiment", "path", "verb", "seed", "state", "started": return SQL(sql: name)
  case "hash": return "substr(path, 1, 12)"
  default: break
  }
  if name.hasPrefix("settings.") { return extract("settings", name.dropFirst("settings.".count)) }
  if name.hasPrefix("result.") { return extract("result", name.dropFirst("result.".count)) }
  return "coalesce(\(extract("result", name[...])), \(extract("settings", name[...])))"
}

extension RunCondition {
  /// Infinities, which JSON knows only as words, compare as the numbers that they are; a word never does with a number.
  var sql: SQL {
    let x = figureSQL(figure)
    switch (comparison, value) {
    case (.contains, _): return "instr(\(x), \(value.cell)) > 0"
    case (.equal, .boolean(let truth)): return "\(x) = \(truth ? 1 : 0)"
    case (.notEqual, .boolean(let truth)): return "\(x) != \(truth ? 1 : 0)"
    default: break
    }
    guard let number = value.numericValue, number.isFinite else {
      return "\(x) \(sql: comparison.rawValue) \(value.cell)"
    }
    switch comparison {
    case .notEqual: return "\(x) != \(number)"
    case .less, .atMost:
      return "((typeof(\(x)) IN ('integer', 'real') AND \(x) \(sql: comparison.rawValue) \(number)) OR \(x) = '-inf')"
    case .greater, .atLeast:
      return "((typeof(\(x)) IN ('integer', 'real') AND \(x) \(sql: comparison.rawValue) \(number)) OR \(x) = 'inf')"
    default: return "\(x) = \(number)"
    }
  }
}
