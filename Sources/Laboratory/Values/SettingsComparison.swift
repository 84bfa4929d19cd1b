/// What several configurations have in common, and in what they differ.
///
/// ```swift
/// let comparison = SettingsComparison([["width": 8, "method": "pgd"], ["width": 16, "method": "pgd"]])
/// comparison.varying       // ["width"]
/// comparison.common        // [(name: "method", value: "pgd")]
/// ```
public struct SettingsComparison: Sendable {
  /// The settings with several values, or that only some have; in alphabetical order.
  public let varying: [String]
  /// The settings that all have with one value; in alphabetical order.
  public let common: [(name: String, value: JSONValue)]

  /// - Parameter settings: of each configuration the settings by their paths, as ``JSONValue/flattened()`` has them.
  public init(_ settings: some Collection<[String: JSONValue]>) {
    var values: [String: JSONValue] = [:]
    var counts: [String: Int] = [:]
    var several: Set<String> = []
    for one in settings {
      for (name, value) in one {
        counts[name, default: 0] += 1
        if let known = values[name] {
          if known != value { several.insert(name) }
        } else {
          values[name] = value
        }
      }
    }
    let partial = counts.filter { $0.value < settings.count }.keys
    varying = several.union(partial).sorted()
    common = values.filter { !several.contains($0.key) && counts[$0.key] == settings.count }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension JSONValue {
  /// The scalars within by their paths.
  public var scalars: [String: JSONValue] {
    Dictionary(flattened().map { ($0.path, $0.value) }, uniquingKeysWith: { $1 })
  }
}

/// The order of values in a table: numbers by size, then NaN, truth values, words, and what is absent.
public func precedes(_ a: JSONValue?, _ b: JSONValue?) -> Bool {
  func rank(_ value: JSONValue?) -> (Int, Double, String) {
    guard let value, value != .null else { return (4, 0, "") }
    if let x = value.numericValue { return x.isNaN ? (1, 0, "") : (0, x, "") }
    if case .boolean(let truth) = value { return (2, truth ? 1 : 0, "") }
    return (3, 0, value.cell)
  }
  return rank(a) < rank(b)
}
