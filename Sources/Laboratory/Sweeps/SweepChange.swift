/// How a sweep differs from the one that was last begun under its name.
public struct SweepChange: Sendable {
  /// Configurations that only the earlier sweep has, and that only this one has.
  public let removed: Int
  public let added: Int
  /// The settings whose values differ: before and now.
  public let differences: [(setting: String, before: [JSONValue], now: [JSONValue])]

  /// Whether the two are different sweeps rather than one that has grown or shrunk.
  public var isOther: Bool { removed > 0 && added > 0 }

  /// - Returns: `nil` where the sweep is new.
  public static func of(_ plan: SweepPlan, in store: RunStore) throws -> SweepChange? {
    guard let before = try SweepPlan.record(of: plan.name, in: store) else { return nil }
    let now = plan.record
    let removed = Set(before.hashes).subtracting(now.hashes)
    let added = Set(now.hashes).subtracting(before.hashes)
    var differences: [(setting: String, before: [JSONValue], now: [JSONValue])] = []
    if !removed.isEmpty && !added.isEmpty {
      let (old, new) = (values(of: before), values(of: now))
      for setting in Set(old.keys).union(new.keys).sorted() where old[setting] != new[setting] {
        differences.append((setting, old[setting] ?? [], new[setting] ?? []))
      }
    }
    return SweepChange(removed: removed.count, added: added.count, differences: differences)
  }

  /// The distinct values of every setting over all configurations, in their order.
  private static func values(of record: SweepPlan.Record) -> [String: [JSONValue]] {
    var values: [String: [JSONValue]] = [:]
    var seen: Set<[JSONValue]> = []
    func add(_ setting: String, _ value: JSONValue) {
      if seen.insert([.string(setting), value]).inserted { values[setting, default: []].append(value) }
    }
    for hash in record.hashes {
      let configuration = record.configurations[hash]!
      add("verb", .string(record.verb))
      add("schema", .integer(Int64(configuration.schema)))
      for (path, value) in configuration.settings.flattened() { add(path, value) }
    }
    return values
  }

  /// The difference in lines: `activation: tanh -> relu`.
  public var lines: [String] {
    func text(_ values: [JSONValue]) -> String {
      values.isEmpty
        ? "(none)" : values.prefix(8).map(\.cell).joined(separator: ", ") + (values.count > 8 ? ", ..." : "")
    }
    return differences.map { "\($0.setting): \(text($0.before)) -> \(text($0.now))" }
  }
}
