import Dynamics
import Foundation
import Testing

@Suite("Atomic file")
struct AtomicFileTests {
  /// Runs `body` with a new folder and checks that only the files it names are left.
  private func withFolder(leaving expected: [String], _ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "/shallows-atomic-\(UInt64.random(in: 0...UInt64.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == expected)
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test("creates, replaces and empties a file")
  func writes() throws {
    try withFolder(leaving: ["a.txt"]) { folder in
      let path = folder + "/a.txt"
      try AtomicFile.write("first, and longer", to: path)
      try AtomicFile.write("second ✓", to: path)
      #expect(try text(path) == "second ✓")
      try AtomicFile.write([], to: path)
      #expect(try text(path).isEmpty)
    }
  }

  @Test("what a killed process leaves under temporary names can be removed, and nothing else is")
  func removesLeftovers() throws {
    let kept = [".hidden", ".locks", ".tmp", "a.tmp", ".ABC.tmp", ".0123456789abcd.tmp"]
    try withFolder(leaving: kept.sorted()) { folder in
      for name in kept + [".3w5e11264sgsf.tmp", ".0.tmp"] { try AtomicFile.write("text", to: folder + "/" + name) }
      AtomicFile.removeLeftovers(in: folder)
      AtomicFile.removeLeftovers(in: folder + "/none")
    }
  }

  @Test("permission bits of an existing file and a symbolic link survive")
  func keepsModeAndLink() throws {
    try withFolder(leaving: ["link", "real"]) { folder in
      try AtomicFile.write("old", to: folder + "/real")
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder + "/real")
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "real")
      try AtomicFile.write("new", to: folder + "/link")
      #expect(try text(folder + "/real") == "new")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == "real")
      let mode = try FileManager.default.attributesOfItem(atPath: folder + "/real")[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
  }

  @Test("a name as long as the file system allows")
  func longName() throws {
    let name = String(repeating: "n", count: 255)
    try withFolder(leaving: [name]) { try AtomicFile.write("x", to: $0 + "/" + name) }
  }

  @Test("a missing folder, a file as folder, a folder as file: refused, named, and nothing left behind")
  func failures() throws {
    try withFolder(leaving: ["file", "folder"]) { folder in
      try AtomicFile.write("kept", to: folder + "/file")
      try FileManager.default.createDirectory(atPath: folder + "/folder", withIntermediateDirectories: false)
      for (path, code) in [("/none/a", ENOENT), ("/file/a", ENOTDIR), ("/folder", EISDIR)] {
        let error = #expect(throws: AtomicFile.Failure.self) { try AtomicFile.write("lost", to: folder + path) }
        #expect(error?.code == code)
        #expect(error?.path == folder + path)
        #expect(error?.description.hasPrefix(folder + path + ": cannot ") == true)
      }
      #expect(try text(folder + "/file") == "kept")
    }
  }

  @Test("a device is written to, not replaced")
  func device() throws {
    try AtomicFile.write("gone", to: "/dev/null")
    let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
    #expect(type == .typeCharacterSpecial)
  }
}
