import Foundation
import Testing

/// A run that was ended from outside continues to the same end.
@Suite(.serialized) struct InterruptionTests {
  static let arguments = [
    "fit", "digits", "--samples", "400", "--method", "psgd", "--width", "32", "--epochs", "12000", "--json",
  ]

  /// The report without what depends on the time and place of the run.
  static func lasting(_ report: [String: Any]) throws -> String {
    let kept = report.filter { !["seconds", "totalSeconds", "peakMemoryBytes"].contains($0.key) }
    return String(decoding: try JSONSerialization.data(withJSONObject: kept, options: [.sortedKeys]), as: UTF8.self)
  }

  /// Interrupts, the second time by kill -9 once the first has left a checkpoint, and continues to the end.
  @Test func continuesAfterInterruptAndKill() throws {
    let command = try Command()
    let (first, out, err) = try command.process(Self.arguments)
    defer { for url in [out, err] { try? FileManager.default.removeItem(at: url) } }
    try first.run()
    Thread.sleep(forTimeInterval: 0.5)
    first.interrupt()
    first.waitUntilExit()
    try #require(first.isRunning == false)
    #expect(first.terminationReason == .exit && first.terminationStatus == 130)
    #expect(try Data(contentsOf: out).isEmpty)
    #expect(String(decoding: try Data(contentsOf: err), as: UTF8.self).contains("The same command continues"))
    #expect(command.contents == [".shallows"])

    let (second, out2, err2) = try command.process(Self.arguments)
    defer { for url in [out2, err2] { try? FileManager.default.removeItem(at: url) } }
    try second.run()
    Thread.sleep(forTimeInterval: 0.3)
    kill(second.processIdentifier, SIGKILL)
    second.waitUntilExit()
    #expect(second.terminationReason == .uncaughtSignal && second.terminationStatus == SIGKILL)
    #expect(command.contents == [".shallows"])

    let resumed = try command.json(Self.arguments)
    #expect(command.contents == [], "the checkpoints of a finished run are removed")
    let whole = try command.json(Self.arguments)
    #expect(try Self.lasting(resumed) == Self.lasting(whole))
  }
}
