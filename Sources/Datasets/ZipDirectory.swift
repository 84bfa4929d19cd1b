/// What the directory at the end of a ZIP file says about its members: stored or deflated, not encrypted.
///
///     [local header, name, data] ...  [central directory: a record per member]
///     [Zip64 end record, its locator: where anything exceeds 32 bits]  [end record]
///
/// Sizes and offsets are taken from the central directory, and each is checked against the bytes that are there. Only
/// the end of the file is read, so that archives may be larger than memory.
///
/// Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3.
struct ZipDirectory: Sendable {
  struct Member: Sendable {
    let name: String
    let method: UInt16
    let checksum: UInt32
    let storedSize: Int
    let size: Int
    let offset: Int
  }

  let file: String
  /// The bytes of the whole archive.
  let archiveSize: Int
  private(set) var members: [Member] = []

  /// - Parameter read: gives the bytes of a range within the archive.
  init(archiveSize: Int, file: String, read: (Range<Int>) throws -> [UInt8]) throws {
    self.archiveSize = archiveSize
    self.file = file
    guard archiveSize > 0 else { throw fail(.empty, 0, "an empty file", "an NPZ archive") }
    let tailStart = max(0, archiveSize - 22 - 0xffff)
    let tail = try read(tailStart..<archiveSize)
    guard let place = Self.endRecord(tail) else {
      let isZip = try read(0..<min(2, archiveSize)).starts(with: [0x50, 0x4b])
      throw isZip
        ? fail(.truncated, archiveSize, "the end of the file before the archive's directory", "a complete NPZ file")
        : fail(.badMagic, 0, "no ZIP archive", "an NPZ file as numpy.savez writes it")
    }
    var end = tailStart + place
    var count = UInt64(tail.little(UInt16.self, at: place + 10))
    var size = UInt64(tail.little(UInt32.self, at: place + 12))
    var start = UInt64(tail.little(UInt32.self, at: place + 16))
    // An archive of exactly 65,535 members needs no Zip64 record: where there is none, the numbers are meant.
    if count == 0xffff || size == 0xffff_ffff || start == 0xffff_ffff, let wide = try wideEnd(before: end, read) {
      (end, count, size, start) = wide
    }
    guard size <= UInt64(end), start <= UInt64(end) - size, count <= size / 46 else {
      throw fail(.corrupt, end, "a directory of \(counted(Int(clamping: count), "record")) in \(size) bytes at byte "
        + "\(start)", "a directory before byte \(end)")
    }
    let first = Int(start)
    let records = try read(first..<first + Int(size))
    var at = 0
    for _ in 0..<count {
      guard at + 46 <= records.count, records.little(UInt32.self, at: at) == 0x0201_4b50 else {
        throw fail(.corrupt, first + at, "no directory record", "\(count) directory records")
      }
      let lengths = [28, 30, 32].map { Int(records.little(UInt16.self, at: at + $0)) }
      let next = at + 46 + lengths.reduce(0, +)
      guard next <= records.count else {
        throw fail(.corrupt, first + at, "a record of \(next - at) bytes", "records within the directory")
      }
      members.append(try member(records, at: at, next: next, base: first))
      at = next
    }
  }

  /// Where the data of a member start, from the local header before them.
  /// - Throws: ``DatasetError`` unless there is such a header and the data lie within the archive.
  func dataStart(_ member: Member, read: (Range<Int>) throws -> [UInt8]) throws -> Int {
    let name = "\"\(excerpt(member.name))\""
    let header = member.offset
    let bytes = try read(header..<max(header, min(header + 30, archiveSize)))
    guard bytes.count == 30, bytes.little(UInt32.self, at: 0) == 0x0403_4b50 else {
      throw fail(.corrupt, header, "no local header for \(name)", "an intact archive")
    }
    let start = header + 30 + Int(bytes.little(UInt16.self, at: 26)) + Int(bytes.little(UInt16.self, at: 28))
    guard start + member.storedSize <= archiveSize else {
      throw fail(.truncated, archiveSize, "the end of the file within \(name)",
        "\(member.storedSize) bytes from byte \(start)")
    }
    return start
  }

