import Dynamics
import LinearAlgebra

extension NPYArray {
  /// Whole numbers to be written as 64-bit integers, such as seeds and counts; nil unless all of them are numbers that
  /// both `Double` and `Int64` hold exactly, as those up to 2^53 in magnitude are.
  /// - Precondition: the integers fill the shape.
  public init?<I: BinaryInteger>(exactly integers: [I], shape: [Int]? = nil) {
    let values = integers.compactMap { Int64(exactly: $0) == nil ? nil : Double(exactly: $0) }
    guard values.count == integers.count else { return nil }
    self.init(values, shape: shape, type: .int64)
  }

  /// Truth values to be written as NumPy's `bool`.
  /// - Precondition: the flags fill the shape.
  public init(flags: [Bool], shape: [Int]? = nil) {
    self.init(flags.map { $0 ? 1 : 0 }, shape: shape, type: .bool)
  }

  /// A matrix to be written, rows x columns of doubles.
  public init(_ matrix: Matrix<Double>) {
    self.init(matrix.elements, shape: [matrix.rows, matrix.columns])
  }

  /// The bytes of an `.npy` file of version 1, in C order.
  ///
  /// The same array always gives the same bytes. The header is padded so that the elements start at a multiple of 64.
  public func encoded() -> [UInt8] {
    var bytes = Self.header(shape, type)
    bytes.reserveCapacity(bytes.count + count * type.width)
    for value in values { bytes.append(value, as: type) }
    for text in strings {
      let scalars = Array(text.unicodeScalars)
      for k in 0..<type.width / 4 { bytes.append(k < scalars.count ? scalars[k].value : 0) }
    }
    return bytes
  }

  /// The bytes before the elements.
  static func header(_ shape: [Int], _ type: NPYType) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(type.descriptor)', 'fortran_order': False, 'shape': (\(sizes)), }"
    let unpadded = 10 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes.append(UInt16(header.utf8.count))
    bytes += Array(header.utf8)
    return bytes
  }

  /// Writes an `.npy` file at once: the old file or the new one is there, never a part.
  public func write(to path: String) throws {
    try AtomicFile.write(encoded(), to: path)
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
