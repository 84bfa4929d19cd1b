import Foundation
import Testing

/// The help texts, held against files. After a wanted change run the tests with SHALLOWS_RECORD=1, which rewrites them.
@Suite struct HelpTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Help")

  @Test(arguments: [
    "", "fit", "imitate", "recover", "attack", "predict", "data", "sweep", "report", "reproduce", "runs", "runs list",
    "runs show", "runs compare", "runs export", "runs delete", "runs index",
  ])
  func help(_ verb: String) throws {
    let command = try Command()
    let outcome = try command.run(verb.split(separator: " ").map(String.init) + ["--help"])
    #expect(outcome.status == 0)
    let file = Self.folder.appendingPathComponent((verb.isEmpty ? "shallows" : verb.replacing(" ", with: "-")) + ".txt")
    if ProcessInfo.processInfo.environment["SHALLOWS_RECORD"] != nil { try Data(outcome.output.utf8).write(to: file) }
    #expect(outcome.output == String(decoding: try Data(contentsOf: file), as: UTF8.self))
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func completionScriptsKnowTheVerbs(_ shell: String) throws {
    let command = try Command()
    let outcome = try command.run(["--generate-completion-script", shell])
    #expect(outcome.status == 0)
    for word in ["fit", "imitate", "recover", "attack", "predict", "data", "gauss-newton", "whitening", "cross-entropy"] {
      #expect(outcome.output.contains(word))
    }
  }
}
