import ArgumentParser
import Foundation
import Shallows

@main struct ShallowsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shallows",
    abstract: "Two-layer neural networks, with the theorem checked on every run.",
    version: RunEnvironment.programVersion,
    subcommands: [
      FitCommand.self, PredictCommand.self, DataCommand.self, SweepCommand.self, RunsCommand.self, ReportCommand.self,
      ReproduceCommand.self,
    ])

  static func main() {
    // Output that is lost, on a full disk for example, is an error; print() does not say so.
    atexit {
      if fflush(nil) != 0 {
        note("Error: standard output cannot be written (\(String(cString: strerror(errno))))")
        _exit(1)
      }
    }
    self.main(nil)
  }
}
