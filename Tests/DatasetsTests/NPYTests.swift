import LinearAlgebra
import Testing

@testable import Datasets

@Suite struct NPYTests {
  @Test(arguments: ["little-f8", "big-f8", "little-f4", "big-f4", "little-f2", "one-i1", "little-i2", "big-i2",
    "little-i4", "big-i4", "little-i8", "big-i8", "fortran", "version-2", "version-3"])
  func readsWhatNumPyWrote(_ name: String) throws {
    let array = try NPYArray(path: fixture(name + ".npy"))
    #expect(array.shape == [4, 3])
    #expect(array.values == base)
  }

  @Test(arguments: ["u1", "u2", "u4", "u8"]) func readsUnsignedIntegers(_ name: String) throws {
    let array = try NPYArray(path: fixture("unsigned-\(name).npy"))
    #expect(array.values == base.map(abs))
    #expect(array.type.isInteger)
  }

  @Test func readsOtherKinds() throws {
    #expect(try NPYArray(path: fixture("bool.npy")).values == base.map { $0 > 0 ? 1 : 0 })
    #expect(try NPYArray(path: fixture("unicode.npy")).strings == ["red", "grün", "", "🦊 fox"])
    #expect(try NPYArray(path: fixture("unicode-big.npy")).strings == ["red", "grün"])
    #expect(try NPYArray(path: fixture("bytes.npy")).strings == ["ab", "c", "def"])
    let scalar = try NPYArray(path: fixture("scalar.npy"))
    #expect(scalar.shape == [] && scalar.values == [2.5])
    let cube = try NPYArray(path: fixture("fortran-3d.npy"))
    #expect(cube.shape == [2, 3, 4] && cube.values == (0..<24).map(Double.init))
    // 6e-8 is the subnormal 2^-24 in half precision.
    #expect(try NPYArray(path: fixture("halves.npy")).values == [1.5, -0.25, 0x1p-24, 65504, 0, -0x1p-14])
  }

  @Test(arguments: [("object", "Python objects"), ("complex", "<c16"), ("structured", "descr")])
  func refusesOtherTypes(_ name: String, _ mention: String) {
    let error = datasetError { _ = try NPYArray(path: fixture(name + ".npy")) }
    #expect(error?.kind == (name == "structured" ? .badHeader : .unsupported))
    #expect(error?.description.contains(mention) == true)
  }

  @Test func refusesDamage() throws {
    let good = try readFile(fixture("little-f8.npy"))
    func kind(_ bytes: [UInt8]) -> DatasetError.Kind? {
      datasetError { _ = try NPYArray(bytes: bytes[...], file: "a.npy") }?.kind
    }
    #expect(kind([]) == .empty)
    #expect(kind(Array(good.dropLast())) == .truncated)
    #expect(kind(Array(good.prefix(50))) == .truncated)
    #expect(kind(good + [0]) == .oversized)
    #expect(kind([0] + good) == .badMagic)
    var later = good
    later[6] = 4
    #expect(kind(later) == .unsupported)
    #expect(kind(renamed(good, "(4, 3)", "(4, 4)")) == .truncated)
    #expect(kind(renamed(good, "(4, 3)", "(4,-3)")) == .badHeader)
    #expect(kind(renamed(good, "'shape'", "'shave'")) == .badHeader)
    #expect(kind(renamed(good, "(4, 3), }  ", "(4294967,)}")) == .truncated)
    #expect(kind(renamed(good, "(4, 3), }                  ", "(99999999999,99999999999) }")) == .tooLarge)
    let error = datasetError { _ = try NPYArray(bytes: good.dropLast(), file: "a.npy") }
    #expect(error?.description
      == "a.npy, byte 223: found 95 bytes of elements; accepted: 96 bytes for the shape [4, 3] of '<f8'")
  }

  private func renamed(_ bytes: [UInt8], _ old: String, _ new: String) -> [UInt8] {
    precondition(old.utf8.count == new.utf8.count)
    guard let range = bytes.firstRange(of: Array(old.utf8)) else { preconditionFailure("\(old) is not in the header") }
    return bytes.replacingCharacters(range, Array(new.utf8))
  }

  /// Each of these equals numpy.save's file byte for byte.
  @Test func writesWhatNumPyWrites() throws {
    #expect(try NPYArray(base, shape: [4, 3]).encoded() == readFile(fixture("little-f8.npy")))
    #expect(try NPYArray(base, shape: [4, 3], type: .float).encoded() == readFile(fixture("little-f4.npy")))
    #expect(try NPYArray(base, shape: [4, 3], type: .int64).encoded() == readFile(fixture("little-i8.npy")))
    #expect(try NPYArray(base, shape: [4, 3], type: .int32).encoded() == readFile(fixture("little-i4.npy")))
    #expect(try NPYArray(base.map(abs), shape: [4, 3], type: .uint8).encoded() == readFile(fixture("unsigned-u1.npy")))
    #expect(try NPYArray(base.map { $0 > 0 ? 1 : 0 }, shape: [4, 3], type: .bool).encoded()
      == readFile(fixture("bool.npy")))
    #expect(try NPYArray(["red", "grün", "", "🦊 fox"]).encoded() == readFile(fixture("unicode.npy")))
    #expect(try NPYArray([2.5], shape: []).encoded() == readFile(fixture("scalar.npy")))
  }
}

extension Array where Element == UInt8 {
  func replacingCharacters(_ range: Range<Int>, _ new: [UInt8]) -> [UInt8] {
    Array(self[..<range.lowerBound]) + new + Array(self[range.upperBound...])
  }
}
