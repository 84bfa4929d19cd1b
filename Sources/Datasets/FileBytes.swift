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
  guard let attributes = try? FileManager.default.attributesOfItem(atPath: URL(fileURLWithPath: path)
    .resolvingSymlinksInPath().path)
  else {
    throw DatasetError(.missingFile, file: path, found: "no such file", accepted: "the path of an existing file")
  }
  guard attributes[.type] as? FileAttributeType == .typeRegular else {
    throw DatasetError(.unreadable, file: path, found: "something other than a regular file",
      accepted: "a regular file")
  }
  let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
  guard size <= maximumDatasetBytes else {
    throw DatasetError(.tooLarge, file: path, found: "\(size) bytes", accepted: "at most \(maximumDatasetBytes) bytes")
  }
  func unreadable() -> DatasetError {
    DatasetError(.unreadable, file: path, found: "a file that cannot be read (\(String(cString: strerror(errno))))",
      accepted: "a file that this user may read")
  }
  let descriptor = open(path, O_RDONLY)
  guard descriptor >= 0 else { throw unreadable() }
  defer { close(descriptor) }
  return try [UInt8](unsafeUninitializedCapacity: size) { buffer, have in
    while have < size {
      let count = read(descriptor, buffer.baseAddress! + have, size - have)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw unreadable() }
      if count == 0 { break }  // the file became shorter in the meantime
      have += count
    }
  }
}

/// The CRC-32 of the bytes, as ZIP and gzip use it.
func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  bytes.withUnsafeBufferPointer { buffer in
    var sum: UInt = 0
    var rest = buffer[...]
    while !rest.isEmpty {
      let piece = UnsafeBufferPointer(rebasing: rest.prefix(1 << 30))
      sum = UInt(CZlib.crc32(uLong(sum), piece.baseAddress, uInt(piece.count)))
      rest = rest.dropFirst(piece.count)
    }
    return UInt32(truncatingIfNeeded: sum)
  }
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
/// ``maximumElements``, so that no product of them can overflow.
func elementCount(_ shape: [Int]) -> Int? {
  var product = 1
  for size in shape where size > 0 {
    let (value, overflow) = product.multipliedReportingOverflow(by: size)
    guard !overflow, value <= maximumElements else { return nil }
    product = value
  }
  return shape.contains(0) ? 0 : product
}
