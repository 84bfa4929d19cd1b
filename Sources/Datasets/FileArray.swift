/// A numeric array of two dimensions (or one: a single column) in an NPY file or a member of an NPZ file, of which only
/// the header is in memory.
struct FileArray: Sendable {
  let file: OpenFile
  /// How messages call the array.
  let name: String
  let header: NPYHeader
  let rows: Int
  let columns: Int
  /// Where the bytes are; within an archive also their check sum and whether they are deflated.
  private let place: Range<Int>
  private let member: (directory: ZipDirectory, entry: ZipDirectory.Member)?

  /// The most elements: with at most 8 bytes each, offsets stay far from overflow.
  private static let maximumElements = 1 << 56

  /// The array in an NPY file.
  init(npy file: OpenFile) throws {
    try self.init(file, name: Dataset.fileName(file.path), place: 0..<file.count, member: nil)
  }

  /// The array of that name in an NPZ file.
  init(_ name: String, of directory: ZipDirectory, in file: OpenFile) throws {
    guard let entry = directory.array(name) else {
      throw DatasetError(.missingArray, file: file.path, found: "no array \"\(excerpt(name))\"",
        accepted: "one of " + Dataset.listed(try directory.arrayNames()))
    }
    let start = try directory.dataStart(entry, read: file.bytes)
    try self.init(file, name: name, place: start..<start + entry.storedSize, member: (directory, entry))
  }

  private init(_ file: OpenFile, name: String, place: Range<Int>,
    member: (directory: ZipDirectory, entry: ZipDirectory.Member)?) throws {
    self.file = file
    self.name = name
    self.place = place
    self.member = member
    let size = member?.entry.size ?? place.count
    let label = member == nil ? "" : " in \"\(excerpt(name))\""
    let beginning = try Self.beginning(file, place, deflated: member?.entry.method == 8, size: size)
    header = try NPYHeader(beginning[...], file: file.path, label: label, limit: Self.maximumElements)
    func fail(_ kind: DatasetError.Kind, _ found: String, _ accepted: String) -> DatasetError {
      DatasetError(kind, file: file.path, at: .array(name), found: found, accepted: accepted)
    }
    let shape = header.shape
    guard !header.type.isText else {
      throw fail(.notANumber, "text ('\(header.type.descriptor)')", "numbers")
    }
    guard shape.count == 1 || shape.count == 2 else {
      throw fail(.badHeader, "the shape \(shape)", "two dimensions: samples x numbers (or one: a number each)")
    }
    guard header.elements > 0 else {
      throw fail(.empty, "the shape \(shape)", "at least one sample and one number of each")
    }
    rows = shape[0]
    columns = shape.count == 2 ? shape[1] : 1
    guard columns <= Datasets.maximumElements else {
      throw fail(.tooLarge, "\(columns) numbers for each sample", "at most \(Datasets.maximumElements)")
    }
    guard !header.fortranOrder || rows == 1 || columns == 1 else {
      throw fail(.unsupported, "an array in Fortran order (column after column)",
        "C order, in which samples can be read one after the other: save numpy.ascontiguousarray(...) of it")
    }
    let (have, need) = (size - header.dataOffset, header.elements * header.type.width)
    guard have == need else {
      throw fail(have < need ? .truncated : .oversized, "\(have) bytes of elements",
        "\(need) bytes for the shape \(shape) of '\(header.type.descriptor)'")
    }
  }

  /// Reads the array from its first row; a pass of its own.
  func reader() throws -> FileArrayReader { try FileArrayReader(self) }

  /// Enough bytes for any header.
  private static func beginning(_ file: OpenFile, _ place: Range<Int>, deflated: Bool, size: Int) throws -> [UInt8] {
    let count = min(size, 12 + NPYHeader.longest)
    guard deflated else { return try file.bytes(place.prefix(count)) }
    let stream = try InflateStream(file, place)
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, have in
      have = try stream.read(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
    }
  }

  /// The bytes of the array from the first one of its header on.
  fileprivate func bytes() throws -> FileArrayReader.Bytes {
    member?.entry.method == 8 ? .deflated(try InflateStream(file, place)) : .stored(place.lowerBound)
  }

