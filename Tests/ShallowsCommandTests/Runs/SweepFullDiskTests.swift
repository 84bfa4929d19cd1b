#if os(Linux)
  import Foundation
  import Testing

  /// A sweep on a disk that fills up: a small file system in memory. Needs the right to mount one.
  @Suite struct SweepFullDiskTests {
    /// Whether this process may mount file systems: only the superuser, and not in every container.
    static let mayMount: Bool = {
      guard let disk = try? SmallDisk(kilobytes: 64) else { return false }
      _ = disk
      return true
    }()

    struct SmallDisk: ~Copyable {
      let path: String

      init(kilobytes: Int) throws {
        let path = NSTemporaryDirectory() + "shallows-disk-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        guard try SweepFullDiskTests.system("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", path) == 0
        else {
          rmdir(path)
          throw CocoaError(.fileWriteNoPermission)
        }
        self.path = path
      }

      deinit {
        _ = try? SweepFullDiskTests.system("umount", path)
        rmdir(path)
      }
    }

    static func system(_ arguments: String...) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = arguments
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }

    static let definition = """
      verb = "fit"
      seeds = 20
      [base]
      data = "table.csv"
      goal = 0
      iterations = 40
      [grid]
      width = [2, 4, 6]
      method = ["gauss-newton", "pgd"]
      """

    @Test(.enabled(if: mayMount, "mounting a file system is not allowed here"))
    func resumesOnceThereIsSpace() throws {
      let undisturbed = try SweepFixture("full", Self.definition)
      #expect(try undisturbed.run().status == 0)

      let disk = try SmallDisk(kilobytes: 2048)
      let full = try SweepFixture("full", Self.definition)
      // Room for some of the runs: each takes about 25 kB.
      let filler = disk.path + "/filler"
      try Data(count: 1_200_000).write(to: URL(fileURLWithPath: filler))
      try FileManager.default.createSymbolicLink(
        atPath: full.command.folder.path + "/runs", withDestinationPath: disk.path)
      let stopped = try full.run()
      #expect(stopped.status == 1, "\(stopped.errors)")
      #expect(stopped.output == "")
      for part in ["runs/full/", "No space left on device", "make space, and the same command continues"] {
        #expect(stopped.errors.contains(part), "\(part) in: \(stopped.errors)")
      }
      let complete = try full.completed()
      #expect(complete > 0 && complete < 120)
      // Whatever is there is whole.
      for (run, status) in try full.statuses() where status.state == "completed" {
        _ = try JSONSerialization.jsonObject(with: full.file(run + "/result.json"))
        let (mine, theirs) = (try full.metrics(run), try undisturbed.metrics(run))
        #expect(mine == theirs)
      }
      // A disk that is still full changes nothing.
      #expect(try full.run().status == 1)
      #expect(try full.completed() >= complete)

      try FileManager.default.removeItem(atPath: filler)
      #expect(try Self.system("mount", "-o", "remount,size=64m", disk.path) == 0)
      let resumed = try full.run()
      #expect(resumed.status == 0, "\(resumed.errors)")
      try full.expectSameResults(as: undisturbed)
      full.expectTidy()
    }
  }
#endif
