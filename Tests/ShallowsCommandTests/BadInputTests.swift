import Foundation
import Testing

/// Whatever is wrong with the input: the exit status, a message that names file, place, value and what is accepted, and
/// nothing left behind.
@Suite struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let file: String
    var options: [String] = []
    var status: Int32 = 1
    let message: [String]
    var testDescription: String { ([file] + options).joined(separator: " ") }
  }

  static let cases: [Case] = [
    // The data.
    Case(file: "ragged.csv", message: ["ragged.csv, line 3", "2 cells", "3, as on line 1"]),
    Case(file: "text.csv", message: ["text.csv, line 10, column 1 \"a\"", "\"oops\"", "a number"]),
    Case(file: "nan.csv", message: ["nan.csv, line 10, column 1 \"a\"", "\"nan\"", "a value"]),
    Case(file: "inf.csv", message: ["inf.csv, line 10, column 1 \"a\"", "\"inf\"", "a finite number"]),
    Case(file: "empty.csv", message: ["empty.csv", "an empty file", "accepted"]),
    Case(file: "constant.csv", message: ["constant.csv", "the one", "5", "two different values"]),
    Case(file: "one.csv", message: ["one.csv", "the one target value 2.0", "two different values"]),
    Case(file: "wide.csv", options: ["--target", "p,q,r"], message: ["wide.csv", "3 outputs for 2 samples"]),
    Case(file: "missing.csv", message: ["missing.csv", "no such file or folder", "\"digits\""]),
    Case(file: "cut.npz", message: ["cut.npz", "accepted"]),
    Case(file: "cut.idx", message: ["cut.idx", "byte", "accepted"]),
    Case(file: "good.csv", options: ["--target", "zz"], message: ["good.csv", "\"zz\"", "a, b, y"]),
    Case(file: "good.csv", options: ["--target", "parity"], message: ["good.csv", "parity", "whole numbers"]),
    Case(file: "good.csv", options: ["--loss", "softmax", "--method", "pgd"], message: ["softmax", "numbers"]),
    Case(file: "", message: ["empty", "\"digits\""]),
    // Numbers of samples and parts.
    Case(file: "good.csv", options: ["--samples", "5000"], message: ["good.csv", "5000", "30"]),
    Case(file: "good.csv", options: ["--samples", "0"], status: 64, message: ["--samples 0", "at least 1"]),
    Case(file: "good.csv", options: ["--samples", "1"], message: ["good.csv, the first 1", "two different values"]),
    Case(file: "good.csv", options: ["--test", "nonsense"], message: ["nonsense", "no such file or folder"]),
    Case(file: "good.csv", options: ["--test", "1.5"], status: 64, message: ["--test \"1.5\"", "a share from 0"]),
    Case(file: "good.csv", options: ["--test", "-1"], status: 64, message: ["--test \"-1\"", "a share from 0"]),
    Case(file: "good.csv", options: ["--test", "nan"], status: 64, message: ["--test \"nan\"", "a share from 0"]),
    Case(file: "good.csv", options: ["--test", ""], status: 64, message: ["--test \"\"", "a share from 0"]),
    Case(file: "good.csv", options: ["--test", "0.999"], message: ["good.csv", "--test 0.999", "0 samples"]),
    // Settings.
    Case(file: "good.csv", options: ["--width", "0"], status: 64, message: ["width 0", "1 or more", "auto"]),
    Case(file: "good.csv", options: ["--width", "-2"], status: 64, message: ["width -2", "1 or more"]),
    Case(file: "good.csv", options: ["--width", "3"], status: 64, message: ["width 3", "even", "give 4"]),
    Case(file: "good.csv", options: ["--width", "x"], status: 64, message: ["'x'", "--width"]),
    Case(file: "good.csv", options: ["--width", "4000000000"], message: ["width 4000000000", "GB", "at most"]),
    Case(file: "good.csv", options: ["--method", "foo"], status: 64, message: ["'foo'", "gauss-newton", "psgd"]),
    Case(file: "good.csv", options: ["--activation", "foo"], status: 64, message: ["'foo'", "tanh", "leakyReLU"]),
    Case(file: "good.csv", options: ["--loss", "foo"], status: 64, message: ["'foo'", "'squared' and 'softmax'"]),
    Case(file: "good.csv", options: ["--seed", "-1"], status: 64, message: ["'-1'", "--seed"]),
    Case(file: "good.csv", options: ["--step", "-0.5"], status: 64, message: ["step -0.5", "a positive number"]),
    Case(file: "good.csv", options: ["--iterations", "-1"], status: 64, message: ["iterations -1", "0 or more"]),
    Case(file: "good.csv", options: ["--goal", "nan"], status: 64, message: ["goal nan", "0 or more"]),
    Case(file: "good.csv", options: ["--time", "-1"], status: 64, message: ["seconds -1", "0 or more"]),
    Case(file: "good.csv", options: ["--radius", "0"], status: 64, message: ["radius 0", "a positive number"]),
    Case(file: "good.csv", options: ["--kappa", "0.5"], status: 64, message: ["kappa 0.5", "at least 1"]),
    Case(file: "good.csv", options: ["--frobnicate"], status: 64, message: ["--frobnicate"]),
    // Places to write to.
    Case(file: "good.csv", options: ["--save", "good.csv"], message: ["--save good.csv", "is a file", "a folder"]),
    Case(file: "good.csv", options: ["--save", "good.csv/x"], message: ["--save good.csv/x", "is a file"]),
    Case(file: "good.csv", options: ["--checkpoints", "good.csv"], message: ["--checkpoints good.csv", "is a file"]),
    Case(
      file: "good.csv", options: ["--plot", "no/such/plot.svg"], message: ["--plot no/such/plot.svg", "no folder"]),
  ]

  static func write(_ file: String, with command: borrowing Command) throws {
    let good = regressionTable()
    func replacing(line: Int, by text: String) -> String {
      var lines = good.split(separator: "\n").map(String.init)
      lines[line - 1] = text
      return lines.joined(separator: "\n") + "\n"
    }
    switch file {
    case "good.csv": try command.write(good, to: file)
    case "ragged.csv": try command.write("a,b,y\n1,2,3\n4,5\n", to: file)
    case "text.csv": try command.write(replacing(line: 10, by: "oops,1,2"), to: file)
    case "nan.csv": try command.write(replacing(line: 10, by: "nan,1,2"), to: file)
    case "inf.csv": try command.write(replacing(line: 10, by: "inf,1,2"), to: file)
    case "empty.csv": try command.write("", to: file)
    case "constant.csv": try command.write("a,y\n1,5\n2,5\n3,5\n4,5\n", to: file)
    case "one.csv": try command.write("a,y\n1,2\n", to: file)
    case "wide.csv": try command.write("a,p,q,r\n1,2,3,4\n2,5,6,8\n", to: file)
    case "cut.npz": try command.write("PK\u{3}\u{4}cut short", to: file)
    // An IDX file of bytes that announces 3 x 4 of them and holds two.
    case "cut.idx": try command.write("\0\0\u{8}\u{2}\0\0\0\u{3}\0\0\0\u{4}ab", to: file)
    default: break
    }
  }

  @Test(arguments: cases) func refused(_ bad: Case) throws {
    let command = try Command()
    try Self.write(bad.file, with: command)
    let before = command.contents
    var options = bad.options
    if !options.contains("--save") { options += ["--save", "model"] }
    let outcome = try command.run(["fit", bad.file] + options)
    #expect(outcome.status == bad.status, "\(outcome.errors)")
    #expect(outcome.output == "")
    for part in bad.message { #expect(outcome.errors.contains(part), "\(part) in: \(outcome.errors)") }
    #expect(!outcome.errors.contains("Error Domain"))
    #expect(command.contents == before, "something was left behind")
  }

  @Test func predictNamesWhatIsWrong() throws {
    let command = try Command()
    try command.write(regressionTable(), to: "good.csv")
    try command.write(classificationTable(), to: "classes.csv")
    _ = try command.json(["fit", "good.csv", "--width", "4", "--iterations", "3", "--save", "model", "--json"])
    for (arguments, parts) in [
      (["nomodel", "good.csv"], ["nomodel/config.json", "cannot be read", "accepted"]),
      (["model", "digits"], ["digits", "64 inputs", "takes 2"]),
      (["model", "classes.csv"], ["classes.csv"]),
      (["model", "good.csv", "--out", "no/such/out.csv"], ["no/such/out.csv", "cannot"]),
    ] {
      let outcome = try command.run(["predict"] + arguments)
      #expect(outcome.status == 1)
      for part in parts { #expect(outcome.errors.contains(part), "\(part) in: \(outcome.errors)") }
    }
    #expect(command.contents == ["good.csv", "classes.csv", "model"])
  }
}
