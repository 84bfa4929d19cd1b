import Foundation

extension Safetensors {
  /// Reads a file's bytes, trusting nothing in them: every length and offset is checked before it is used.
  ///
  /// - Parameter file: the name that errors mention.
  /// - Throws: ``ModelFileError`` with the file, the place, the value found and what is accepted.
  /// - Complexity: O(size).
  public init(bytes: [UInt8], file: String) throws {
    func refuse(_ place: String, _ found: String, _ accepted: String) -> ModelFileError {
      ModelFileError(file: file, place: place, found: found, accepted: accepted)
    }
    guard bytes.count >= 8 else {
      throw refuse("byte 0", "\(bytes.count) bytes", "a header length of 8 bytes, then the header and the tensors")
    }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length >= 2 && length <= UInt64(bytes.count - 8) else {
      throw refuse("byte 0", "a header length of \(length)", "2 to \(bytes.count - 8), the bytes that follow")
    }
    let start = 8 + Int(length)
    let header: [String: HeaderItem]
    do {
      header = try JSONDecoder().decode([String: HeaderItem].self, from: Data(bytes[8..<start]))
    } catch {
      throw refuse("byte 8", "a header that is no JSON object", "a JSON object of tensors")
    }

    var (tensors, metadata) = ([String: Tensor](), [String: String]())
    var spans: [(Range<Int>, String)] = []
    for (name, item) in header {
      let place = "header entry \"\(name)\""
      let (type, shape, offsets): (String, [Int], [Int])
      switch item {
      case .text(let text) where name == "__metadata__":
        metadata = text
        continue
      case .tensor(let entry) where name != "__metadata__":
        (type, shape, offsets) = (entry.dtype, entry.shape, entry.data_offsets)
      default:
        let accepted = name == "__metadata__" ? "an object of strings" : "an object with dtype, shape and data_offsets"
        throw refuse(place, "something else", accepted)
      }
      guard type == "F32" || type == "F64" else { throw refuse(place, "dtype \(type)", "F32, F64") }
      guard shape.allSatisfy({ $0 >= 0 }) else { throw refuse(place, "shape \(shape)", "sizes of zero or more") }
      guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= bytes.count - start else {
        throw refuse(place, "data_offsets \(offsets)", "two offsets, ascending, up to \(bytes.count - start)")
      }
      let width = type == "F32" ? 4 : 8
      var size = width
      for extent in shape {
        let (product, overflow) = size.multipliedReportingOverflow(by: extent)
        guard !overflow else { throw refuse(place, "shape \(shape)", "a shape that fits into memory") }
        size = product
      }
      guard size == offsets[1] - offsets[0] else {
        throw refuse(place, "\(offsets[1] - offsets[0]) bytes for shape \(shape) of \(type)", "\(size) bytes")
      }
      spans.append((offsets[0]..<offsets[1], name))
      let data = bytes[(start + offsets[0])..<(start + offsets[1])]
      tensors[name] = Tensor(
        shape: shape,
        values: type == "F32"
          ? .f32(words(data, UInt32.self).map { Float(bitPattern: UInt32(littleEndian: $0)) })
          : .f64(words(data, UInt64.self).map { Double(bitPattern: UInt64(littleEndian: $0)) }))
    }
    var end = 0
    for (span, name) in spans.sorted(by: { ($0.0.lowerBound, $0.0.upperBound) < ($1.0.lowerBound, $1.0.upperBound) }) {
      guard span.lowerBound == end else {
        throw refuse(
          "header entry \"\(name)\"", "data from byte \(span.lowerBound)", "\(end): tensors leave no gap, no overlap")
      }
      end = span.upperBound
    }
    guard end == bytes.count - start else {
      throw refuse("byte \(start + end)", "\(bytes.count - start - end) bytes of no tensor", "the end of the file")
    }
    self.init(tensors: tensors, metadata: metadata)
  }
}

/// A value in the header: a tensor, the free text, or what has no place there.
private enum HeaderItem: Decodable {
  struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let data_offsets: [Int]
  }

  case tensor(Entry)
  case text([String: String])
  case other

  init(from decoder: any Decoder) throws {
    if let entry = try? Entry(from: decoder) {
      self = .tensor(entry)
    } else if let text = try? [String: String](from: decoder) {
      self = .text(text)
    } else {
      self = .other
    }
  }
}

private func words<Word: BitwiseCopyable>(_ bytes: ArraySlice<UInt8>, _ type: Word.Type) -> [Word] {
  bytes.withUnsafeBytes { raw in
    (0..<raw.count / MemoryLayout<Word>.size).map {
      raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Word>.size, as: Word.self)
    }
  }
}

/// A model file that cannot be used: where, what was found and what would be accepted.
public struct ModelFileError: Error, Equatable, CustomStringConvertible {
  public let file: String
  public let place: String
  public let found: String
  public let accepted: String

  public init(file: String, place: String, found: String, accepted: String) {
    self.file = file
    self.place = place
    self.found = found
    self.accepted = accepted
  }

  public var description: String { "\(file), \(place): \(found); accepted: \(accepted)" }
}
