import Foundation
import Shallows

/// What `--until` says: any of `gradient=G`, `loss=L`, `iterations=N` and `time=T`, with commas between.
struct StoppingArgument {
  let stopping: StudentStopping

  /// Goals that are not named stop no student; the limit of 1,000,000 iterations stays unless one is named.
  ///
  /// - Throws: ``CommandError`` naming the part that cannot be read.
  init(_ text: String) throws {
    var stopping = StudentStopping()
    var named: Set<String> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      func fail(_ needed: String) -> CommandError { CommandError("--until \"\(text)\": \"\(part)\": \(needed)") }
      guard sides.count == 2 else { throw fail(Self.forms) }
      guard named.insert(sides[0]).inserted else { throw fail("\(sides[0]) is given twice") }
      guard ["gradient", "loss", "iterations", "time"].contains(sides[0]) else { throw fail(Self.forms) }
      guard let number = Double(sides[1]), number >= 0, number.isFinite else { throw fail("0 or more is needed") }
      switch sides[0] {
      case "gradient": stopping.gradient = number
      case "loss": stopping.loss = number
      case "time":
        guard number > 0 else { throw fail("a positive number is needed") }
        stopping.time = number
      default:
        guard let count = Int(exactly: number), count < 1 << 53 else { throw fail("a whole number is needed") }
        stopping.iterations = count
      }
    }
    self.stopping = stopping
  }

  static let forms = "gradient=G, loss=L, iterations=N and time=T are accepted, with commas between"
}
