import ArgumentParser

/// Speed measurements of Shallows, one suite a subcommand.
///
/// A suite is a `ParsableCommand` that prints its rows with ``BenchmarkOptions/report(_:)``; adding one is writing its
/// file and naming it here. The peers' rows come from the script of the same name in `peers/`.
@main struct ShallowsBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shallows-bench",
    abstract: "Measure the speed of Shallows.",
    subcommands: [Transcendentals.self])
}
