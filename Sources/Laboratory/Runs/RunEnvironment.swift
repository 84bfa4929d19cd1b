import Foundation
import LinearAlgebra

/// The program and the machine that made a run: what somebody who repeats it would want to know.
public struct RunEnvironment: Codable, Sendable, Hashable {
  /// The version of this program.
  public let version: String
  /// The commit of the sources around the program, and whether files had been changed since; `nil` where there is no
  /// such repository.
  public let commit: String?
  public let dirty: Bool?
  public let machine: Machine
  /// The libraries beneath and the language, by name.
  public let libraries: [String: String]

  /// The version of Shallows.
  public static let programVersion = "0.2.0"

  /// The environment of this process. Asks git, which takes some ten milliseconds: take it once.
  public static func current() -> RunEnvironment {
    let repository = sourceRepository()
    return RunEnvironment(
      version: programVersion, commit: repository.flatMap { git($0, ["rev-parse", "HEAD"]) },
      dirty: repository.flatMap { git($0, ["status", "--porcelain", "--untracked-files=no"]) }.map { !$0.isEmpty },
      machine: .current,
      libraries: ["BLAS": BLAS.configuration, "BLAS kernel": BLAS.kernel, "Swift": swiftVersion])
  }

  /// The repository in whose build folder the program lies, if it is this project's.
  private static func sourceRepository() -> String? {
    guard let program = Bundle.main.executableURL?.resolvingSymlinksInPath() else { return nil }
    var folder = program.deletingLastPathComponent()
    while folder.path != "/" {
      if FileManager.default.fileExists(atPath: folder.path + "/.git"),
        FileManager.default.fileExists(atPath: folder.path + "/Sources/ShallowsCommand")
      {
        return folder.path
      }
      folder.deleteLastPathComponent()
    }
    return nil
  }

  private static func git(_ repository: String, _ arguments: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "-C", repository] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static var swiftVersion: String {
    #if swift(>=6.4)
      "6.4 or later"
    #elseif swift(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }
}
