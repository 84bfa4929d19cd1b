import CAllocationCounter
import Foundation
import LinearAlgebra
import Randomness
import Testing

@testable import Datasets

/// Damaged files must give an error of our own or a valid result, in bounded time and memory: never a trap.
///
/// Each test runs seeded mutations of good files; a failure names the seed's case, which is reproducible.
@Suite struct FuzzTests {
  static let cases = 3000

  @Test func npy() throws {
    let names = ["little-f8", "big-i4", "fortran-3d", "unicode", "bytes", "bool", "halves", "version-2", "object",
      "structured"]
    try fuzz(names.map { try readFile(fixture($0 + ".npy")) }, seed: 1) { bytes in
      check(try NPYArray(bytes: bytes[...], file: "a.npy"))
    }
  }

  @Test func npz() throws {
    try fuzz(["stored", "deflated", "keras"].map { try readFile(fixture($0 + ".npz")) }, seed: 2) { bytes in
      let archive = try NPZArchive(bytes: bytes, file: "a.npz")
      var errors: [any Error] = []
      for name in archive.names {
        do { check(try archive.array(name)) } catch { errors.append(error) }
      }
      if let error = errors.first { throw error }
    }
  }

  /// Most damage to an archive is caught by check sums; here they are made right again, so that what is within counts.
  @Test func npzWithCorrectedCheckSums() throws {
    let member = try readFile(fixture("unicode.npy"))
    try fuzz([member, try readFile(fixture("fortran.npy"))], seed: 3) { bytes in
      let marker = NPYArray([0], shape: [1])
      var archive = try NPZArchive.encoded([("x", marker)])
      let content = marker.encoded()
      let start = try #require(archive.firstRange(of: content))
      archive = archive.replacingCharacters(start, bytes)
      // Sizes, check sums and offsets of the one member, in both places, and the directory's place.
      let directory = start.lowerBound + bytes.count
      for (offset, value) in [(14, crc32(bytes[...])), (18, UInt32(bytes.count)), (22, UInt32(bytes.count)),
        (directory + 16, crc32(bytes[...])), (directory + 20, UInt32(bytes.count)),
        (directory + 24, UInt32(bytes.count)), (archive.count - 6, UInt32(directory))] {
        for k in 0..<4 { archive[offset + k] = UInt8(truncatingIfNeeded: value >> UInt32(8 * k)) }
      }
      check(try NPZArchive(bytes: archive, file: "a.npz").array("x"))
    }
  }

  @Test func idx() throws {
    let files = try ["u1", "i2", "i4", "f4", "f8"].map { try readFile(fixture($0 + ".idx")) }
    let packed = try readFile(fixture("mini-mnist/train-images-idx3-ubyte.gz"))
    try fuzz(files + [packed], seed: 4) { bytes in
      let array = try IDXArray(bytes: bytes, file: "a.idx")
      #expect(array.values.count == array.shape.reduce(1, *))
      #expect(array.values.allSatisfy { $0.isFinite })
    }
  }

  @Test func csv() throws {
    let texts = [
      "a,b,label\n1,2.5,x\n3,-4e-2,y\n5,6,x\n", "1;2;3\r\n4;5;6\r\n7;8;9\r\n",
      "\u{FEFF}\"p q\"\t\"r\"\n\"1\"\t2\n3\t\"4\"\n",
      "x,y\n1,\"a \"\"quoted\"\" word\"\n2,\"two\nlines\"\n", "1,NA,3\n4,5,\n,7,8\n",
    ]
    try fuzz(texts.map { Array($0.utf8) }, seed: 5) { bytes in
      for purpose in ReadingOptions.Purpose.allCases {
        let data = try Dataset.readCSV(bytes: bytes, file: "a.csv", ReadingOptions(purpose: purpose))
        #expect(data.count > 0 && data.dimension > 0)
        #expect(purpose == .inspection || data.inputs.elements.allSatisfy { $0.isFinite })
        #expect(try CSVInspection(bytes: bytes, file: "a.csv").rows == data.count)
      }
    }
  }

  private func check(_ array: NPYArray) {
    #expect((array.type.isText ? array.strings.count : array.values.count) == array.count)
  }

  /// Runs the reader on mutated files; each case may ask for 4096 bytes of memory a byte of input (deflate expands
  /// by up to 1032, and growing by doubling asks for three times that) and 256 KiB for zlib, messages and headers.
  private func fuzz(_ files: [[UInt8]], seed: UInt64, _ read: ([UInt8]) throws -> Void) throws {
    var (parsed, refused) = (0, 0)
    let start = threadSeconds()
    for k in 0..<Self.cases {
      var stream = RandomStream(seed: seed).split(k)
      let bytes = mutated(files[k % files.count], &stream)
      let before = allocated_bytes()
      do {
        try read(bytes)
        parsed += 1
      } catch is DatasetError {
        refused += 1
      } catch {
        Issue.record("case \(k): \(error)")
      }
      #expect(allocated_bytes() - before <= 1 << 18 + 4096 * bytes.count, "case \(k) takes too much memory")
    }
    // 3000 cases take about 0.1 s of this thread's time; reading that grows out of hand takes minutes.
    #expect(threadSeconds() - start < 3)
    // Both outcomes must occur often, or the mutations are too harsh or too tame to test anything.
    #expect(parsed > Self.cases / 100 && refused > Self.cases / 100, "\(parsed) parsed, \(refused) refused")
  }

