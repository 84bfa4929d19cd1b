/// What a ZIP file says about one of its members; ``ZipDirectory`` shows the layout.
///
/// Nothing but names, contents and places enters the bytes: the date is 00:00 on 1 January 1980, the first that the
/// format can express, and there are neither permissions nor comments. Numbers that do not fit 32 bits are written with
/// 64 in a Zip64 field; archives without such numbers are plain ones.
///
/// Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3.
struct ZipRecord {
  let name: String
  let method: UInt16
  var checksum: UInt32
  let storedSize: Int
  let size: Int
  /// Where the local record starts.
  let offset: Int

  /// The mark of a number that stands elsewhere with 64 bits, and so the first that does not fit.
  private static let wide = 0xffff_ffff

  /// The record before the data. Both sizes are wide if one is, as the format demands here.
  var local: [UInt8] {
    let isWide = max(storedSize, size) >= Self.wide
    var bytes: [UInt8] = []
    bytes.append(UInt32(0x0403_4b50))
    bytes += common(isWide, extra: isWide ? 20 : 0)
    bytes += Array(name.utf8)
    if isWide { bytes += Self.field([size, storedSize]) }
    return bytes
  }

  /// The record in the directory.
  var central: [UInt8] {
    let isWide = max(storedSize, size) >= Self.wide
    let numbers = (isWide ? [size, storedSize] : []) + (offset >= Self.wide ? [offset] : [])
    let extra = numbers.isEmpty ? [] : Self.field(numbers)
    var bytes: [UInt8] = []
    bytes.append(UInt32(0x0201_4b50))
    bytes.append(Self.version(!numbers.isEmpty))
    bytes += common(isWide, extra: extra.count)
    // The lengths of comments, the disk, and attributes, all 0; then the offset of the local record.
    bytes += [UInt8](repeating: 0, count: 10)
    bytes.append(UInt32(min(offset, Self.wide)))
    bytes += Array(name.utf8)
    bytes += extra
    return bytes
  }

  /// What follows the directory.
  static func end(members: Int, start: Int, size: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    if members >= 0xffff || start >= wide || size >= wide {
      bytes.append(UInt32(0x0606_4b50))
      bytes.append(UInt64(44))  // the bytes of this record that follow
      for field: UInt16 in [45, 45, 0, 0, 0, 0] { bytes.append(field) }
      for field in [members, members, size, start] { bytes.append(UInt64(field)) }
      bytes.append(UInt32(0x0706_4b50))
      bytes.append(UInt32(0))
      bytes.append(UInt64(start + size))
      bytes.append(UInt32(1))
    }
    bytes.append(UInt32(0x0605_4b50))
    let count = UInt16(min(members, 0xffff))
    for field: UInt16 in [0, 0, count, count] { bytes.append(field) }
    for field in [size, start] { bytes.append(UInt32(min(field, wide))) }
    bytes.append(UInt16(0))
    return bytes
  }

  /// What both records have in common, from the version to the lengths of the name and the extra field.
  private func common(_ isWide: Bool, extra: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    // Bit 11: names are UTF-8; the method; the time; the date.
    for field: UInt16 in [Self.version(isWide), 0x0800, method, 0, 0x0021] { bytes.append(field) }
    bytes.append(checksum)
    for field in [storedSize, size] { bytes.append(UInt32(isWide ? Self.wide : field)) }
    for field in [name.utf8.count, extra] { bytes.append(UInt16(field)) }
    return bytes
  }

  /// The version that is needed to read: 4.5 with Zip64, else 2.0.
  private static func version(_ isWide: Bool) -> UInt16 { isWide ? 45 : 20 }

  /// The Zip64 field of these numbers.
  private static func field(_ numbers: [Int]) -> [UInt8] {
    var bytes: [UInt8] = []
    for field in [1, 8 * numbers.count] { bytes.append(UInt16(field)) }
    for number in numbers { bytes.append(UInt64(number)) }
    return bytes
  }
}
