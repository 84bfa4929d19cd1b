import Datasets
import Foundation
import Testing

@testable import Laboratory

@Suite("Export of runs")
struct RunExportTests {
  private func runs(_ temporary: TemporaryStore, bigSeed: Bool = false) throws -> [RecordedRun] {
    for (i, width) in [8, 16, 32].enumerated() {
      let run = TemporaryStore.run(
        ["width": .integer(Int64(width)), "method": .string("m\(i)"), "data": ["a/b": i == 0 ? 1 : 2]],
        seed: bigSeed ? .max : UInt64(i))
      _ = try temporary.store.perform(run, of: "e") { _, context in
        for k in 0...i { context.metrics.record(k, [("loss", Double(k) + 0.5)]) }
        var result: [String: JSONValue] = ["loss": JSONValue(1 / Double(width)), "ok": .boolean(i > 0), "count": 3]
        if i == 1 { result["testError"] = "inf" }
        if i == 2 { result["note"] = "a, \"b\"" }
        return RunOutcome(result: .object(result))
      }
    }
    // By width, which the order of the hashes is not.
    return try RunIndex(temporary.store).runs().sorted { precedes($0.settings["width"], $1.settings["width"]) }
  }

  @Test("tables")
  func csv() throws {
    let temporary = try TemporaryStore()
    let export = RunExport(try runs(temporary))
    let expected = #"""
      data.a/b,method,width,seed,count,loss,note,ok,testError
      1,m0,8,0,3,0.125,,false,
      2,m1,16,1,3,0.0625,,true,inf
      2,m2,32,2,3,0.03125,"a, ""b""",true,

      """#
    #expect(export.csv() == expected)
    let curves = export.curves(in: temporary.store)
    #expect(
      curves.csv().split(separator: "\n").prefix(3) == [
        "data.a/b,method,width,seed,iteration,loss", "1,m0,8,0,0,0.5", "2,m1,16,1,0,0.5",
      ])
    #expect(curves.csv().split(separator: "\n").count == 1 + 1 + 2 + 3)
    #expect(
      curves.jsonl().hasPrefix(
        #"{"iteration":0,"metrics":{"loss":0.5},"seed":0,"settings":{"data.a/b":1,"method":"m0","width":8}}"# + "\n"))
  }

  @Test("whole runs, one a line")
  func jsonl() throws {
    let temporary = try TemporaryStore()
    let export = RunExport(try runs(temporary, bigSeed: true))
    let lines = try export.jsonl().split(separator: "\n").map { try JSONValue(json: Data($0.utf8)) }
    #expect(lines.count == 3 && lines[0]["seed"] == "18446744073709551615")
    for (line, run) in zip(lines, export.runs) {
      #expect(line["result"] == run.result && line["settings"] == run.settings)
      #expect(try line["status"]?.decoded(as: RunStatus.self) == run.status)
    }
  }

  @Test("arrays")
  func npz() throws {
    let temporary = try TemporaryStore()
    let export = RunExport(try runs(temporary))
    let arrays = export.arrays() + export.curves(in: temporary.store).arrays()
    let bytes = try NPZArchive.encoded(arrays)
    #expect(
      try bytes == NPZArchive.encoded(RunExport(export.runs).arrays() + export.curves(in: temporary.store).arrays()))
    func array(_ name: String) throws -> NPYArray { try #require(arrays.first { $0.name == name }, "\(name)").array }
    #expect(try array("seed").values == [0, 1, 2] && array("seed").type == .int64)
    #expect(try array("width").type == .int64 && array("method").strings == ["m0", "m1", "m2"])
    #expect(try array("data.a-b").values == [1, 2, 2], "a slash would be a folder")
    #expect(try array("loss").values == [0.125, 0.0625, 0.03125] && array("ok").type == .bool)
    let error = try array("testError").values
    #expect(error[0].isNaN && error[1] == .infinity && error[2].isNaN)
    #expect(try array("note").strings == ["", "", "a, \"b\""])
    let loss = try array("metrics/loss")
    #expect(loss.shape == [3, 3] && loss.values[0] == 0.5 && loss.values[1].isNaN && loss.values[8] == 2.5)
    #expect(try array("metrics/iteration").values[8] == 2)
    let big = try TemporaryStore()
    #expect(try RunExport(runs(big, bigSeed: true)).arrays()[0].array.strings[0] == "18446744073709551615")
  }

  @Test("no runs, no curves")
  func empty() throws {
    let temporary = try TemporaryStore()
    let export = RunExport([])
    #expect(try export.csv() == "seed\n" && export.jsonl() == "")
    #expect(export.curves(in: temporary.store).csv() == "seed,iteration\n")
    #expect(export.curves(in: temporary.store).arrays()[0].array.shape == [0, 0])
  }
}
