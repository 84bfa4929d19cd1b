import ArgumentParser
import Shallows

// The streams of C are variables there; nobody changes them.
#if canImport(Glibc)
  @preconcurrency import Glibc
#else
  @preconcurrency import Darwin
#endif

@main struct ShallowsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shallows",
    abstract: "Two-layer neural networks, with the theorem checked on every run.",
    version: RunEnvironment.programVersion,
    subcommands: [
      FitCommand.self, ImitateCommand.self, RecoverCommand.self, AttackCommand.self, PredictCommand.self,
      DataCommand.self, SweepCommand.self, RunsCommand.self, ReportCommand.self, ReproduceCommand.self,
    ])

  static func main() {
    atexit(checkOutput)
    self.main(nil)
  }
}

/// Output that is lost, on a full disk for example, is an error; print() does not say so. A function of its own, since a
/// closure in `main` belongs to the main thread, and a second signal ends the program on another.
private func checkOutput() {
  let reason = fflush(nil) != 0 ? String(cString: strerror(errno)) : nil
  // An earlier write that failed has left its mark on the stream.
  if reason != nil || ferror(stdout) != 0 {
    note("Error: standard output cannot be written" + (reason.map { " (\($0))" } ?? ""))
    _exit(1)
  }
}