  /// One to three changes: a flipped bit, a changed byte, a cut, an insertion, a doubled or removed chunk, a changed
  /// number of four bytes, a changed decimal digit.
  private func mutated(_ original: [UInt8], _ stream: inout RandomStream) -> [UInt8] {
    var bytes = original
    for _ in 0...stream.integer(below: 3) {
      guard !bytes.isEmpty else { break }
      let at = stream.integer(below: bytes.count)
      let end = min(at + 1 + stream.integer(below: 16), bytes.count)
      switch stream.integer(below: 8) {
      case 0: bytes[at] ^= 1 << UInt8(stream.integer(below: 8))
      case 1: bytes[at] = UInt8(truncatingIfNeeded: stream.next())
      case 2: bytes.removeLast(bytes.count - at)
      case 3: bytes.insert(contentsOf: (0..<end - at).map { _ in UInt8(truncatingIfNeeded: stream.next()) }, at: at)
      case 4: bytes.insert(contentsOf: bytes[at..<end], at: at)
      case 5: bytes.removeSubrange(at..<end)
      case 6:
        let numbers: [UInt32] = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff_fffe, 0x0001_0000, 0x0100_0000]
        let number = numbers[stream.integer(below: numbers.count)]
        for k in 0..<4 where at + k < bytes.count { bytes[at + k] = UInt8(truncatingIfNeeded: number >> UInt32(8 * k)) }
      default:
        let digits = bytes.indices.filter { (48...57).contains(bytes[$0]) }
        guard !digits.isEmpty else { break }
        bytes[digits[stream.integer(below: digits.count)]] = UInt8(48 + stream.integer(below: 10))
      }
    }
    return bytes
  }
}

/// Files of a few bytes that promise gigabytes.
@Suite struct HostileSizeTests {
  private func refuses(_ kinds: Set<DatasetError.Kind>, below limit: Int = 1 << 20, _ body: () throws -> Void) {
    let (start, before) = (threadSeconds(), allocated_bytes())
    let error = datasetError { try body() }
    #expect(error.map { kinds.contains($0.kind) } == true, "\(error?.description ?? "none")")
    #expect(allocated_bytes() - before < limit)
    #expect(threadSeconds() - start < 0.1)
  }

  @Test func idx() throws {
    let header: [UInt8] = [0, 0, 8, 1, 0x1f, 0xff, 0xff, 0xff]
    refuses([.truncated]) { _ = try IDXArray(bytes: header + [1, 2, 3], file: "a") }
    refuses([.tooLarge]) { _ = try IDXArray(bytes: [0, 0, 14, 1, 0x80, 0, 0, 0, 1], file: "a") }
    // gzip of the same header and 2000 zeros, by hand: the good fixture with its sizes replaced cannot be recompressed
    // here, so a stored deflate block does.
    let content = header + [UInt8](repeating: 0, count: 2000)
    let size = UInt16(content.count)
    var packed: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1]
    packed.append(size)
    packed.append(~size)
    packed += content
    packed.append(crc32(content[...]))
    packed.append(UInt32(content.count))
    refuses([.truncated]) { _ = try IDXArray(bytes: packed, file: "a.gz") }
  }

  @Test func npy() throws {
    func bytes(_ shape: String, _ type: String = "<f8") -> [UInt8] {
      let header = "{'descr': '\(type)', 'fortran_order': True, 'shape': \(shape), }\n"
      return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
    }
    func error(_ bytes: [UInt8], _ kinds: Set<DatasetError.Kind>) {
      refuses(kinds) { _ = try NPYArray(bytes: bytes[...], file: "a.npy") }
    }
    error(bytes("(268435456,)"), [.truncated])
    error(bytes("(4294967296, 4294967296)"), [.tooLarge])
    error(bytes("(9223372036854775807, 2)"), [.tooLarge])
    error(bytes("(9223372036854775808,)"), [.badHeader])
    error(bytes("(9223372036854775807, 9223372036854775807, 0)"), [.tooLarge])
    error(bytes("(536870912,)", "<U0"), [.unsupported])
    error(bytes("(2,)", "<U999999999"), [.tooLarge])
    error([0x93] + Array("NUMPY".utf8) + [2, 0, 255, 255, 255, 255], [.badHeader])
    let none = try NPYArray(bytes: bytes("(0, 536870912)")[...], file: "a.npy")
    #expect(none.count == 0 && none.values.isEmpty)
  }

  @Test func npz() throws {
    var bytes = try readFile(fixture("deflated.npz"))
    let directory = try #require(bytes.firstRange(of: [0x50, 0x4b, 1, 2] as [UInt8])).lowerBound
    for k in 0..<4 { bytes[directory + 24 + k] = 0x7f }
    refuses([.corrupt]) { _ = try NPZArchive(bytes: bytes, file: "a.npz") }
    bytes[directory + 26] = 0
    bytes[directory + 27] = 0
    refuses([.truncated]) { _ = try NPZArchive(bytes: bytes, file: "a.npz").array("data") }
  }

  @Test func compressedTextStopsAtItsLimit() {
    // A stored block of 100 bytes, then its unfinished successor.
    let block: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 0, 100, 0, 155, 255]
      + [UInt8](repeating: 49, count: 100)
    refuses([.truncated]) { _ = try gunzip(block, file: "a", limit: 1000) }
    refuses([.tooLarge]) { _ = try gunzip(block, file: "a", limit: 99) }
    #expect(inflate(block[...], .gzip, limit: 40).bytes.count == 40)
  }
}

/// The processor time of the calling thread, which other tests and processes do not add to.
private func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}
