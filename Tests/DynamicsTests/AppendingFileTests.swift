import Dynamics
import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct AppendingFileTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/shallows-\(UUID().uuidString)"

  @Test func growsAndIsCutOff() throws {
    try AtomicFile.makeFolder(folder + "/a/b")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/a/b/log"
    do {
      let file = try AppendingFile(path)
      try file.append("one\n")
      try file.append("two\n")
    }
    // Opened again it goes on at the end.
    do {
      let file = try AppendingFile(path)
      try file.append("three\n")
      try file.truncate(to: 4)
      try file.append("four\n")
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "one\nfour\n")
  }

  @Test func failuresNameTheFile() throws {
    try AtomicFile.makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // A second time is no error; a file in the way is.
    try AtomicFile.makeFolder(folder)
    try AtomicFile.write("", to: folder + "/file")
    #expect(throws: AtomicFile.Failure(path: folder + "/file", operation: "make the folder", code: ENOTDIR)) {
      try AtomicFile.makeFolder(folder + "/file")
    }
    let error = #expect(throws: AtomicFile.Failure.self) { _ = try AppendingFile(folder + "/none/log") }
    #expect(error?.description.contains("/none/log: cannot open the file") == true)
    #expect(AtomicFile.Failure(path: "", operation: "", code: ENOSPC).isFullDisk)
    #expect(!AtomicFile.Failure(path: "", operation: "", code: EACCES).isFullDisk)
  }
}
