import Foundation
import Shallows
import Testing

/// `shallows recover` as a user has it: what it prints, what it writes, and that its numbers depend on the seed alone.
@Suite struct RecoverTests {
  static let keys: Set<String> = [
    "W", "A", "standardErrors", "data", "neurons", "slope", "verdict", "reasons", "hints", "gap", "errorShare",
    "diagnostics", "refinement", "truth", "guarantee", "settings", "seconds", "recoverySeconds", "totalSeconds",
    "peakMemoryBytes",
  ]

  static func matrix(_ value: Any?) throws -> [[Double]] {
    let rows = try #require(value as? [[NSNumber]])
    return rows.map { $0.map(\.doubleValue) }
  }

  /// A report without what depends on the time and place of the run, as text.
  static func lasting(_ report: [String: Any]) throws -> String {
    let clock = ["seconds", "recoverySeconds", "totalSeconds", "peakMemoryBytes"]
    let kept = report.filter { !clock.contains($0.key) }
    return String(decoding: try JSONSerialization.data(withJSONObject: kept, options: [.sortedKeys]), as: UTF8.self)
  }

  private static let small = [
    "recover", "planted", "--dimension", "4", "--planted", "3", "--responses", "5", "--samples", "4000", "--noise",
    "0.01", "--bootstrap", "0", "--json",
  ]

