import Shallows

extension SweepDefinition {
  /// Every run with its settings resolved, and the work that makes one.
  ///
  /// - Throws: ``CommandError`` or the verb's own error, naming the point whose parameters are wrong.
  func plan(_ cache: DatasetCache) throws -> (plan: SweepPlan, body: RunBody) {
    try plan(RecordedVerbs.named(verb), cache)
  }

  private func plan<Verb: RecordedVerb>(
    _ verb: Verb.Type, _ cache: DatasetCache
  ) throws -> (plan: SweepPlan, body: RunBody) {
    let name = Verb.configuration.commandName ?? ""
    var runs: [PlannedRun] = []
    var commands: [RunConfiguration: Unchanging<Verb>] = [:]
    for point in points() {
      do {
        let arguments = try Verb.arguments(
          Verb.sweepDefaults.merging(base) { $1 }.merging(point) { $1 })
        let command = try Verb.read(arguments)
        let configuration = RunConfiguration(verb: name, schema: Verb.schema, settings: try command.settings(cache))
        if commands[configuration] == nil { commands[configuration] = Unchanging(value: command) }
        for seed in seeds {
          runs.append(
            PlannedRun(
              configuration: configuration, seed: seed, point: point,
              command: [name] + arguments + ["--seed", "\(seed)"]))
        }
      } catch {
        let place = axes.compactMap { axis in point[axis].map { "\(axis) = \($0.cell)" } }.joined(separator: ", ")
        throw CommandError((place.isEmpty ? "" : "at \(place): ") + "\(error)")
      }
    }
    let plan = SweepPlan(name: self.name, verb: name, axes: axes, headline: Verb.headline, runs: runs)
    let known = commands
    return (
      plan,
      { run, context in
        var command = known[run.configuration]!.value
        command.seed = run.seed
        return try command.perform(in: context, cache)
      }
    )
  }
}
