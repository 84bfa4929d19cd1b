import CAllocationCounter
import Foundation
import LinearAlgebra
import Testing

@testable import Datasets

@Suite struct FileSamplesTests {
  /// n samples of 3 inputs and 2 outputs whose values every numeric type holds.
  static func arrays(_ n: Int, type: NPYType = .double) -> (x: NPYArray, y: NPYArray) {
    (NPYArray((0..<3 * n).map { Double($0 % 101) }, shape: [n, 3], type: type),
      NPYArray((0..<2 * n).map { Double($0 % 97) }, shape: [n, 2], type: type))
  }

  static func write(_ folder: String, _ x: NPYArray, _ y: NPYArray, _ compression: ZipCompression = .stored) throws
    -> String {
    try NPZArchive.write([("x", x), ("y", y)], to: folder + "/a.npz", compression: compression)
    return folder + "/a.npz"
  }

  @Test(arguments: [ZipCompression.stored, .deflated], [1, 7, 1000, 4096])
  func readsArchivesBlockByBlock(_ compression: ZipCompression, _ size: Int) throws {
    let (x, y) = Self.arrays(2500)
    try withTemporaryFolder { folder in
      let samples = try FileSamples(npz: Self.write(folder, x, y, compression))
      #expect(samples.count == 2500 && samples.inputs == 3 && samples.outputs == 2)
      #expect(samples.inputName == "x" && samples.outputName == "y")
      for _ in 1...2 {
        let read = try collect(samples, of: size)
        #expect(read.x == x.values && read.y == y.values)
      }
    }
  }

