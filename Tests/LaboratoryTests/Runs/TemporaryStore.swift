import Dynamics
import Foundation
import Laboratory

/// A store in a folder of its own, gone with the value.
final class TemporaryStore: Sendable {
  let store: RunStore
  var path: String { store.path }

  init() throws {
    let path = FileManager.default.temporaryDirectory.path + "/shallows-store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    store = try RunStore(path, environment: Self.environment)
  }

  deinit { try? FileManager.default.removeItem(atPath: store.path) }

  /// Taken once: it asks git.
  static let environment = RunEnvironment.current()

  static func run(_ settings: JSONValue = ["width": 8], seed: UInt64 = 1, verb: String = "fit") -> PlannedRun {
    PlannedRun(configuration: RunConfiguration(verb: verb, schema: 1, settings: settings), seed: seed)
  }

  /// A completed run with a result.
  @discardableResult
  func complete(
    _ settings: JSONValue = ["width": 8], seed: UInt64 = 1, experiment: String = "e", result: JSONValue = ["loss": 0.5]
  ) throws -> PlannedRun {
    let run = Self.run(settings, seed: seed)
    _ = try store.perform(run, of: experiment) { _, _ in RunOutcome(result: result) }
    return run
  }

  func folder(_ run: PlannedRun, experiment: String = "e") -> String { store.folder(of: run, in: experiment).path }

  func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

/// A second process, since locks of POSIX do not show within one: holds the lock of a run until it is told to end.
final class LockHolder {
  private let process = Process()
  private let input = Pipe()

  /// Locks the byte of a run in the file of locks, and returns when that is done; nil without perl.
  init?(folder: String, place: Int64) throws {
    let script = """
      use Fcntl; $| = 1;
      open(my $f, '+>>', $ARGV[0]) or die;
      my $lock = $^O eq 'darwin' ? pack('q q l s s', $ARGV[1], 1, 0, F_WRLCK, 0)
        : pack('s s x4 q q l x4', F_WRLCK, 0, $ARGV[1], 1, 0);
      fcntl($f, F_SETLK, $lock) or die "lock: $!";
      print "held\\n"; <STDIN>;
      """
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/perl") else { return nil }
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/perl")
    process.arguments = ["-e", script, folder + "/.locks", "\(place)"]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    guard String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "held\n" else { return nil }
  }

  /// Ends the holder as kill -9 would: the system lets go of its lock.
  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  deinit { if process.isRunning { kill() } }
}
