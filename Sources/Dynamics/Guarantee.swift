/// What a theorem says of this run: its hypotheses and conclusions, each as a number against its bound.
///
/// ```swift
/// for check in guarantee.checks { print(check.name, check.verdict, check.statement) }
/// ```
public struct Guarantee: Codable, Sendable, Equatable {
  public var title: String
  public var checks: [Check]

  public init(title: String, checks: [Check] = []) {
    self.title = title
    self.checks = checks
  }

  public subscript(name: String) -> Check? { checks.first { $0.name == name } }
}

/// One hypothesis or conclusion, measured.
public struct Check: Codable, Sendable, Equatable {
  public enum Verdict: String, Codable, Sendable {
    /// The statement is true of this run.
    case holds
    /// The statement is false of this run.
    case fails
    /// The statement says nothing here: a bound that is not positive, or a hypothesis that does not apply.
    case vacuous
  }

  /// Short, stable, for programs and tables: "width-rank".
  public let name: String
  /// The statement in words, with what the numbers mean.
  public let statement: String
  /// What was measured; `nil` when it is not finite or was not measured.
  public let measured: Double?
  /// What it is held against; `nil` where there is no bound.
  public let bound: Double?
  public let verdict: Verdict
  /// Paper and theorem, or "derived".
  public let source: String

  public init(
    name: String, statement: String, measured: Double?, bound: Double?, verdict: Verdict, source: String
  ) {
    self.name = name
    self.statement = statement
    self.measured = measured.flatMap { $0.isFinite ? $0 : nil }
    self.bound = bound.flatMap { $0.isFinite ? $0 : nil }
    self.verdict = verdict
    self.source = source
  }

  private enum CodingKeys: String, CodingKey { case name, statement, measured, bound, verdict, source }

  /// Writes absent numbers as null, so that every check has the same keys.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(statement, forKey: .statement)
    try container.encode(measured, forKey: .measured)
    try container.encode(bound, forKey: .bound)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(source, forKey: .source)
  }
}
