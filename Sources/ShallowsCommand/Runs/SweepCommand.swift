import ArgumentParser
import Foundation
import Shallows

struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Run a verb over grids, lists, ranges or draws of its parameters, and over seeds.",
    discussion: """
      FILE is TOML, or YAML by its ending:

        verb = "fit"
        seeds = 20                            # 0 to 19; or "5..9", or [1, 4]
        [base]                                # the same in every run, by the names of the verb's options
        data = "digits"
        target = "parity"
        [grid]                                # every combination; also [[list]] and [random]
        width = [16, 32, 48]
        zeta = { from = 0.1, to = 10, count = 3, scale = "log" }

      Each run is kept in a folder of its own under runs/NAME. Interrupted, killed or failed, the same command does what \
      is left; added values and seeds run only what is new. At the end runs/NAME/table.csv has a line for each run and \
      summary.csv the statistics over seeds. See docs/laboratory.md.
      """)

  @Argument(
    help: ArgumentHelp("What to run.", valueName: "FILE"), completion: .file(extensions: ["toml", "yaml", "yml"]))
  var file: String
  @OptionGroup var store: StoreOptions
  @Flag(name: [.customShort("n"), .long], help: "Say what would be run and why, and stop.") var dryRun = false
  @Flag(help: "Let the first failure end the sweep.") var failFast = false
  @Flag(help: "Go on after failures (the default).") var keepGoing = false
  @Option(help: ArgumentHelp("Other seeds than the file's: a number, \"5..9\", or a list \"1,4\".", valueName: "S"))
  var seeds: String?
  @Flag(help: "Go on although settings differ from those that the sweep was begun with.") var acceptChanges = false
  @Option(
    help: ArgumentHelp("Runs at a time (default: all processors, shared by the ranks of a machine).", valueName: "N"))
  var jobs: Int?
  @Flag(help: "Print one JSON object instead of text.") var json = false
  @Flag(help: "No progress.") var quiet = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs \(jobs): at least 1 is needed.") }
    if failFast && keepGoing { throw ValidationError("--fail-fast and --keep-going exclude each other.") }
  }

  func run() throws {
    let interruption = Interruption()
    let job = try SweepJob(interruption)
    defer { job.leave() }
    let (plan, body, store): (SweepPlan, RunBody, RunStore)
    do { (plan, body, store) = try prepare() } catch {
      guard let team = job.team, !team.isFirst else { throw error }
      // The first rank says it for all.
      _ = team.join(plan: nil, problem: "\(error)")
      return
    }
    var session = SweepSession(
      plan: plan, store: store, command: job.prefix + Self.commandLine, interruption: interruption)
    session.jobs = jobs ?? job.jobs
    session.failFast = failFast
    session.quiet = quiet || json || !job.speaks
    if let team = job.team {
      if !team.isFirst {
        if team.join(plan: plan.digest, problem: nil) { session.follow(team, body) }
        return
      }
      session.team = team
      do { try team.assemble(plan: plan.digest) } catch let problem as RankTeam.Problem {
        throw CommandError("\(problem)")
      }
    }
    try refuseChanges(plan, store)
    if dryRun { return try SweepDryRun(plan: plan, store: store).print() }
    let tally = try session.run(body)
    if job.speaks { if json { try print(session.json(tally)) } else { try session.printTable() } }
    if tally[.failed] > 0 { throw ExitCode(2) }
  }

  private func prepare() throws -> (SweepPlan, RunBody, RunStore) {
    var definition = try SweepDefinition.read(file)
    if let seeds { definition.seeds = try SweepDefinition.seeds(Self.seedsValue(seeds), place: "--seeds") }
    do {
      let (plan, body) = try definition.plan(DatasetCache())
      return (plan, body, try store.open())
    } catch { throw CommandError("\(file): \(error)") }
  }

  /// This command as one would type it again.
  private static var commandLine: String {
    (["shallows"] + CommandLine.arguments.dropFirst()).map(shellWord).joined(separator: " ")
  }

  private static func seedsValue(_ text: String) -> JSONValue {
    if let count = Int64(text) { return .integer(count) }
    let parts = text.split(separator: ",").map { Int64($0.trimmingCharacters(in: .whitespaces)) }
    return text.contains(",") && !parts.contains(nil) ? .array(parts.map { .integer($0!) }) : .string(text)
  }

  private func refuseChanges(_ plan: SweepPlan, _ store: RunStore) throws {
    guard let change = try SweepChange.of(plan, in: store), change.isOther else { return }
    let lines = change.lines.map { "  " + $0 }.joined(separator: "\n")
    if acceptChanges { return note("Settings differ from those that \(plan.name) was begun with:\n\(lines)") }
    throw CommandError(
      "\(file): the settings differ from those that \(store.folder(of: plan.name)) was begun with:\n\(lines)\n"
        + "Give the sweep another name (name = \"...\"), delete the runs (shallows runs delete \(plan.name)), or add "
        + "--accept-changes: runs that are no longer wanted then stay, but leave the tables.")
  }
}

/// Where runs are kept.
struct StoreOptions: ParsableArguments {
  @Option(
    name: .customLong("runs"), help: ArgumentHelp("The folder of the runs.", valueName: "DIR"), completion: .directory)
  var path = "runs"

  func open() throws -> RunStore {
    if path.isEmpty { throw CommandError("--runs: the name of the folder is empty") }
    return try RunStore(path)
  }
}
