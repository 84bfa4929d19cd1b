/// How the members of an archive are kept.
public enum ZipCompression: String, Codable, Sendable {
  /// As they are, as `numpy.savez` does.
  case stored
  /// Deflated by zlib, as `numpy.savez_compressed` does.
  case deflated

  /// The number of the method in a ZIP file.
  var method: UInt16 { self == .stored ? 0 : 8 }
}

/// Builds the bytes of a ZIP file, member by member; ``ZipArchive`` shows the layout.
///
/// Nothing but names and contents enters the bytes: the date is 00:00 on 1 January 1980, the first that the format can
/// express, and there are neither permissions nor comments.
///
/// Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", sections 4.3.7, 4.3.12 and 4.3.16.
struct ZipWriter {
  /// Sizes and offsets have 32 bits without the Zip64 extension, whose mark is the largest of them.
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

    var common: [UInt8] = []
    // Version 2.0 is needed; bit 11: names are UTF-8; the method; the time; the date.
    for field: UInt16 in [20, 0x0800, compression.method, 0, 0x0021] { common.append(field) }
    for field in [crc32(content[...]), UInt32(data.count), UInt32(content.count)] { common.append(field) }
    // The lengths of the name and of the extra field.
    for field in [UInt16(label.count), 0] { common.append(field) }

    directory.append(UInt32(0x0201_4b50))
    directory.append(UInt16(20))
    directory += common
    // The lengths of comments, the disk, and attributes, all 0; then the offset of the local header.
    directory += [UInt8](repeating: 0, count: 10)
    directory.append(UInt32(bytes.count))
    directory += label

    bytes.append(UInt32(0x0403_4b50))
    bytes += common
    bytes += label
    bytes += data
    members += 1
  }

  /// The whole archive.
  consuming func finished() -> [UInt8] {
    let (start, size) = (UInt32(bytes.count), UInt32(directory.count))
    bytes += directory
    bytes.append(UInt32(0x0605_4b50))
    for field: UInt16 in [0, 0, UInt16(members), UInt16(members)] { bytes.append(field) }
    for field in [size, start] { bytes.append(field) }
    bytes.append(UInt16(0))
    return bytes
  }

  private func tooLarge(_ name: String, _ size: Int) -> DatasetError {
    DatasetError(.tooLarge, file: file, at: .array(name), found: "an archive of \(size) bytes or more",
      accepted: "at most \(limit) bytes (ZIP without the Zip64 extension); write several archives")
  }
}
