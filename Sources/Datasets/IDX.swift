import Foundation

/// An array of the IDX format, in which MNIST and its kin are distributed.
///
///     byte 0, 1   zero
///     byte 2      element type: 08 UInt8, 09 Int8, 0B Int16, 0C Int32, 0D Float, 0E Double
///     byte 3      rank r
///     then        r sizes (UInt32), then the elements, the last index fastest; all big-endian
///
/// Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", the format's description.
public struct IDXArray: Equatable, Sendable {
  public let shape: [Int]
  public let values: [Double]
  /// Whether the elements are integers, as those of labels must be.
  public let isInteger: Bool

  /// Reads a file, gzip-compressed or not.
  /// - Throws: ``DatasetError`` for anything but one complete IDX array of finite numbers.
  public init(path: String) throws {
    try self.init(bytes: try readFile(path), file: path)
  }

  /// Reads bytes, gzip-compressed or not; `file` is only used in messages.
  ///
  /// Of compressed bytes just the header is inflated first, and then no more than it declares.
  /// - Complexity: O(n) time and memory for n elements, whatever the header claims.
  public init(bytes: [UInt8], file: String) throws {
    guard bytes.count >= 2, bytes[0] == 0x1f, bytes[1] == 0x8b else {
      try self.init(plain: bytes, file: file)
      return
    }
    let longestHeader = 4 + 4 * 255
    let start = inflate(bytes[...], .gzip, limit: longestHeader)
    if case .limit = start.end {
      let header = try Header(start.bytes, file: file)
      let size = header.dataOffset + header.dataBytes
      guard size / maximumExpansion <= bytes.count else {
        throw DatasetError(.truncated, file: file, at: .byte(4),
          found: "sizes \(header.shape) that need \(size) bytes, more than \(bytes.count) compressed bytes can hold",
          accepted: "sizes that fit the data")
      }
      try self.init(plain: try Self.inflateDeclared(bytes, size: size, header: header, file: file), file: file)
    } else {
      try self.init(plain: try gunzip(bytes, file: file, limit: longestHeader), file: file)
    }
  }

  private static func inflateDeclared(_ bytes: [UInt8], size: Int, header: Header, file: String) throws -> [UInt8] {
    let (content, end) = inflate(bytes[...], .gzip, limit: size)
    guard end == .limit else {
      if end == .complete { return content }
      return try gunzip(bytes, file: file, limit: size)
    }
    throw DatasetError(.oversized, file: file, at: .byte(size), found: "data beyond the declared sizes \(header.shape)",
      accepted: "\(header.dataBytes) bytes of elements")
  }

  private init(plain bytes: [UInt8], file: String) throws {
    let header = try Header(bytes, file: file)
    let have = bytes.count - header.dataOffset
    guard have >= header.dataBytes else {
      throw DatasetError(.truncated, file: file, at: .byte(bytes.count),
        found: "the end of the file after \(have) bytes of elements",
        accepted: "\(header.dataBytes) bytes for the declared sizes \(header.shape)")
    }
    guard have == header.dataBytes else {
      throw DatasetError(.oversized, file: file, at: .byte(header.dataOffset + header.dataBytes),
        found: counted(have - header.dataBytes, "byte") + " beyond the declared sizes \(header.shape)",
        accepted: "\(header.dataBytes) bytes of elements")
    }
    shape = header.shape
    isInteger = header.type.isInteger
    let start = header.dataOffset
    values = decodeNumbers(bytes[start...], as: header.type, count: header.elements)
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw DatasetError(.notFinite, file: file, at: .byte(start + bad * header.type.width), found: "\(values[bad])",
        accepted: "finite numbers")
    }
  }

  /// The checked start of an IDX file.
  struct Header {
    let type: NPYType
    let shape: [Int]
    let elements: Int

    var dataOffset: Int { 4 + 4 * shape.count }
    var dataBytes: Int { elements * type.width }

    private static let types: [UInt8: NPYType] = [
      0x08: NPYType(.unsigned, width: 1), 0x09: NPYType(.signed, width: 1),
      0x0b: NPYType(.signed, width: 2, bigEndian: true), 0x0c: NPYType(.signed, width: 4, bigEndian: true),
      0x0d: NPYType(.float, width: 4, bigEndian: true), 0x0e: NPYType(.float, width: 8, bigEndian: true),
    ]

    init(_ bytes: [UInt8], file: String) throws {
      guard !bytes.isEmpty else {
        throw DatasetError(.empty, file: file, at: .byte(0), found: "an empty file", accepted: "an IDX array")
      }
      guard bytes.count >= 4 else {
        throw DatasetError(.truncated, file: file, at: .byte(bytes.count), found: counted(bytes.count, "byte"),
          accepted: "an IDX header of at least 8 bytes")
      }
      let magic = bytes.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
      guard bytes[0] == 0, bytes[1] == 0, let type = Self.types[bytes[2]], bytes[3] > 0 else {
        throw DatasetError(.badMagic, file: file, at: .byte(0), found: "the bytes \(magic)",
          accepted: "00 00, an element type (08, 09, 0b, 0c, 0d or 0e) and a rank of at least 1")
      }
      self.type = type
      let rank = Int(bytes[3])
      guard bytes.count >= 4 + 4 * rank else {
        throw DatasetError(.truncated, file: file, at: .byte(bytes.count), found: "the end of the file in the header",
          accepted: "\(rank) sizes of 4 bytes each")
      }
      shape = (0..<rank).map { Int(bytes.big(UInt32.self, at: 4 + 4 * $0)) }
      guard let product = elementCount(shape) else {
        throw DatasetError(.tooLarge, file: file, at: .byte(4), found: "the sizes \(shape)",
          accepted: "at most \(maximumElements) elements")
      }
      guard product > 0 else {
        throw DatasetError(.empty, file: file, at: .byte(4), found: "the sizes \(shape)",
          accepted: "sizes of at least 1")
      }
      elements = product
    }
  }
}