  fileprivate func check(_ sum: UInt32) throws {
    if let member, member.entry.checksum != sum {
      throw member.directory.wrongChecksum(member.entry, sum, at: place.lowerBound)
    }
  }

  fileprivate var hasChecksum: Bool { member != nil }
}

/// A pass over a ``FileArray``, some rows at a time.
final class FileArrayReader {
  enum Bytes {
    /// The offset in the file of the next byte.
    case stored(Int)
    case deflated(InflateStream)
  }

  private let array: FileArray
  private var bytes: Bytes
  private var sum: UInt32 = 0
  private var row = 0
  /// Room for elements that are not doubles already.
  private let raw: UnsafeMutableRawBufferPointer

  /// Bytes decoded at once, so that they stay in the cache of a core.
  private static let piece = 1 << 17

  fileprivate init(_ array: FileArray) throws {
    self.array = array
    bytes = try array.bytes()
    raw = .allocate(byteCount: max(Self.piece, 12 + NPYHeader.longest), alignment: 64)
    try fill(UnsafeMutableRawBufferPointer(rebasing: raw[..<array.header.dataOffset]))
  }

  deinit { raw.deallocate() }

  /// Writes the next `count` rows.
  /// - Throws: ``DatasetError`` for bytes that cannot be read, are damaged or hold a number that is not finite.
  func read(_ count: Int, into target: UnsafeMutablePointer<Double>) throws {
    let type = array.header.type
    let total = count * array.columns
    #if _endian(little)
    let isDouble = type == .double
    #else
    let isDouble = false
    #endif
    if isDouble {
      try fill(UnsafeMutableRawBufferPointer(start: target, count: 8 * total))
    } else {
      let size = Self.piece / type.width
      for start in stride(from: 0, to: total, by: size) {
        let some = min(size, total - start)
        try fill(UnsafeMutableRawBufferPointer(rebasing: raw[..<(some * type.width)]))
        decodeNumbers(raw.baseAddress!, as: type, count: some, into: target + start)
      }
    }
    if type.kind == .float { try checkFinite(target, total) }
    row += count
    if row == array.rows { try finish() }
  }

  private func fill(_ target: UnsafeMutableRawBufferPointer) throws {
    // The check sum follows the reading by pieces that are still in the cache.
    for start in stride(from: 0, to: target.count, by: Self.piece) {
      let part = UnsafeMutableRawBufferPointer(rebasing: target[start..<min(start + Self.piece, target.count)])
      switch bytes {
      case .stored(let offset):
        try array.file.read(part, at: offset)
        bytes = .stored(offset + part.count)
      case .deflated(let stream):
        let have = try stream.read(part)
        guard have == part.count else { throw truncated() }
      }
      if array.hasChecksum { sum = crc32(UnsafeRawBufferPointer(part), after: sum) }
    }
  }

  private func finish() throws {
    if case .deflated(let stream) = bytes {
      // The end of the stream may lie in bytes that no element needs.
      guard try stream.read(UnsafeMutableRawBufferPointer(rebasing: raw[..<1])) == 0 else {
        throw DatasetError(.oversized, file: array.file.path, at: .array(array.name),
          found: "more than the declared bytes", accepted: "an intact archive")
      }
      guard stream.isFinished else { throw truncated() }
    }
    try array.check(sum)
  }

  private func truncated() -> DatasetError {
    DatasetError(.truncated, file: array.file.path, at: .array(array.name),
      found: "the end of the deflated data before the last element", accepted: "a complete NPZ file")
  }

  private func checkFinite(_ values: UnsafePointer<Double>, _ count: Int) throws {
    let mask: UInt64 = 0x7ff0_0000_0000_0000
    var found: UInt64 = 0
    for i in 0..<count { found |= values[i].bitPattern & mask == mask ? 1 : 0 }
    guard found != 0, let i = (0..<count).first(where: { !values[$0].isFinite }) else { return }
    let (r, c) = (row + i / array.columns, i % array.columns)
    throw DatasetError(values[i].isNaN ? .missingValue : .notFinite, file: array.file.path,
      at: .entry(array: array.name, index: array.header.shape.count == 2 ? [r, c] : [r]),
      found: "\(values[i])", accepted: "finite numbers")
  }
}
