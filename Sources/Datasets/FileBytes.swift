import CZlib
import Foundation

/// The largest file, and the largest content inflated from one, that the readers hold: 4 GiB.
///
/// What a file declares about itself is always compared with the bytes that are there before memory is taken for it;
/// this cap is for honest files that are too large to be meant.
public let maximumDatasetBytes = 1 << 32

/// Reads a regular file whole.
/// - Throws: ``DatasetError`` if it is missing, a directory, no regular file, too large or not readable.
func readFile(_ path: String) throws -> [UInt8] {
  let file = try OpenFile(path)
  guard file.count <= maximumDatasetBytes else {
    throw DatasetError(.tooLarge, file: path, found: "\(file.count) bytes",
      accepted: "at most \(maximumDatasetBytes) bytes")
  }
  return try file.bytes(0..<file.count)
}

/// The CRC-32 of the bytes, as ZIP and gzip use it.
func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.withUnsafeBytes { crc32($0, after: 0) } }

/// The CRC-32 of some bytes after others whose CRC-32 is `sum`.
func crc32(_ bytes: UnsafeRawBufferPointer, after sum: UInt32) -> UInt32 {
  var sum = uLong(sum)
  var rest = bytes[...]
  while !rest.isEmpty {
    let piece = rest.prefix(1 << 30)
    sum = CZlib.crc32(sum, (bytes.baseAddress! + piece.startIndex).assumingMemoryBound(to: UInt8.self),
      uInt(piece.count))
    rest = rest.dropFirst(piece.count)
  }
  return UInt32(truncatingIfNeeded: sum)
}

/// Little-endian and big-endian numbers at a place in some bytes; the caller has checked that they are there.
extension Array where Element == UInt8 {
  func little<T: FixedWidthInteger>(_ type: T.Type, at offset: Int) -> T {
    withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
  }

  func big<T: FixedWidthInteger>(_ type: T.Type, at offset: Int) -> T {
    withUnsafeBytes { T(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
  }
}

/// The most numbers that one array may hold: as many as fit ``maximumDatasetBytes``.
let maximumElements = maximumDatasetBytes / 8

/// The number of elements of an array of this shape; nil if the sizes, those of 0 left out, multiply to more than
/// `limit`, so that no product of them can overflow.
func elementCount(_ shape: [Int], limit: Int = maximumElements) -> Int? {
  var product = 1
  for size in shape where size > 0 {
    let (value, overflow) = product.multipliedReportingOverflow(by: size)
    guard !overflow, value <= limit else { return nil }
    product = value
  }
  return shape.contains(0) ? 0 : product
}
