import CAllocationCounter
import Dynamics
import Foundation
import LinearAlgebra
import Testing

@testable import Datasets

@Suite struct SampleWritingTests {
  /// Samples without end, but for their number: memory for a block only.
  struct Counting: SampleSource {
    var count: Int
    var inputs: Int { 4 }
    var outputs: Int { 1 }
    var failing = false

    func forEachBlock(of size: Int, _ body: (SampleBlock) throws -> Void) throws {
      let x = Buffer<Double>(count: size * 4), y = Buffer<Double>(count: size)
      for start in stride(from: 0, to: count, by: size) {
        if failing && start > 0 { throw CancellationError() }
        let rows = min(size, count - start)
        for i in 0..<4 * rows { x[i] = Double(4 * start + i) }
        for i in 0..<rows { y[i] = Double(-start - i) }
        try body(SampleBlock(start: start, x: x.view(rows: rows, columns: 4).readOnly,
          y: y.view(rows: rows, columns: 1).readOnly))
      }
    }
  }

  @Test func writesWhatTheWriterInMemoryWrites() throws {
    let source = Counting(count: 3000)
    let samples = try source.matrixSamples()
    try withTemporaryFolder { folder in
      let path = folder + "/a.npz"
      try source.writeNPZ(to: path)
      #expect(try readFile(path) == NPZArchive.encoded([("x", NPYArray(samples.x)), ("y", NPYArray(samples.y))]))
      #expect(try FileSamples(npz: path).matrixSamples() == samples)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.npz"])
      try source.writeNPZ(to: path, inputs: "a", outputs: "b")
      #expect(try NPZArchive(path: path).names == ["a", "b"])
    }
  }

  @Test func aFailureLeavesTheOldFile() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.npz"
      try AtomicFile.write("old", to: path)
      #expect(throws: CancellationError.self) { try Counting(count: 3000, failing: true).writeNPZ(to: path) }
      #expect(try readFile(path) == Array("old".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.npz"])
      #expect(throws: AtomicFile.Failure.self) { try Counting(count: 3).writeNPZ(to: folder + "/no/a.npz") }
      #expect(throws: AtomicFile.Failure.self) { try Counting(count: 3).writeNPZ(to: "/dev/null") }
    }
  }

  @Test func memoryDoesNotGrowWithTheNumberOfSamples() throws {
    try withTemporaryFolder { folder in
      func bytes(_ n: Int) throws -> Int64 {
        let before = allocated_bytes()
        try Counting(count: n).writeNPZ(to: folder + "/a.npz")
        return allocated_bytes() - before
      }
      _ = try bytes(2000)
      // 8 MB of samples against 80 KB.
      #expect(try bytes(200_000) <= bytes(2000) + 10_000)
    }
  }

  @Test func recordsBeyond4GiBAreReadBack() throws {
    // Sizes and places only: the data are a hole.
    let size = 5 << 30
    let large = ZipRecord(name: "x.npy", method: 0, checksum: 7, storedSize: size, size: size, offset: 0)
    let start = large.local.count + size
    let far = ZipRecord(name: "y.npy", method: 0, checksum: 8, storedSize: 100, size: 100, offset: start)
    let directory = large.central + far.central
    let place = start + far.local.count + 100
    let end = directory + ZipRecord.end(members: 2, start: place, size: directory.count)
    let total = place + end.count
    let read = try ZipDirectory(archiveSize: total, file: "a.npz") { range in
      var bytes = [UInt8](repeating: 0, count: range.count)
      for i in range where i >= place { bytes[i - range.lowerBound] = end[i - place] }
      return bytes
    }
    #expect(read.members.map(\.name) == ["x.npy", "y.npy"] && read.members.map(\.checksum) == [7, 8])
    #expect(read.members.map(\.size) == [size, 100] && read.members.map(\.offset) == [0, start])
    // The Zip64 field before the data, which NumPy reads too: both sizes.
    #expect(large.local.count == 30 + 5 + 20 && far.local.count == 30 + 5)
  }
}