  /// 4 inputs, 3 neurons, 5 outputs, hardly any noise: everything is found, and said to be.
  @Test func aPlantedNetworkIsRecovered() throws {
    let command = try Command()
    let report = try command.json(Self.small)
    #expect(Set(report.keys) == Self.keys)
    #expect(report["verdict"] as? String == "reliable", "\(report["reasons"] ?? "")")
    #expect(report["neurons"] as? Int == 3)
    let (w, a) = try (Self.matrix(report["W"]), Self.matrix(report["A"]))
    #expect(w.count == 3 && w.allSatisfy { $0.count == 4 } && a.count == 5 && a.allSatisfy { $0.count == 3 })
    for row in w { #expect(abs(row.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12) }
    let truth = try #require(report["truth"] as? [String: Any])
    // Complete failure reads about 5 for three neurons; the reference table has 0.005 for ten at a similar setting.
    #expect(try #require(truth["hiddenError"] as? Double) < 0.05)
    #expect(try #require(truth["outputError"] as? Double) < 0.05)
    let matching = try #require(truth["matching"] as? [Int])
    #expect(Set(matching) == [0, 1, 2])
    // The matched rows are near each other, so that W is in the order that the matching says.
    let planted = try Self.matrix(truth["W"])
    for (i, j) in matching.enumerated() {
      #expect(zip(planted[i], w[j]).reduce(0) { $0 + $1.0 * $1.1 } > 0.95)
    }
    #expect(report["standardErrors"] is NSNull)
    #expect(try Self.lasting(report) == Self.lasting(command.json(Self.small + ["--jobs", "1"])))
    #expect(command.contents == [])
  }

  /// The samples of a planted network, written and read again: the same recovery, and a model that predicts them.
  @Test func filesGiveWhatPlantedSamplesGave() throws {
    let command = try Command()
    let direct = try command.json(Self.small + ["--write", "samples.npz"])
    let file = try command.json(
      ["recover", "samples.npz", "--bootstrap", "0", "--json", "--save", "model", "--plot", "plot.svg"])
    #expect(try Self.matrix(direct["W"]) == Self.matrix(file["W"]))
    #expect(try Self.matrix(direct["A"]) == Self.matrix(file["A"]))
    #expect(file["truth"] is NSNull)
    let files = try FileManager.default.contentsOfDirectory(atPath: command.folder.path + "/model")
    #expect(Set(files) == ["model.safetensors", "config.json", "report.json"])
    #expect(command.contents == ["samples.npz", "model", "plot.svg", "plot.csv"])

    // Noise of variance 0.01 leaves a root mean square of 0.1; the weights' errors add little.
    let predicted = try command.run(["predict", "model", "samples.npz"])
    #expect(predicted.status == 0, "\(predicted.errors)")
    let words = predicted.errors.split(separator: " ")
    let at = try #require(words.firstIndex(of: "error"))
    let error = try #require(Double(words[at + 1]))
    #expect(error > 0.09 && error < 0.13)

    // A fit that starts there is at its minimum but for the noise.
    let fitted = try command.json([
      "fit", "samples.npz", "--start", "model", "--method", "adam", "--epochs", "1", "--test", "0", "--json",
    ])
    let loss = try #require(fitted["loss"] as? [String: Double])
    #expect(fitted["width"] as? Int == 3 && fitted["activation"] as? String == "relu")
    #expect(loss["initial"]! > 0 && loss["initial"]! < 0.5 * 5 * 0.017)
  }

  @Test func columnsOfATableAreGrouped() throws {
    let command = try Command()
    _ = try command.json(Self.small + ["--write", "samples.npz"])
    let archive = try NPZArchive(path: command.folder.path + "/samples.npz")
    let (x, y) = try (archive.array("x").values, archive.array("y").values)
    var lines = ["time,x1,x2,force,torque,y3,y4,y5,x3,x4"]
    for i in 0..<4000 {
      let (a, b) = (x[4 * i..<4 * i + 4].map { "\($0)" }, y[5 * i..<5 * i + 5].map { "\($0)" })
      lines.append((["\(i)"] + a[0..<2] + b + a[2..<4]).joined(separator: ","))
    }
    try command.write(lines.joined(separator: "\n") + "\n", to: "table.csv")
    let table = try command.json([
      "recover", "table.csv", "--outputs", "force,torque,y*", "--bootstrap", "0", "--json", "--save", "model",
    ])
    let direct = try command.json(["recover", "samples.npz", "--bootstrap", "0", "--json"])
    #expect(try Self.matrix(table["W"]) == Self.matrix(direct["W"]))
    let data = try #require(table["data"] as? [String: Any])
    #expect(data["inputNames"] as? [String] == ["x1", "x2", "x3", "x4"])
    #expect(data["outputNames"] as? [String] == ["force", "torque", "y3", "y4", "y5"])
    // The model knows its columns by name, also where they stand otherwise and with one too many.
    try command.write("x4,x3,x2,x1\n0,0,0,0\n1,1,1,1\n", to: "turned.csv")
    let predicted = try command.run(["predict", "model", "turned.csv"])
    #expect(predicted.status == 0 && predicted.output.hasPrefix("force,torque,y3,y4,y5\n"), "\(predicted.errors)")
  }

  @Test func peopleGetVerdictFiguresAndWeights() throws {
    let command = try Command()
    let outcome = try command.run(Self.small.filter { $0 != "--json" && $0 != "--bootstrap" && $0 != "0" } + [
      "--bootstrap", "5", "--refine",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("verdict   RELIABLE\n"), "\(outcome.output)")
    for part in ["neurons   3: so many", "refined by least squares", "true error of W", "gap", "W, rows of length 1", "["] {
      #expect(outcome.output.contains(part), "\(part) in: \(outcome.output)")
    }
    // Standard errors stand in parentheses.
    #expect(outcome.output.contains(/\d\(\d+\)/))
  }

  /// Any slope is kept by a model of ReLU units.
  @Test func aLeakySlopeIsRecoveredAndSaved() throws {
    let command = try Command()
    let report = try command.json(Self.small + ["--slope", "0.2", "--write", "leaky.npz", "--save", "model"])
    #expect(report["verdict"] as? String == "reliable" && report["slope"] as? Double == 0.2)
    let predicted = try command.run(["predict", "model", "leaky.npz", "--json"])
    #expect(predicted.status == 0, "\(predicted.errors)")
    let values = try #require(
      try JSONSerialization.jsonObject(with: Data(predicted.output.utf8)) as? [String: Any])
    #expect(try #require(values["rootMeanSquareError"] as? Double) < 0.13)
    let (w, a) = try (Self.matrix(report["W"]), Self.matrix(report["A"]))
    let network = ReLUNetwork(hidden: Matrix(w), output: Matrix(a), slope: 0.2)
    let x = try NPZArchive(path: command.folder.path + "/leaky.npz").array("x")
    let expected = network.predict(Matrix(rows: 4000, columns: 4, elements: x.values))
    let first = try #require((values["predictions"] as? [[Double]])?.first)
    // The weights were read from text of 17 digits.
    for (p, q) in zip(first, expected.row(0)) { #expect(abs(p - q) < 1e-12) }
  }

  /// More neurons than outputs cannot be recovered, and that is said.
  @Test func aWrongModelIsNoSuccess() throws {
    let command = try Command()
    let outcome = try command.run([
      "recover", "planted", "--dimension", "6", "--planted", "6", "--responses", "3", "--samples", "5000",
      "--bootstrap", "0", "--json",
    ])
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome.errors)")
    let verdict = try #require(report["verdict"] as? String)
    #expect(verdict != "reliable")
    #expect(outcome.status == (verdict == "failed" ? 2 : 0))
    #expect((report["hints"] as? [String])?.isEmpty == false)
  }

  @Test func interruptionIsPolite() throws {
    let command = try Command()
    let (process, out, err) = try command.process([
      "recover", "planted", "--dimension", "40", "--planted", "20", "--samples", "3000000", "--json",
    ])
    defer { for url in [out, err] { try? FileManager.default.removeItem(at: url) } }
    try process.run()
    Thread.sleep(forTimeInterval: 1)
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 130)
    #expect(try Data(contentsOf: out).isEmpty)
    #expect(String(decoding: try Data(contentsOf: err), as: UTF8.self) == "Interrupted.\n")
    #expect(command.contents == [])
  }
}
