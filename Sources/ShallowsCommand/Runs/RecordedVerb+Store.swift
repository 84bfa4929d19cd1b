import Shallows
import Synchronization

extension RecordedVerb {
  /// Makes this one run in the store, as `fit --record NAME` does.
  ///
  /// - Returns: what `body` returned; `nil` where the store has the run already, or where it was interrupted.
  func record<Value: Sendable>(
    as name: String, in options: StoreOptions, _ cache: DatasetCache,
    _ body: @escaping @Sendable (RunContext) throws -> (Value, RunOutcome)
  ) throws -> Value? {
    guard RunStore.isName(name) else {
      throw CommandError(
        "--record \"\(name)\": at most 100 letters, digits, dots, dashes and underscores are accepted, "
          + "starting with a letter or digit")
    }
    let verb = Self.configuration.commandName ?? ""
    let run = PlannedRun(
      configuration: RunConfiguration(verb: verb, schema: Self.schema, settings: try settings(cache)),
      seed: seed, command: Array(CommandLine.arguments.dropFirst()))
    let store = try options.open()
    let folder = store.folder(of: run, in: name)
    let found = Mutex<Value?>(nil)
    let end = try store.perform(run, of: name) { _, context in
      let (value, outcome) = try body(context)
      found.withLock { $0 = value }
      return outcome
    }
    switch end {
    case .completed: note("Recorded in \(folder.path).")
    case .alreadyCompleted:
      note("\(folder.path) holds this run already; shallows runs show \(name)/\(run.path) prints it.")
    case .interrupted: note("Interrupted. The same command continues.")
    case .elsewhere: throw CommandError("\(folder.path): another process is working on this run")
    case .failed(let message): throw CommandError(message)
    }
    return found.withLock { $0 }
  }
}
