/// The members of a ZIP file, as NumPy's NPZ files use it: stored or deflated, below 4 GiB, not encrypted.
///
///     [local header, name, data] ...  [central directory: a record per member]  [end record]
///
/// Sizes and offsets are taken from the central directory, and each is checked against the bytes that are there.
/// Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", sections 4.3.7, 4.3.12 and 4.3.16.
struct ZipArchive {
  struct Member {
    let name: String
    let method: UInt16
    let checksum: UInt32
    let storedSize: Int
    let size: Int
    let offset: Int
  }

  let bytes: [UInt8]
  let file: String
  private(set) var members: [Member] = []

  init(bytes: [UInt8], file: String) throws {
    self.bytes = bytes
    self.file = file
    guard !bytes.isEmpty else { throw fail(.empty, 0, "an empty file", "an NPZ archive") }
    guard let end = Self.endRecord(bytes) else {
      let isZip = bytes.starts(with: [0x50, 0x4b])
      throw isZip
        ? fail(.truncated, bytes.count, "the end of the file before the archive's directory", "a complete NPZ file")
        : fail(.badMagic, 0, "no ZIP archive", "an NPZ file as numpy.savez writes it")
    }
    let count = Int(bytes.little(UInt16.self, at: end + 10))
    let size = Int(bytes.little(UInt32.self, at: end + 12))
    let start = Int(bytes.little(UInt32.self, at: end + 16))
    guard count < 0xffff, size < 0xffff_ffff, start < 0xffff_ffff else {
      throw fail(.unsupported, end, "a ZIP64 directory", "archives below 4 GiB with fewer than 65535 arrays")
    }
    guard start + size <= end else {
      throw fail(.corrupt, end, "a directory of \(size) bytes at byte \(start)", "a directory before byte \(end)")
    }
    var at = start
    for _ in 0..<count {
      guard at + 46 <= end, bytes.little(UInt32.self, at: at) == 0x0201_4b50 else {
        throw fail(.corrupt, at, "no directory record", "\(count) directory records")
      }
      members.append(try member(at: at, end: end))
      at += 46 + (28...32).filter { $0 % 2 == 0 }.reduce(0) { $0 + Int(bytes.little(UInt16.self, at: at + $1)) }
    }
  }

  /// The content of a member, with its size and check sum verified.
  /// - Complexity: O(size), at most ``maximumDatasetBytes``.
  func content(_ member: Member) throws -> ArraySlice<UInt8> {
    let name = "\"\(excerpt(member.name))\""
    let header = member.offset
    guard header + 30 <= bytes.count, bytes.little(UInt32.self, at: header) == 0x0403_4b50 else {
      throw fail(.corrupt, header, "no local header for \(name)", "an intact archive")
    }
    let start = header + 30 + Int(bytes.little(UInt16.self, at: header + 26))
      + Int(bytes.little(UInt16.self, at: header + 28))
    guard start + member.storedSize <= bytes.count else {
      throw fail(.truncated, bytes.count, "the end of the file within \(name)",
        "\(member.storedSize) bytes from byte \(start)")
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
    guard sum == member.checksum else {
      throw fail(.checksum, start, "the CRC-32 \(String(sum, radix: 16)) for \(name)",
        "\(String(member.checksum, radix: 16)), as the archive declares")
    }
    return content
  }

  private func member(at: Int, end: Int) throws -> Member {
    let nameLength = Int(bytes.little(UInt16.self, at: at + 28))
    guard at + 46 + nameLength <= end else {
      throw fail(.corrupt, at, "a name of \(nameLength) bytes", "a name within the directory")
    }
    let name = String(decoding: bytes[at + 46..<at + 46 + nameLength], as: UTF8.self)
    let member = Member(name: name, method: bytes.little(UInt16.self, at: at + 10),
      checksum: bytes.little(UInt32.self, at: at + 16), storedSize: Int(bytes.little(UInt32.self, at: at + 20)),
      size: Int(bytes.little(UInt32.self, at: at + 24)), offset: Int(bytes.little(UInt32.self, at: at + 42)))
    let label = "\"\(excerpt(name))\""
    guard bytes.little(UInt16.self, at: at + 8) & 1 == 0 else {
      throw fail(.unsupported, at, "the encrypted member \(label)", "an archive without encryption")
    }
    guard member.method == 0 || member.method == 8 else {
      throw fail(.unsupported, at + 10, "compression method \(member.method) for \(label)",
        "stored (0) or deflated (8), as numpy.savez and savez_compressed write")
    }
    guard member.storedSize < 0xffff_ffff, member.size < 0xffff_ffff, member.offset < 0xffff_ffff else {
      throw fail(.unsupported, at, "a ZIP64 member \(label)", "arrays below 4 GiB")
    }
    let largest = member.method == 0 ? member.storedSize : member.storedSize * maximumExpansion
    guard member.offset + member.storedSize <= bytes.count, member.size <= largest,
      member.method == 8 || member.size == member.storedSize
    else {
      throw fail(.corrupt, at + 20, "\(member.size) bytes from \(member.storedSize) for \(label)",
        "sizes that fit the file of \(bytes.count) bytes")
    }
    return member
  }

  /// The place of the end record: the last one whose comment reaches exactly to the end of the file.
  private static func endRecord(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 22 else { return nil }
    for at in stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 0xffff), by: -1)
    where bytes[at] == 0x50 && bytes.little(UInt32.self, at: at) == 0x0605_4b50 {
      if at + 22 + Int(bytes.little(UInt16.self, at: at + 20)) == bytes.count { return at }
    }
    return nil
  }

  private func fail(_ kind: DatasetError.Kind, _ offset: Int, _ found: String, _ accepted: String) -> DatasetError {
    DatasetError(kind, file: file, at: .byte(offset), found: found, accepted: accepted)
  }
}