  /// The names of the NPY arrays, sorted.
  /// - Throws: ``DatasetError`` if there is none.
  func arrayNames() throws -> [String] {
    let names = members.map(\.name).filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }.sorted()
    guard !names.isEmpty else {
      throw DatasetError(.empty, file: file, found: "an archive without arrays", accepted: "at least one .npy member")
    }
    return names
  }

  /// The member that holds the array of that name.
  func array(_ name: String) -> Member? { members.first { $0.name == name + ".npy" } }

  func fail(_ kind: DatasetError.Kind, _ offset: Int, _ found: String, _ accepted: String) -> DatasetError {
    DatasetError(kind, file: file, at: .byte(offset), found: found, accepted: accepted)
  }

  private func member(_ bytes: [UInt8], at: Int, next: Int, base: Int) throws -> Member {
    let nameEnd = at + 46 + Int(bytes.little(UInt16.self, at: at + 28))
    let name = String(decoding: bytes[at + 46..<nameEnd], as: UTF8.self)
    let label = "\"\(excerpt(name))\""
    let method = bytes.little(UInt16.self, at: at + 10)
    guard bytes.little(UInt16.self, at: at + 8) & 1 == 0 else {
      throw fail(.unsupported, base + at, "the encrypted member \(label)", "an archive without encryption")
    }
    guard method == 0 || method == 8 else {
      throw fail(.unsupported, base + at + 10, "compression method \(method) for \(label)",
        "stored (0) or deflated (8), as numpy.savez and savez_compressed write")
    }
    // Each number of 32 bits that is all ones stands, in this order, with 64 bits in the extra field number 1.
    var extra = Self.extraField(bytes, nameEnd..<nameEnd + Int(bytes.little(UInt16.self, at: at + 30)), number: 1)
    func wide(_ place: Int) throws -> UInt64 {
      let narrow = bytes.little(UInt32.self, at: at + place)
      guard narrow == .max else { return UInt64(narrow) }
      guard extra.count >= 8 else {
        throw fail(.corrupt, base + at + place, "a number of 64 bits that is missing for \(label)",
          "a Zip64 field with it")
      }
      defer { extra = extra.dropFirst(8) }
      return bytes.little(UInt64.self, at: extra.lowerBound)
    }
    let (size, storedSize, offset) = (try wide(24), try wide(20), try wide(42))
    let all = UInt64(archiveSize)
    // No archive comes near 2^50 bytes, so that the product cannot overflow once the stored size fits the archive.
    guard storedSize <= all, offset <= all - storedSize,
      method == 0 ? size == storedSize : size <= storedSize * UInt64(maximumExpansion)
    else {
      throw fail(.corrupt, base + at + 20, "\(size) bytes from \(storedSize) for \(label)",
        "sizes that fit the file of \(archiveSize) bytes")
    }
    return Member(name: name, method: method, checksum: bytes.little(UInt32.self, at: at + 16),
      storedSize: Int(storedSize), size: Int(size), offset: Int(offset))
  }

  /// The place of the Zip64 end record, if there is one, with the number of records, the size and the start of the
  /// directory from it.
  private func wideEnd(before end: Int, _ read: (Range<Int>) throws -> [UInt8]) throws
    -> (Int, UInt64, UInt64, UInt64)? {
    let locator = try read(max(end - 20, 0)..<end)
    guard locator.count == 20, locator.little(UInt32.self, at: 0) == 0x0706_4b50 else { return nil }
    guard let place = Int(exactly: locator.little(UInt64.self, at: 8)), place <= end - 20 - 56 else {
      throw fail(.corrupt, end - 20, "the place \(locator.little(UInt64.self, at: 8)) for the Zip64 end record",
        "a place before it")
    }
    let record = try read(place..<place + 56)
    guard record.little(UInt32.self, at: 0) == 0x0606_4b50 else {
      throw fail(.corrupt, place, "no Zip64 end record", "an intact archive")
    }
    return (place, record.little(UInt64.self, at: 32), record.little(UInt64.self, at: 40),
      record.little(UInt64.self, at: 48))
  }

  /// The content of an extra field, empty if there is none of the number.
  private static func extraField(_ bytes: [UInt8], _ range: Range<Int>, number: UInt16) -> Range<Int> {
    var at = range.lowerBound
    while at + 4 <= range.upperBound {
      let content = at + 4..<at + 4 + Int(bytes.little(UInt16.self, at: at + 2))
      if bytes.little(UInt16.self, at: at) == number { return content.clamped(to: range) }
      at = content.upperBound
    }
    return range.upperBound..<range.upperBound
  }

  /// The place of the end record: the last one whose comment reaches exactly to the end of the file.
  private static func endRecord(_ tail: [UInt8]) -> Int? {
    guard tail.count >= 22 else { return nil }
    for at in stride(from: tail.count - 22, through: 0, by: -1)
    where tail[at] == 0x50 && tail.little(UInt32.self, at: at) == 0x0605_4b50 {
      if at + 22 + Int(tail.little(UInt16.self, at: at + 20)) == tail.count { return at }
    }
    return nil
  }
}
