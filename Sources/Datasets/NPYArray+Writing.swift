import Dynamics
import LinearAlgebra

extension NPYArray {
  /// A matrix to be written, rows x columns of doubles.
  public init(_ matrix: Matrix<Double>) {
    self.init(matrix.elements, shape: [matrix.rows, matrix.columns])
  }

  /// The bytes of an `.npy` file of version 1, in C order.
  ///
  /// The same array always gives the same bytes. The header is padded so that the elements start at a multiple of 64.
  public func encoded() -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(type.descriptor)', 'fortran_order': False, 'shape': (\(sizes)), }"
    let unpadded = 10 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes.append(UInt16(header.utf8.count))
    bytes += Array(header.utf8)
    bytes.reserveCapacity(bytes.count + count * type.width)
    for value in values { bytes.append(value, as: type) }
    for text in strings {
      let scalars = Array(text.unicodeScalars)
      for k in 0..<type.width / 4 { bytes.append(k < scalars.count ? scalars[k].value : 0) }
    }
    return bytes
  }

  /// Writes an `.npy` file at once: the old file or the new one is there, never a part.
  public func write(to path: String) throws {
    try AtomicFile.write(encoded(), to: path)
  }
}

extension NPZArchive {
  /// The bytes of an `.npz` file of stored (not compressed) arrays, in the given order.
  ///
  /// Dates are fixed at 1 January 1980, so that the same arrays always give the same bytes.
  /// - Precondition: names differ from each other; the archive stays below 4 GiB and 65,535 arrays.
  public static func encoded(_ arrays: [(name: String, array: NPYArray)]) -> [UInt8] {
    precondition(Set(arrays.map(\.name)).count == arrays.count, "two arrays have the same name")
    precondition(arrays.count < 0xffff, "an archive holds fewer than 65535 arrays")
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for (name, array) in arrays {
      let content = array.encoded()
      let file = Array((name + ".npy").utf8)
      precondition(bytes.count + content.count < 0xffff_0000, "an archive stays below 4 GiB")
      var common: [UInt8] = []
      // Version 2.0, names in UTF-8, stored, 00:00 on 1980-01-01.
      for field: UInt16 in [20, 0x0800, 0, 0, 0x0021] { common.append(field) }
      for field in [crc32(content[...]), UInt32(content.count), UInt32(content.count)] { common.append(field) }
      common.append(UInt16(file.count))
      common.append(UInt16(0))
      directory.append(UInt32(0x0201_4b50))
      directory.append(UInt16(20))
      directory += common
      for _ in 0..<3 { directory.append(UInt16(0)) }
      directory.append(UInt32(0))
      directory.append(UInt32(bytes.count))
      directory += file
      bytes.append(UInt32(0x0403_4b50))
      bytes += common
      bytes += file
      bytes += content
    }
    let start = bytes.count
    bytes += directory
    bytes.append(UInt32(0x0605_4b50))
    for field: UInt16 in [0, 0, UInt16(arrays.count), UInt16(arrays.count)] { bytes.append(field) }
    for field in [UInt32(directory.count), UInt32(start)] { bytes.append(field) }
    bytes.append(UInt16(0))
    return bytes
  }

  /// Writes an `.npz` file at once: the old file or the new one is there, never a part.
  public static func write(_ arrays: [(name: String, array: NPYArray)], to path: String) throws {
    try AtomicFile.write(encoded(arrays), to: path)
  }
}

extension Array where Element == UInt8 {
  /// Appends a number in little-endian order.
  mutating func append<T: FixedWidthInteger>(_ value: T) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  fileprivate mutating func append(_ value: Double, as type: NPYType) {
    func put<T: FixedWidthInteger>(_ number: T) {
      append(type.bigEndian ? number.byteSwapped : number)
    }
    switch (type.kind, type.width) {
    case (.bool, _): put(UInt8(value == 0 ? 0 : 1))
    case (.unsigned, 1): put(UInt8(value))
    case (.unsigned, 2): put(UInt16(value))
    case (.unsigned, 4): put(UInt32(value))
    case (.unsigned, _): put(UInt64(value))
    case (.signed, 1): put(Int8(value))
    case (.signed, 2): put(Int16(value))
    case (.signed, 4): put(Int32(value))
    case (.signed, _): put(Int64(value))
    case (_, 4): put(Float(value).bitPattern)
    case (_, 8): put(value.bitPattern)
    default: preconditionFailure("half-precision numbers are read but not written")
    }
  }
}
