import ArgumentParser

/// Speed measurements of Shallows, one suite a subcommand.
///
/// A suite lists ``BenchmarkCase``s and hands them to ``BenchmarkOptions/run(_:)``; adding one is writing its file and
/// naming it here. The peers' part is the script of the same name in `peers/`, and `Benchmarks/run` compares the two.
@main struct ShallowsBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shallows-bench",
    abstract: "Measure the speed of Shallows.",
    subcommands: [
      Transcendentals.self, ValueGradient.self, SGDEpoch.self, GaussNewton.self, ImitateEnsemble.self, NarrowFit.self,
      MomentRecoveryRow.self, MomentStream.self, AttackMNIST.self,
    ])
}
