import Dynamics
import Foundation
import Randomness

/// What a sweep file says: a verb, parameters that stay, parameters that vary, and seeds.
///
///     name = "widths"                  # the folder within the runs; otherwise the file's name
///     verb = "fit"
///     seeds = 20                       # 0 to 19; or "5..9", or [1, 4, 7]
///
///     [base]                           # the same in every run, by the names of the verb's options
///     data = "digits"
///     no-bias = true
///
///     [grid]                           # every combination
///     width = [8, 16, 32]
///     zeta = { from = 0.1, to = 100, count = 4, scale = "log" }
///
///     [[list]]                         # and each of these
///     method = "pgd"
///     iterations = 500
///     [[list]]
///     method = "adam"
///     iterations = 100
///
///     [random]                         # and each of so many draws
///     count = 10
///     seed = 1
///     step = { from = 1e-4, to = 1, scale = "log" }
///
/// The points are the product of list, grid and draws. A draw depends on the seed of `[random]`, its number and the
/// parameter's name alone: a larger count adds draws and keeps the others.
public struct SweepDefinition: Sendable, Hashable {
  public let name: String
  public let verb: String
  public var seeds: [UInt64]
  public let base: [String: JSONValue]
  let grid: [(name: String, values: ParameterValues)]
  let list: [[String: JSONValue]]
  let draws: (count: Int, seed: UInt64, parameters: [(name: String, values: ParameterValues)])?

  /// The most points of a sweep: beyond, a slip of the pen is likelier than a wish.
  static let pointLimit = 1_000_000

  /// The names of the parameters that vary, in the order in which tables show them.
  public var axes: [String] {
    var names: [String] = []
    for name in list.flatMap({ $0.keys.sorted() }) + grid.map(\.name) + (draws?.parameters.map(\.name) ?? [])
    where !names.contains(name) {
      names.append(name)
    }
    return names
  }

  /// The values that vary, point by point.
  public func points() -> [[String: JSONValue]] {
    var points = list.isEmpty ? [[:]] : list
    for (name, values) in grid {
      points = points.flatMap { point in values.all.map { point.merging([name: $0]) { $1 } } }
    }
    guard let draws else { return points }
    let drawn = (0..<draws.count).map { i in
      Dictionary(
        uniqueKeysWithValues: draws.parameters.map { name, values in
          var stream = RandomStream(seed: draws.seed).split(Fingerprint(name).value).split(i)
          return (name, values.drawn(from: &stream))
        })
    }
    return points.flatMap { point in drawn.map { point.merging($0) { $1 } } }
  }

  public static func == (a: Self, b: Self) -> Bool { a.canonical == b.canonical }
  public func hash(into hasher: inout Hasher) { hasher.combine(canonical) }

  private var canonical: [JSONValue] {
    [.string(name), .string(verb), .object(base)] + seeds.map { .number(Double($0)) } + points().map { .object($0) }
  }
}

extension SweepDefinition {
  /// Reads what a file's tables hold.
  ///
  /// - Parameter fallbackName: the name if none is given.
  /// - Throws: ``RunStoreError`` naming place, value and what is accepted.
  public init(_ value: JSONValue, fallbackName: String) throws {
    guard case .object(let top) = value else { throw RunStoreError("a table of parameters is needed") }
    let known = ["name", "verb", "seeds", "base", "grid", "list", "random"]
    for key in top.keys.sorted() where !known.contains(key) {
      throw RunStoreError(
        "\(key): unknown here; \(known.joined(separator: ", ")) are accepted, and a parameter of the "
          + "verb belongs to base, grid, list or random")
    }
    let name = top["name"]?.cell ?? fallbackName
    guard RunStore.isName(name) else {
      throw RunStoreError(
        "name = \"\(name)\": at most 100 letters, digits, dots, dashes and underscores are accepted, starting with a letter or digit"
      )
    }
    self.name = name
    guard let verb = top["verb"]?.stringValue else {
      throw RunStoreError("verb: missing; give for example verb = \"fit\"")
    }
    self.verb = verb
    seeds = try Self.seeds(top["seeds"] ?? 1, place: "seeds")
    base = try Self.table(top["base"], "base").mapValues { $0 }
    for (key, value) in base.sorted(by: { $0.key < $1.key }) {
      switch value {
      case .array, .object, .null:
        throw RunStoreError("base.\(key) = \(value.text): a single value is accepted; several belong to [grid]")
      default: break
      }
    }
    grid = try Self.parameters(Self.table(top["grid"], "grid"), "grid")
    list = try Self.list(top["list"])
    var random = try Self.table(top["random"], "random")
    if random.isEmpty {
      draws = nil
    } else {
      guard let count = random.removeValue(forKey: "count")?.integerValue, count >= 1, count <= Self.pointLimit else {
        throw RunStoreError("random.count: the number of draws is needed, a whole number from 1")
      }
      let seed = random.removeValue(forKey: "seed") ?? 0
      guard let seed = seed.integerValue, seed >= 0 else {
        throw RunStoreError("random.seed = \(seed.text): a whole number from 0 is needed")
      }
      draws = (Int(count), UInt64(seed), try Self.parameters(random, "random", isDrawn: true))
      if random.isEmpty { throw RunStoreError("random: no parameter to draw") }
    }
    try checkNames()
    var size = max(list.count, 1) * (draws?.count ?? 1)
    for (_, values) in grid {
      size = size.multipliedReportingOverflow(by: values.all.count).partialValue
      guard size > 0, size <= Self.pointLimit else { throw RunStoreError("grid: more than a million points") }
    }
    guard size * seeds.count <= 10 * Self.pointLimit else { throw RunStoreError("more than ten million runs") }
  }

