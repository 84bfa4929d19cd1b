/// How the members of an archive are kept.
public enum ZipCompression: String, Codable, Sendable {
  /// As they are, as `numpy.savez` does.
  case stored
  /// Deflated by zlib, as `numpy.savez_compressed` does.
  case deflated

  /// The number of the method in a ZIP file.
  var method: UInt16 { self == .stored ? 0 : 8 }
}

/// Builds the bytes of a ZIP file, member by member, from ``ZipRecord``s.
struct ZipWriter {
  /// What is built in memory stays below the sizes for which Zip64 is needed.
  static let largestArchive = 0xffff_fffe
  static let mostMembers = 0xfffe

  let file: String
  private let limit: Int
  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var members = 0

  /// An archive without members. `limit` is the largest size of the finished archive in bytes, and `file` is used in
  /// messages.
  init(file: String, limit: Int = largestArchive) {
    self.file = file
    self.limit = limit
  }

  /// Adds a member.
  /// - Throws: ``DatasetError`` if the archive would exceed its limit; it is then as it was before.
  mutating func append(_ name: String, _ content: [UInt8], _ compression: ZipCompression) throws {
    guard members < Self.mostMembers else {
      throw DatasetError(.tooLarge, file: file, at: .array(name), found: "more than \(Self.mostMembers) arrays",
        accepted: "at most \(Self.mostMembers) arrays in an archive")
    }
    guard content.count <= limit else { throw tooLarge(name, content.count) }
    let data = compression == .stored ? content : deflate(content)
    let label = Array(name.utf8)
    let after = bytes.count + 30 + label.count + data.count
    // Records in the directory, and the end record.
    let size = after + directory.count + 46 + label.count + 22
    guard size <= limit else { throw tooLarge(name, size) }

    let record = ZipRecord(name: name, method: compression.method, checksum: crc32(content[...]),
      storedSize: data.count, size: content.count, offset: bytes.count)
    directory += record.central
    bytes += record.local
    bytes += data
    members += 1
  }

  /// The whole archive.
  consuming func finished() -> [UInt8] {
    let start = bytes.count
    bytes += directory
    bytes += ZipRecord.end(members: members, start: start, size: directory.count)
    return bytes
  }

  private func tooLarge(_ name: String, _ size: Int) -> DatasetError {
    DatasetError(.tooLarge, file: file, at: .array(name), found: "an archive of \(size) bytes or more",
      accepted: "at most \(limit) bytes (ZIP without the Zip64 extension); write several archives")
  }
}
