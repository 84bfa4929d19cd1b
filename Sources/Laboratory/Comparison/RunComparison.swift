import Dynamics

/// Configurations side by side, each over its seeds.
///
/// Runs of equal configurations belong together, whichever experiments they stand in; of equal seeds the first counts.
/// Only completed runs take part.
public struct RunComparison: Sendable {
  public struct Configuration: Sendable {
    public let hash: String
    public let experiments: [String]
    /// The settings in which the configurations differ; also `verb` and `schema` where these do.
    public let point: [String: JSONValue]
    public let settings: [String: JSONValue]
    /// How many runs.
    public let runs: Int
    /// The values of each figure by seed; a seed whose run has no such number is missing.
    public let values: [String: [UInt64: Double]]

    /// In ascending order of the seeds, so that sums have the same bits every time.
    public func sample(_ figure: String) -> [Double] {
      (values[figure] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    }
  }

  /// The settings that differ and those that do not.
  public let varying: [String]
  public let common: [(name: String, value: JSONValue)]
  public let figures: [String]
  /// In the order of the values that vary.
  public let configurations: [Configuration]

  public init(_ runs: [RecordedRun], figures: [String]) {
    self.figures = figures
    let completed = runs.filter { $0.status.state == .completed }
    var groups: [RunConfiguration: [RecordedRun]] = [:]
    for run in completed { groups[run.configuration, default: []].append(run) }
    var settings: [RunConfiguration: [String: JSONValue]] = [:]
    for configuration in groups.keys {
      var scalars = configuration.settings.scalars
      scalars["verb"] = scalars["verb"] ?? .string(configuration.verb)
      scalars["schema"] = scalars["schema"] ?? .integer(Int64(configuration.schema))
      settings[configuration] = scalars
    }
    let comparison = SettingsComparison(settings.values)
    let varying = comparison.varying
    self.varying = varying
    common = comparison.common
    configurations = groups.map { configuration, runs in
      var values: [String: [UInt64: Double]] = [:]
      var seeds: Set<UInt64> = []
      for run in runs where seeds.insert(run.seed).inserted {
        let found = run.result.scalars
        for figure in figures {
          let name = figure.hasPrefix("result.") ? String(figure.dropFirst("result.".count)) : figure
          if let x = (found[figure] ?? found[name])?.numericValue { values[figure, default: [:]][run.seed] = x }
        }
      }
      let all = settings[configuration]!
      return Configuration(
        hash: configuration.hash, experiments: Set(runs.map(\.experiment)).sorted(),
        point: all.filter { varying.contains($0.key) }, settings: all, runs: seeds.count, values: values)
    }.sorted { a, b in
      for name in varying where a.point[name] != b.point[name] { return precedes(a.point[name], b.point[name]) }
      return a.hash < b.hash
    }
  }

  /// The one configuration that is meant: by the first digits of its hash, or as `setting=value`.
  ///
  /// - Throws: ``RunStoreError`` where there are none or several, with those there are.
  public func configuration(_ name: String) throws -> Configuration {
    let found: [Configuration]
    if name.contains("=") {
      let condition = try RunCondition(name)
      let setting = condition.figure.hasPrefix("settings.") ? String(condition.figure.dropFirst(9)) : condition.figure
      found = configurations.filter { condition.isMet(by: $0.settings[setting]) }
    } else {
      found = configurations.filter { $0.hash.hasPrefix(name) }
    }
    guard found.count == 1 else {
      let choices = (found.isEmpty ? configurations : found).prefix(8).map { "\n  \($0.hash) \(label($0))" }.joined()
      throw RunStoreError(
        "\(name): \(found.isEmpty ? "no configuration" : "\(found.count) configurations"); the first digits of a hash or "
          + "setting=value must say one of:\(choices)")
    }
    return found[0]
  }

  /// `width = 16, method = pgd`.
  public func label(_ configuration: Configuration) -> String {
    varying.compactMap { name in configuration.point[name].map { "\(name) = \($0.cell)" } }.joined(separator: ", ")
  }
}

/// Whether larger values of a figure are better: so it is of accuracies; of all else, losses and errors and times,
/// smaller ones are.
public func nanOrder(of figure: String) -> NaNOrder { figure.lowercased().hasSuffix("accuracy") ? .smallest : .largest }
