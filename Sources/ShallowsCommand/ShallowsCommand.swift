import ArgumentParser

@main struct ShallowsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shallows",
    abstract: "Two-layer neural networks, with the theorem checked on every run.",
    version: "0.1.0",
    subcommands: [FitCommand.self, PredictCommand.self, DataCommand.self, ExperimentCommand.self])
}
