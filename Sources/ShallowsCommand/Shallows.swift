import ArgumentParser
import Shallows

@main struct ShallowsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "shallows", abstract: "Two-layer networks, with the theorem checked.")
}
