import ArgumentParser
import Shallows

/// A verb whose runs the laboratory keeps: every option of its mathematics can be a parameter of a sweep.
///
/// A new system conforms its command and adds it to ``RecordedVerbs/all``.
protocol RecordedVerb: ParsableCommand {
  /// Raised whenever equal settings would give other numbers than before.
  static var schema: Int { get }
  /// The names of the arguments without dashes, in their order.
  static var positionals: [String] { get }
  /// Options about output rather than numbers: no parameters of a sweep.
  static var unrecorded: [String] { get }
  /// Second names of options, and the first ones that they stand for.
  static var aliases: [String: String] { get }
  /// The figures of the result that people look at first.
  static var headline: [String] { get }
  /// What a sweep takes for options that its file leaves out, where that is not what the command line takes.
  static var sweepDefaults: [String: JSONValue] { get }

  var seed: UInt64 { get set }

  /// Every setting but the seed, with defaults filled in, and data by name and digest.
  func settings(_ data: DatasetCache) throws -> JSONValue

  /// One run.
  func perform(in context: RunContext, _ data: DatasetCache) throws -> RunOutcome
}

enum RecordedVerbs {
  static let all: [any RecordedVerb.Type] = [
    FitCommand.self, ImitateCommand.self, RecoverCommand.self, AttackCommand.self,
  ]

  static func named(_ name: String) throws -> any RecordedVerb.Type {
    if let verb = all.first(where: { $0.configuration.commandName == name }) { return verb }
    let names = all.compactMap { $0.configuration.commandName }.joined(separator: ", ")
    throw CommandError("verb = \"\(name)\": \(names) can be swept")
  }
}

extension RecordedVerb {
  static var sweepDefaults: [String: JSONValue] { [:] }

  /// The arguments that stand for some parameters.
  ///
  /// - Throws: ``CommandError`` for options about output, and where an argument without dashes is missing.
  static func arguments(_ parameters: [String: JSONValue]) throws -> [String] {
    var given: [String: String] = [:]
    for name in parameters.keys.sorted() {
      if let other = given.updateValue(name, forKey: aliases[name] ?? name) {
        throw CommandError("\(other) and \(name) are one option; give one of them")
      }
    }
    var arguments: [String] = []
    for name in positionals {
      guard let value = parameters[name] else { throw CommandError("\(name): missing; give it in [base]") }
      guard !value.cell.hasPrefix("-") else { throw CommandError("\(name) = \(value.text): not a name of data") }
      arguments.append(value.cell)
    }
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) where !positionals.contains(name) {
      if (unrecorded + ["help", "version"]).contains(name) {
        throw CommandError("\(name): about output, not about the numbers of a run; leave it out")
      }
      switch value {
      case .boolean(true): arguments.append("--" + name)
      case .boolean(false): break
      default: arguments += ["--" + name, value.cell]
      }
    }
    return arguments
  }

  /// Reads parameters as the command line would.
  ///
  /// - Throws: ``CommandError`` with the parser's words.
  static func read(_ arguments: [String]) throws -> Self {
    do { return try parse(arguments) } catch { throw CommandError(message(for: error)) }
  }
}

/// A value that is only read once it is shared; the property wrappers of options do not say so of themselves.
struct Unchanging<Value>: @unchecked Sendable {
  let value: Value
}
