import Foundation

/// A NumPy array: its shape and its elements in row-major (C) order, whatever the order in the file.
///
/// Numbers are held as `Double`; 64-bit integers beyond 2^53 are rounded. Booleans are 0 and 1.
///
/// ```swift
/// let weights = try NPYArray(path: "weights.npy")
/// weights.shape                                        // [3, 4]
/// ```
public struct NPYArray: Equatable, Sendable {
  public let shape: [Int]
  public let type: NPYType
  /// The elements of a numeric or boolean array; empty for text.
  public let values: [Double]
  /// The elements of a text array; empty for numbers.
  public let strings: [String]

  public var count: Int { shape.reduce(1, *) }

  /// An array of numbers to be written.
  /// - Precondition: the values fill the shape, and fit the type: integers are whole and in range, booleans 0 or 1.
  public init(_ values: [Double], shape: [Int]? = nil, type: NPYType = .double) {
    let shape = shape ?? [values.count]
    precondition(shape.reduce(1, *) == values.count, "the values do not fill the shape")
    precondition(!type.isText, "numbers cannot be written as text")
    self.shape = shape
    self.type = type
    self.values = values
    strings = []
  }

  /// An array of text to be written, as UTF-32 of the longest element's length.
  public init(_ strings: [String]) {
    let longest = strings.map(\.unicodeScalars.count).max() ?? 0
    shape = [strings.count]
    type = NPYType(.unicode, width: 4 * max(longest, 1))
    self.strings = strings
    values = []
  }

  /// Reads an `.npy` file.
  /// - Throws: ``DatasetError`` for anything but one complete array of a type that is read.
  public init(path: String) throws {
    try self.init(bytes: try readFile(path)[...], file: path)
  }

  /// Reads the bytes of an `.npy` file; `file` and, within an archive, `member` are only used in messages.
  /// - Complexity: O(n) time and memory for n bytes present, whatever the header claims.
  public init(bytes: ArraySlice<UInt8>, file: String, member: String? = nil) throws {
    let label = member.map { " in \"\(excerpt($0))\"" } ?? ""
    let header = try NPYHeader(bytes, file: file, label: label)
    let (have, need) = (bytes.count - header.dataOffset, header.elements * header.type.width)
    guard have >= need else {
      throw DatasetError(.truncated, file: file, at: .byte(bytes.count), found: "\(have) bytes of elements" + label,
        accepted: "\(need) bytes for the shape \(header.shape) of '\(header.type.descriptor)'")
    }
    guard have == need else {
      throw DatasetError(.oversized, file: file, at: .byte(header.dataOffset + need),
        found: counted(have - need, "byte") + " after the elements" + label,
        accepted: "\(need) bytes for the shape \(header.shape) of '\(header.type.descriptor)'")
    }
    shape = header.shape
    type = header.type
    // A width of 0 (empty text) would let a few bytes promise any number of elements.
    guard type.width > 0 || header.elements <= 1 << 16 else {
      throw DatasetError(.unsupported, file: file, at: .byte(0),
        found: "\(header.elements) elements without width" + label, accepted: "text of at least one character")
    }
    let data = bytes.dropFirst(header.dataOffset)
    let order = header.fortranOrder && shape.count > 1 && header.elements > 0 ? Self.fortranPositions(shape) : nil
    if type.isText {
      values = []
      let text = Array(data)
      strings = (0..<header.elements).map { Self.text(text, (order?[$0] ?? $0) * header.type.width, header.type) }
    } else {
      strings = []
      let plain = decodeNumbers(data, as: header.type, count: header.elements)
      values = order.map { $0.map { plain[$0] } } ?? plain
    }
  }

  /// For each element in C order its position in Fortran order.
  private static func fortranPositions(_ shape: [Int]) -> [Int] {
    let total = shape.reduce(1, *)
    var positions = [Int](repeating: 0, count: total)
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in 1..<shape.count { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    var index = [Int](repeating: 0, count: shape.count)
    var position = 0
    for k in 0..<total {
      positions[k] = position
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        position += strides[axis]
        if index[axis] < shape[axis] { break }
        position -= strides[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return positions
  }

  private static func text(_ data: [UInt8], _ offset: Int, _ type: NPYType) -> String {
    if type.kind == .bytes {
      let bytes = data[offset..<offset + type.width]
      return String(decoding: bytes.prefix(upTo: (bytes.lastIndex { $0 != 0 } ?? offset - 1) + 1), as: UTF8.self)
    }
    var result = String.UnicodeScalarView()
    for place in stride(from: offset, to: offset + type.width, by: 4) {
      let code = type.bigEndian ? data.big(UInt32.self, at: place) : data.little(UInt32.self, at: place)
      if code == 0 { break }
      result.append(Unicode.Scalar(code) ?? "\u{FFFD}")
    }
    return String(result)
  }
}
