import Foundation
import Shallows

/// What `--teacher` names: a family, angles in the plane, or a file of weights.
enum TeacherArgument: Equatable {
  case choice(TeacherChoice)
  case file(String)

  /// - Throws: ``CommandError`` naming the part that cannot be read; whether a file is there is not looked at.
  init(_ text: String, norms: ClosedRange<Double>? = nil) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if norms != nil, parts.first != "separated" {
      throw CommandError("--norms goes with --teacher separated=DEGREES, not with \"\(text)\"")
    }
    switch parts.first {
    case "": throw CommandError("--teacher: the name is empty; \(Self.forms)")
    case "basis" where parts.count == 1: self = .choice(.basis)
    case "orthonormal" where parts.count == 1: self = .choice(.orthonormal)
    case "gaussian" where parts.count == 1: self = .choice(.gaussian)
    case "separated":
      guard parts.count == 2, let degrees = Double(parts[1]), degrees >= 0, degrees <= 180 else {
        throw CommandError("--teacher \"\(text)\": an angle from 0 to 180 degrees is needed, as in separated=30")
      }
      self = .choice(.separated(degrees: degrees, norms: norms ?? 1...1))
    default:
      if let degrees = try Self.angles(text) {
        self = .choice(.planar(degrees: degrees))
      } else {
        self = .file(text)
      }
    }
  }

  static let forms =
    "accepted: basis, orthonormal, gaussian, separated=DEGREES, angles in degrees with commas between, or a CSV, NPY "
    + "or NPZ file"

  /// The angles, if the text can be nothing else.
  private static func angles(_ text: String) throws -> [Double]? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard parts.contains(where: { Double($0) != nil }) || text.allSatisfy({ "0123456789.,+- ".contains($0) }) else {
      return nil
    }
    return try parts.map { part in
      guard let angle = Double(part), angle.isFinite else {
        throw CommandError("--teacher \"\(text)\": \"\(part)\" is not an angle in degrees")
      }
      return angle
    }
  }
}

/// `LOW..HIGH`, or one number for both.
struct NormsArgument {
  let range: ClosedRange<Double>

  init(_ text: String) throws {
    let parts = text.components(separatedBy: "..")
    let numbers = parts.map { Double($0) }
    guard (1...2).contains(parts.count), let low = numbers[0], let high = numbers.last!, low > 0, high.isFinite,
      low <= high
    else {
      throw CommandError("--norms \"\(text)\": two positive numbers, the smaller first, are needed, as in 0.5..2")
    }
    range = low...high
  }
}
