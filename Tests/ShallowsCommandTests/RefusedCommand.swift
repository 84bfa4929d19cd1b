import Foundation
import Testing

/// Arguments that a verb refuses: the exit status, and what its message must name.
struct RefusedCommand: Sendable, CustomTestStringConvertible {
  let arguments: [String]
  let status: Int32
  let message: [String]
  var testDescription: String { arguments.joined(separator: " ") }

  /// - Parameter arguments: separated by single spaces; two in a row stand for an empty one between.
  init(_ arguments: String, status: Int32 = 64, _ message: String...) {
    self.arguments = arguments.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    (self.status, self.message) = (status, message)
  }

  /// Runs it: nothing on standard output, a message in the project's own words, nothing left behind.
  func check(_ verb: String, in command: borrowing Command) throws {
    let before = command.contents
    let outcome = try command.run([verb] + arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.output == "")
    for part in message { #expect(outcome.errors.contains(part), "\(part) in: \(outcome.errors)") }
    #expect(!outcome.errors.contains("Error Domain"))
    #expect(command.contents == before, "something was left behind")
  }
}
