/// The header of an NPY file: magic, version, length, and a Python dictionary of three known keys.
///
///     93 'NUMPY' major minor length   {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
///
/// Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".
struct NPYHeader {
  let type: NPYType
  let fortranOrder: Bool
  let shape: [Int]
  let elements: Int
  let dataOffset: Int

  /// Headers are a line of text; NumPy itself refuses longer ones than this unless told to trust the file.
  static let longest = 10_000

  /// - Parameter limit: the most elements that are accepted: fewer for arrays held in memory than for those streamed.
  init(_ bytes: ArraySlice<UInt8>, file: String, label: String, limit: Int = maximumElements) throws {
    func fail(_ kind: DatasetError.Kind, _ offset: Int, _ found: String, _ accepted: String) -> DatasetError {
      DatasetError(kind, file: file, at: .byte(offset), found: found + label, accepted: accepted)
    }
    let bytes = Array(bytes.prefix(12 + Self.longest))
    guard !bytes.isEmpty else { throw fail(.empty, 0, "no bytes", "an NPY array") }
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw fail(.badMagic, 0, "no NPY header", "the bytes 93 'NUMPY'")
    }
    guard bytes.count >= 12 else { throw fail(.truncated, bytes.count, "the end of the header", "a complete header") }
    let version = bytes[6]
    guard (1...3).contains(version) else {
      throw fail(.unsupported, 6, "NPY version \(version).\(bytes[7])", "versions 1, 2 and 3")
    }
    let start = version == 1 ? 10 : 12
    let length = version == 1 ? Int(bytes.little(UInt16.self, at: 8)) : Int(bytes.little(UInt32.self, at: 8))
    guard length <= Self.longest else {
      throw fail(.badHeader, 8, "a header of \(length) bytes", "at most \(Self.longest) bytes")
    }
    guard bytes.count >= start + length else {
      throw fail(.truncated, bytes.count, "the end of the header", "a header of \(length) bytes")
    }
    let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
    var parser = PythonDictionary(text)
    guard let entries = parser.parse() else {
      throw fail(.badHeader, start + parser.consumed, "the header \"\(excerpt(text))\"",
        "a dictionary with the keys descr, fortran_order and shape")
    }
    guard case .text(let descriptor)? = entries["descr"], case .flag(let fortran)? = entries["fortran_order"],
      case .tuple(let shape)? = entries["shape"], entries.count == 3
    else {
      throw fail(.badHeader, start, "the header \"\(excerpt(text))\"",
        "one plain element type under descr, True or False under fortran_order, a tuple of sizes under shape")
    }
    guard let type = NPYType(descriptor: descriptor) else {
      let isObject = descriptor.contains("O")
      throw fail(.unsupported, start,
        "the element type '\(excerpt(descriptor))'" + (isObject ? " (Python objects)" : ""),
        "bool, integers of 1 to 8 bytes, floats of 2, 4 or 8 bytes, or text (U, S)")
    }
    guard let count = elementCount(shape, limit: limit), type.width <= 1 << 20,
      !count.multipliedReportingOverflow(by: type.width).overflow
    else {
      throw fail(.tooLarge, start, "the shape \(shape)", "at most \(limit) elements")
    }
    self.type = type
    fortranOrder = fortran
    self.shape = shape
    elements = count
    dataOffset = start + length
  }
}

/// The small part of Python's syntax in which NPY headers are written.
struct PythonDictionary {
  enum Value: Equatable {
    case text(String)
    case flag(Bool)
    case tuple([Int])
  }

  private let bytes: [UInt8]
  private(set) var consumed = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The entries, or nil if the text is anything else than such a dictionary.
  mutating func parse() -> [String: Value]? {
    var entries: [String: Value] = [:]
    guard take("{") else { return nil }
    while !take("}") {
      guard let key = quoted(), take(":"), let value = value(), entries.updateValue(value, forKey: key) == nil else {
        return nil
      }
      if take(",") { continue }
      guard take("}") else { return nil }
      break
    }
    skipSpace()
    return consumed == bytes.count ? entries : nil
  }

  private mutating func value() -> Value? {
    if take("True") { return .flag(true) }
    if take("False") { return .flag(false) }
    if let text = quoted() { return .text(text) }
    guard take("(") else { return nil }
    var sizes: [Int] = []
    while !take(")") {
      guard let size = number() else { return nil }
      sizes.append(size)
      if take(",") { continue }
      guard take(")") else { return nil }
      break
    }
    return sizes.count <= 32 ? .tuple(sizes) : nil
  }

  private mutating func skipSpace() {
    while consumed < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[consumed]) { consumed += 1 }
  }

  private mutating func take(_ token: String) -> Bool {
    skipSpace()
    guard bytes[consumed...].starts(with: token.utf8) else { return false }
    consumed += token.utf8.count
    return true
  }

  private mutating func quoted() -> String? {
    skipSpace()
    guard consumed < bytes.count, bytes[consumed] == 0x27 || bytes[consumed] == 0x22,
      let end = bytes[(consumed + 1)...].firstIndex(of: bytes[consumed])
    else { return nil }
    defer { consumed = end + 1 }
    return String(decoding: bytes[(consumed + 1)..<end], as: UTF8.self)
  }

  private mutating func number() -> Int? {
    skipSpace()
    let digits = bytes[consumed...].prefix { (48...57).contains($0) }
    guard !digits.isEmpty, let value = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
    consumed = digits.endIndex
    _ = take("L")  // Python 2 wrote long integers so
    return value
  }
}
