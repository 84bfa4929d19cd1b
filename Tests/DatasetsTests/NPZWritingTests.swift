import Dynamics
import Foundation
import Testing

@testable import Datasets

@Suite struct NPZWritingTests {
  /// One array of every type that is written.
  static let arrays: [(name: String, array: NPYArray)] = [
    ("mean", NPYArray([0.1, -0.0, .infinity, .leastNonzeroMagnitude])),
    ("table/single", NPYArray([0.5, 1, -2, 65536, 0, 0x1p100], shape: [2, 3], type: .float)),
    ("seeds", NPYArray(exactly: [0, -1, 1 << 53, -(1 << 53)])!), ("diverged", NPYArray(flags: [true, false, true])),
    ("configuration", NPYArray(["tanh, m = 8", "relu", "", "größer 🦊"])), ("bytes", NPYArray([0, 255], type: .uint8)),
    ("scalar", NPYArray([2.5], shape: [])), ("empty", NPYArray([], shape: [0, 3])),
    ("Übersicht", NPYArray(exactly: [1, 2, 3, 4], shape: [2, 2])!),
  ]

  /// The bytes that CPython's zipfile gives for the same member, with the same date and attributes of 0.
  @Test func goldenBytes() throws {
    let header = "504b030414000008000000002100b35d021f880000008800000006000000c3a42e6e7079"
    let ending = "504b0102140014000008000000002100b35d021f8800000088000000060000000000000000000000000000000000"
      + "c3a42e6e7079504b0506000000000100010034000000ac0000000000"
    let array = "934e554d50590100" + "7600"
      + Array("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }".utf8).hexadecimal
      + String(repeating: "20", count: 60) + "0a" + "000000000000f83f"
    #expect(try NPZArchive.encoded([("ä", NPYArray([1.5]))]).hexadecimal == header + array + ending)
    #expect(try NPZArchive.encoded([]).hexadecimal == "504b0506" + String(repeating: "00", count: 18))
  }

  @Test(arguments: [ZipCompression.stored, .deflated]) func readsBack(_ compression: ZipCompression) throws {
    let bytes = try NPZArchive.encoded(Self.arrays, compression: compression)
    #expect(try NPZArchive.encoded(Self.arrays, compression: compression) == bytes)
    let archive = try NPZArchive(bytes: bytes, file: "a.npz")
    #expect(archive.names == Self.arrays.map(\.name).sorted())
    for (name, array) in Self.arrays {
      let read = try archive.array(name)
      #expect(read == array, "\(name)")
      #expect(read.values.map(\.bitPattern) == array.values.map(\.bitPattern), "\(name)")
    }
  }