  private func checkNames() throws {
    var places: [String: String] = [:]
    func add(_ name: String, _ place: String) throws {
      if name == "seed" { throw RunStoreError("\(place).seed: seeds are given at the top: seeds = 20") }
      if let other = places[name], other != place {
        throw RunStoreError("\(name): given in both \(other) and \(place); one of them is enough")
      }
      places[name] = place
    }
    for name in base.keys.sorted() { try add(name, "base") }
    for name in list.flatMap(\.keys).sorted() { try add(name, "list") }
    for (name, _) in grid { try add(name, "grid") }
    for (name, _) in draws?.parameters ?? [] { try add(name, "random") }
  }

  private static func table(_ value: JSONValue?, _ place: String) throws -> [String: JSONValue] {
    guard let value else { return [:] }
    guard case .object(let members) = value else {
      throw RunStoreError("\(place) = \(value.text): a table of parameters is needed")
    }
    return try named(members, place)
  }

  /// Parameters under the names of options: `no_bias` and `no-bias` are one.
  private static func named(_ members: [String: JSONValue], _ place: String) throws -> [String: JSONValue] {
    var result: [String: JSONValue] = [:]
    for (name, value) in members {
      guard result.updateValue(value, forKey: name.replacing("_", with: "-")) == nil else {
        throw RunStoreError("\(place).\(name): given twice")
      }
    }
    return result
  }

  private static func parameters(
    _ table: [String: JSONValue], _ place: String, isDrawn: Bool = false
  ) throws -> [(name: String, values: ParameterValues)] {
    try table.sorted { $0.key < $1.key }.map {
      ($0.key, try ParameterValues($0.value, place: "\(place).\($0.key)", isDrawn: isDrawn))
    }
  }

  private static func list(_ value: JSONValue?) throws -> [[String: JSONValue]] {
    guard let value else { return [] }
    guard let items = value.arrayValue, !items.isEmpty else {
      throw RunStoreError("list: a list of tables of parameters is needed, such as [[list]] width = 8")
    }
    return try items.enumerated().map { i, item in
      let point = try table(item, "list[\(i)]")
      guard !point.isEmpty else { throw RunStoreError("list[\(i)]: no parameters") }
      for (name, value) in point.sorted(by: { $0.key < $1.key }) {
        switch value {
        case .array, .object, .null:
          throw RunStoreError("list[\(i)].\(name) = \(value.text): a single value is accepted")
        default: break
        }
      }
      return point
    }
  }

  /// A number of seeds, a range "a..b" with both ends, or a list.
  ///
  /// - Throws: ``RunStoreError``.
  public static func seeds(_ value: JSONValue, place: String) throws -> [UInt64] {
    switch value {
    case .integer(let n) where n >= 1 && n <= Int64(pointLimit): return (0..<UInt64(n)).map { $0 }
    case .string(let text):
      let ends = text.split(separator: "..", omittingEmptySubsequences: false).map { UInt64($0) }
      if ends.count == 2, let first = ends[0], let last = ends[1], first <= last, last - first < UInt64(pointLimit) {
        return Array(first...last)
      }
    case .array(let items):
      let seeds = items.compactMap { $0.integerValue.flatMap { UInt64(exactly: $0) } }
      if !seeds.isEmpty, seeds.count == items.count {
        guard Set(seeds).count == seeds.count else {
          throw RunStoreError("\(place) = \(value.text): a seed stands twice")
        }
        return seeds
      }
    default: break
    }
    throw RunStoreError(
      "\(place) = \(value.text): a number of seeds from 1, a range such as \"0..19\", or a list of whole numbers is accepted"
    )
  }
}
