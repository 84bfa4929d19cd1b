import ArgumentParser
import Foundation
import Shallows

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a self-contained page about recorded runs.",
    discussion: """
      The page holds what was run and what varied, statistics over seeds, curves, guarantees, failures, settings, \
      machines, and under each figure its data and the commands that made it. It is one file of HTML, without scripts, \
      which loads nothing: it can be mailed, printed, and read on a phone.

      Examples:
        shallows report widths
        shallows report widths cliff --title "Width and loss" --out widths.html
        shallows report widths/8f3a09c1d2e4/seed-0007
      """)

  @Argument(
    help: ArgumentHelp(
      "Experiments, or single runs of them: NAME, NAME/HASH or NAME/HASH/seed-0007.", valueName: "RUNS"))
  var names: [String]
  @OptionGroup var store: StoreOptions
  @Option(
    name: [.customShort("o"), .long], help: ArgumentHelp("The file to write.", valueName: "FILE"),
    completion: .file(extensions: ["html"]))
  var out = "report.html"
  @Option(help: ArgumentHelp("The heading of the page.", valueName: "TEXT")) var title: String?
  @Flag(help: "Leave out dates and durations: equal runs then give equal pages.") var omitTimes = false
  @Flag(help: "Say nothing.") var quiet = false

  func run() throws {
    var report: Report
    do { report = try Report(names, in: store.open()) } catch let error as RunStoreError {
      throw CommandError(error.description)
    }
    if let title { report.title = title }
    report.showsTimes = !omitTimes
    let page = try report.html()
    try AtomicFile.write(page, to: out)
    for message in report.damaged { note("Not in the report: \(message)") }
    if quiet { return }
    let runs = report.runCount == 1 ? "1 run" : "\(report.runCount) runs"
    note("\(out): \(runs), \(String(format: "%.1f", Double(page.utf8.count) / 1e6)) MB")
  }
}