  @Test func deflatesWhatRepeats() throws {
    let zeros = NPYArray([Double](repeating: 0, count: 100_000))
    let noise = NPYArray((0..<3000).map { sin(Double($0 * $0)) })
    let bytes = try NPZArchive.encoded([("zeros", zeros), ("noise", noise)], compression: .deflated)
    // Zeros shrink by a factor of nearly 1000; the significands of the noise do not shrink.
    #expect(bytes.count < 30_000 && bytes.count > 20_000)
    let archive = try NPZArchive(bytes: bytes, file: "a.npz")
    #expect(try archive.array("zeros") == zeros)
    #expect(try archive.array("noise") == noise)
    #expect(try archive.names == NPZArchive(bytes: NPZArchive.encoded([("zeros", zeros), ("noise", noise)]), file: "")
      .names)
  }

  @Test func deflatesAnyBytes() {
    let long = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
    for input in [[], [7], [UInt8](repeating: 1, count: 70_000), long] {
      let (output, end) = inflate(deflate(input)[...], .raw, limit: input.count)
      #expect(end == .complete && output == input)
    }
  }

  @Test(arguments: [
    "", "/", "/loss", "loss/", "a//b", "..", "../loss", "a/../b", "./a", "a\\b", "c:loss", "a\u{0}", "a\nb",
    String(repeating: "x", count: 1025),
  ]) func refusesNames(_ name: String) throws {
    let error = datasetError { _ = try NPZArchive.encoded([("good", NPYArray([1])), (name, NPYArray([1]))]) }
    #expect(error?.kind == .badName && error?.place == .array(name))
  }

  @Test func takesExactIntegersOnly() throws {
    #expect(NPYArray(exactly: [1 << 53 + 1]) == nil && NPYArray(exactly: [UInt64.max]) == nil)
    #expect(NPYArray(exactly: [UInt64(1) << 63]) == nil)
    let array = try #require(NPYArray(exactly: [Int.min, 1 << 60]))
    #expect(array.type == .int64 && array.values == [-0x1p63, 0x1p60])
    #expect(array.encoded().suffix(16) == [0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x10])
  }

  @Test func refusesWhatCannotBeKept() throws {
    let twice = datasetError { _ = try NPZArchive.encoded([("a", NPYArray([1])), ("a", NPYArray([2]))], file: "t.npz") }
    #expect(twice?.description
      == "t.npz, array \"a\": found a second array of this name; accepted: names that differ from each other")
    let text = datasetError { _ = try NPZArchive.encoded([("a", NPYArray(["b", "c\u{0}d"]))]) }
    #expect(text?.kind == .unsupported && text?.place == .entry(array: "a", index: [1]))
    try withTemporaryFolder { folder in
      let path = folder + "/a.npz"
      try NPZArchive.write([("a", NPYArray([1]))], to: path)
      #expect(datasetError { try NPZArchive.write([("..", NPYArray([1]))], to: path) }?.file == path)
      #expect(try NPZArchive(path: path).array("a").values == [1])
    }
  }

  /// The limit is 4 GiB; a smaller one tells the same without the memory.
  @Test func refusesArchivesBeyondTheLimit() throws {
    let content = [UInt8](repeating: 9, count: 100)
    // 30 + 5 + 100 for the member, 46 + 5 for its record, 22 for the end; each further member takes 186.
    var writer = ZipWriter(file: "t.npz", limit: 208 + 186)
    try writer.append("a.npy", content, .stored)
    try writer.append("b.npy", content, .stored)
    let error = datasetError { try writer.append("c.npy", content, .stored) }
    #expect(error?.kind == .tooLarge && error?.found == "an archive of 580 bytes or more")
    let larger = [UInt8](repeating: 0, count: 395)
    #expect(datasetError { try writer.append("c.npy", larger, .deflated) }?.kind == .tooLarge)
    let bytes = writer.finished()
    #expect(bytes.count == 394)
    #expect(try ZipArchive(bytes: bytes, file: "t.npz").members.map(\.name) == ["a.npy", "b.npy"])
    var short = ZipWriter(file: "t.npz", limit: 207)
    #expect(datasetError { try short.append("a.npy", content, .stored) }?.kind == .tooLarge)
  }

  @Test func refusesTooManyArrays() throws {
    var writer = ZipWriter(file: "t.npz")
    for i in 0..<ZipWriter.mostMembers { try writer.append("\(i)", [], .stored) }
    #expect(datasetError { try writer.append("last", [], .stored) }?.kind == .tooLarge)
    #expect(try ZipArchive(bytes: writer.finished(), file: "t.npz").members.count == 65_534)
  }

  /// NumPy reads every type, and zipfile finds nothing to complain of; `SHALLOWS_PYTHON` or `python3` on the path.
  @Test(
    .enabled(if: Python.hasNumPy, "no Python with numpy; set SHALLOWS_PYTHON"),
    arguments: [ZipCompression.stored, .deflated])
  func readByNumPy(_ compression: ZipCompression) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.npz"
      try NPZArchive.write(Self.arrays, to: path, compression: compression)
      let output = try Python.run(
        """
        import sys, zipfile, numpy as np
        with zipfile.ZipFile(sys.argv[1]) as z:
            assert z.testzip() is None
            assert {i.compress_type for i in z.infolist()} == {\(compression.method)}
            assert {i.date_time for i in z.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        a = np.load(sys.argv[1], allow_pickle=False)
        assert a.files == ["mean", "table/single", "seeds", "diverged", "configuration", "bytes", "scalar", "empty",
                           "\u{dc}bersicht"], a.files
        def same(name, value):
            x = a[name]
            assert x.dtype == value.dtype and x.shape == value.shape and (x == value).all(), (name, x)
        same("mean", np.array([0.1, -0.0, np.inf, 5e-324]))
        assert np.signbit(a["mean"][1])
        same("table/single", np.array([[0.5, 1, -2], [65536, 0, 2.0**100]], np.float32))
        same("seeds", np.array([0, -1, 2**53, -2**53]))
        same("diverged", np.array([True, False, True]))
        same("configuration", np.array(["tanh, m = 8", "relu", "", "gr\u{f6}\u{df}er \u{1f98a}"]))
        same("bytes", np.array([0, 255], np.uint8))
        same("scalar", np.array(2.5))
        same("empty", np.zeros((0, 3)))
        same("\u{dc}bersicht", np.array([[1, 2], [3, 4]]))
        np.savez_compressed(sys.argv[1] + ".theirs.npz", **{n: a[n] for n in a.files})
        print("read")
        """, path)
      #expect(output == "read\n")
      let theirs = try NPZArchive(path: path + ".theirs.npz")
      for (name, array) in Self.arrays { #expect(try theirs.array(name) == array, "\(name)") }
    }
  }
}

extension [UInt8] {
  fileprivate var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

private enum Python {
  static let hasNumPy = (try? run("import numpy", "")) != nil

  /// What the program prints; its messages are among the test's own.
  static func run(_ program: String, _ argument: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [ProcessInfo.processInfo.environment["SHALLOWS_PYTHON"] ?? "python3", "-c", program, argument]
    process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONUTF8": "1"]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return String(decoding: data, as: UTF8.self)
  }
}
