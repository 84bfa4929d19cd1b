/// A ZIP file in memory, as NumPy's NPZ files use it; ``ZipDirectory`` shows the layout.
struct ZipArchive: Sendable {
  let bytes: [UInt8]
  let directory: ZipDirectory

  var members: [ZipDirectory.Member] { directory.members }

  init(bytes: [UInt8], file: String) throws {
    self.bytes = bytes
    directory = try ZipDirectory(archiveSize: bytes.count, file: file) { Array(bytes[$0]) }
  }

  /// The content of a member, with its size and check sum verified.
  /// - Complexity: O(size), at most ``maximumDatasetBytes``.
  func content(_ member: ZipDirectory.Member) throws -> ArraySlice<UInt8> {
    let name = "\"\(excerpt(member.name))\""
    let fail = directory.fail
    let start = try directory.dataStart(member) { Array(bytes[$0]) }
    guard member.size <= maximumDatasetBytes else {
      throw fail(.tooLarge, start, "\(member.size) bytes in \(name)", "at most \(maximumDatasetBytes) bytes")
    }
    let data = bytes[start..<start + member.storedSize]
    var content = data
    if member.method == 8 {
      let (inflated, end) = inflate(data, .raw, limit: member.size)
      switch end {
      case .complete where inflated.count == member.size: content = inflated[...]
      case .complete, .truncated:
        throw fail(.truncated, start + data.count, "\(inflated.count) bytes inflated from \(name)",
          "\(member.size) bytes")
      case .limit:
        throw fail(.oversized, start, "more than the declared \(member.size) bytes in \(name)", "an intact archive")
      case .corrupt(let offset, let message):
        throw fail(.corrupt, start + offset, "damaged deflate data in \(name) (\(message))", "an intact archive")
      }
    }
    let sum = crc32(content)
    guard sum == member.checksum else { throw directory.wrongChecksum(member, sum, at: start) }
    return content
  }
}

extension ZipDirectory {
  func wrongChecksum(_ member: Member, _ sum: UInt32, at offset: Int) -> DatasetError {
    fail(.checksum, offset, "the CRC-32 \(String(sum, radix: 16)) for \"\(excerpt(member.name))\"",
      "\(String(member.checksum, radix: 16)), as the archive declares")
  }
}