  @Test(arguments: ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"], [false, true])
  func readsEveryType(_ name: String, bigEndian: Bool) throws {
    let kind = try #require(NPYType.Kind(rawValue: name.first!))
    let (x, y) = Self.arrays(50, type: NPYType(kind, width: Int(name.dropFirst())!, bigEndian: bigEndian))
    try withTemporaryFolder { folder in
      let read = try collect(FileSamples(npz: Self.write(folder, x, y, .deflated)), of: 16)
      #expect(read.x == x.values && read.y == y.values)
    }
  }

  @Test func readsPairsOfFiles() throws {
    try withTemporaryFolder { folder in
      let (x, y) = (Self.arrays(40).x, NPYArray((0..<40).map { Double($0 % 2) }, type: .bool))
      try x.write(to: folder + "/x.npy")
      try y.write(to: folder + "/y.npy")
      let samples = try FileSamples(npy: folder + "/x.npy", outputs: folder + "/y.npy")
      #expect(samples.outputs == 1 && samples.inputName == "x.npy" && samples.outputName == "y.npy")
      let read = try collect(samples, of: 9)
      #expect(read.x == x.values && read.y == y.values)
      #expect(datasetError { _ = try FileSamples(npy: folder + "/y.npy", outputs: folder + "/x.npy") }?.kind
        == .badHeader)
      #expect(datasetError { _ = try FileSamples(npy: folder + "/z.npy", outputs: folder + "/y.npy") }?.kind
        == .missingFile)
    }
    // Half precision and NumPy's own writing: fixtures of the NPY tests.
    let half = try FileSamples(npy: fixture("little-f2.npy"), outputs: fixture("little-f8.npy"))
    let read = try collect(half, of: 3)
    #expect(read.x == base && read.y == base)
  }

  @Test func findsArraysByName() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.npz"
      let (x, y) = Self.arrays(5)
      try NPZArchive.write([("Features", x), ("Target", y), ("other", y)], to: path)
      let found = try FileSamples(npz: path)
      #expect(found.inputName == "Features" && found.outputName == "Target")
      #expect(try FileSamples(npz: path, outputs: "other").outputName == "other")
      let absent = datasetError { _ = try FileSamples(npz: path, inputs: "x") }
      #expect(absent?.kind == .missingArray && absent?.accepted == "one of Features, Target, other")
      try NPZArchive.write([("a", x), ("y", y)], to: path)
      #expect(datasetError { _ = try FileSamples(npz: path) }?.description
        == "\(path): found the arrays a, y; accepted: inputs under one of the names x, data, images, inputs, "
        + "features, x_train, train_images, train_x, or named explicitly")
    }
  }

  @Test func refusesWhatIsNoSample() throws {
    try withTemporaryFolder { folder in
      let (x, y) = Self.arrays(6)
      func error(_ x: NPYArray, _ y: NPYArray) -> DatasetError? {
        datasetError { _ = try FileSamples(npz: Self.write(folder, x, y)) }
      }
      #expect(error(x, Self.arrays(5).y)?.kind == .countMismatch)
      #expect(error(NPYArray(x.values, shape: [6, 3, 1]), y)?.kind == .badHeader)
      #expect(error(NPYArray([Double](repeating: 0, count: 6)), y)?.kind == .badHeader)
      #expect(error(NPYArray([], shape: [0, 3]), y)?.kind == .empty)
      #expect(error(x, NPYArray(["a", "b", "c", "d", "e", "f"]))?.kind == .notANumber)
      let fortran = datasetError {
        _ = try FileSamples(npy: fixture("fortran.npy"), outputs: fixture("little-f8.npy"))
      }
      #expect(fortran?.kind == .unsupported && fortran?.accepted.contains("ascontiguousarray") == true)
      var values = x.values
      values[3 * 4 + 1] = -.infinity
      let path = try Self.write(folder, NPYArray(values, shape: [6, 3]), y)
      let infinite = datasetError { _ = try collect(FileSamples(npz: path), of: 4) }
      #expect(infinite?.kind == .notFinite && infinite?.place == .entry(array: "x", index: [4, 1]))
      #expect(infinite?.found == "-inf" && infinite?.file == path)
    }
  }

  @Test func findsDamage() throws {
    try withTemporaryFolder { folder in
      let (x, y) = Self.arrays(2000)
      func kind(_ compression: ZipCompression, _ change: (inout [UInt8]) -> Void) throws -> DatasetError.Kind? {
        let path = try Self.write(folder, x, y, compression)
        var bytes = try readFile(path)
        change(&bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return datasetError { _ = try FileSamples(npz: path).forEachBlock(of: 512) { _ in } }?.kind
      }
      #expect(try kind(.stored) { $0[1000] ^= 1 } == .checksum)
      #expect(try kind(.stored) { $0.removeLast() } == .truncated)
      #expect(try kind(.stored) { $0[40] ^= 1 } == .badMagic)
      let deflated = try #require(try kind(.deflated) { for k in 200..<220 { $0[k] = 0xff } })
      #expect([.corrupt, .checksum, .truncated, .oversized].contains(deflated))
      // One byte less of deflated data than there is: the stream does not end.
      #expect(try kind(.deflated) { bytes in
        bytes[bytes.firstRange(of: [0x50, 0x4b, 1, 2] as [UInt8])!.lowerBound + 20] -= 1
      } == .truncated)
    }
  }

  @Test func findsFilesThatChange() throws {
    try withTemporaryFolder { folder in
      let (x, y) = Self.arrays(100)
      let path = try Self.write(folder, x, y)
      let samples = try FileSamples(npz: path)
      // Replaced by another file: the old one is still read.
      _ = try Self.write(folder, NPYArray([1], shape: [1, 1]), NPYArray([1]))
      #expect(try collect(samples, of: 30).x == x.values)
      let rewritten = try FileSamples(npz: path)
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.seekToEnd()
      try handle.write(contentsOf: [0])
      try handle.close()
      #expect(datasetError { try rewritten.forEachBlock(of: 10) { _ in } }?.kind == .changed)
    }
  }

  @Test(arguments: [ZipCompression.stored, .deflated]) func memoryDoesNotGrowWithTheFile(_ compression: ZipCompression)
    throws {
    try withTemporaryFolder { folder in
      func bytes(_ n: Int) throws -> Int64 {
        let (x, y) = Self.arrays(n)
        let path = try Self.write(folder, x, y, compression)
        let before = allocated_bytes()
        let samples = try FileSamples(npz: path)
        try samples.forEachBlock(of: 256) { _ in }
        return allocated_bytes() - before
      }
      _ = try bytes(1000)
      let (small, large) = (try bytes(1000), try bytes(64_000))
      // All that is ever allocated: a hundred bytes for each of 250 blocks, of a file that is 2.5 MB larger.
      #expect(large <= small + 100_000, "\(small) bytes for 1000 samples, \(large) for 64,000")
    }
  }

  /// An archive of stored members with all numbers in Zip64 fields, as NumPy writes beyond 2 GiB. Between the first
  /// member and the others lies a hole of `gap` bytes, which takes no room on disk.
  static func writeZip64(_ path: String, _ members: [(name: String, content: [UInt8])], gap: Int) throws {
    var (offset, directory, pieces) = (0, [UInt8](), [(offset: Int, bytes: [UInt8])]())
    for (k, member) in members.enumerated() {
      let name = Array((member.name + ".npy").utf8)
      let size = UInt64(member.content.count)
      var common: [UInt8] = []
      for field: UInt16 in [45, 0x0800, 0, 0, 0x0021] { common.append(field) }
      for field in [crc32(member.content[...]), .max, .max] { common.append(field) }
      common.append(UInt16(name.count))
      var local: [UInt8] = []
      local.append(UInt32(0x0403_4b50))
      local += common
      for field: UInt16 in [20, 1, 16] { local.append(field) }
      local.insert(contentsOf: name, at: 30)
      for field in [size, size] { local.append(field) }
      pieces.append((offset, local + member.content))
      directory.append(UInt32(0x0201_4b50))
      directory.append(UInt16(45))
      directory += common
      directory.append(UInt16(28 + 6))
      directory += [UInt8](repeating: 0, count: 10)
      directory.append(UInt32.max)
      directory += name
      // Another field goes before.
      for field: UInt16 in [0x7777, 2, 0, 1, 24] { directory.append(field) }
      for field in [size, size, UInt64(offset)] { directory.append(field) }
      offset += local.count + member.content.count + (k == 0 ? gap : 0)
    }
    var end = directory
    end.append(UInt32(0x0606_4b50))
    end.append(UInt64(44))
    for field: UInt16 in [45, 45, 0, 0, 0, 0] { end.append(field) }
    let count = UInt64(members.count)
    for field in [count, count, UInt64(directory.count), UInt64(offset)] { end.append(field) }
    end.append(UInt32(0x0706_4b50))
    end.append(UInt32(0))
    end.append(UInt64(offset + directory.count))
    end.append(UInt32(1))
    end.append(UInt32(0x0605_4b50))
    for field: UInt16 in [0, 0, .max, .max, .max, .max, .max, .max, 0] { end.append(field) }
    pieces.append((offset, end))
    try Data().write(to: URL(fileURLWithPath: path))
    let handle = try #require(FileHandle(forWritingAtPath: path))
    for piece in pieces {
      try handle.seek(toOffset: UInt64(piece.offset))
      try handle.write(contentsOf: piece.bytes)
    }
    try handle.close()
  }

  @Test func readsZip64() throws {
    let (x, y) = Self.arrays(700)
    let members = [("first", NPYArray([1.5]).encoded()), ("x", x.encoded()), ("y", y.encoded())]
    try withTemporaryFolder { folder in
      let path = folder + "/wide.npz"
      try Self.writeZip64(path, members, gap: 0)
      #expect(try NPZArchive(path: path).array("first").values == [1.5])
      #expect(try NPZArchive(path: path).array("y") == y)
      try Self.writeZip64(path, members, gap: 5 << 30)
      let samples = try FileSamples(npz: path)
      #expect(try collect(samples, of: 300).x == x.values)
      #expect(datasetError { _ = try NPZArchive(path: path) }?.kind == .tooLarge)
    }
  }
}
