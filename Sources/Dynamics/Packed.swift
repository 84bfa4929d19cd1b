import Foundation

/// An array of numbers that is written, wherever it is encoded, as the base64 text of its bytes (little-endian).
///
/// Exact to the bit, including infinities and NaN, and a third of the size of decimal text: the form in which states
/// keep parameter vectors.
@propertyWrapper
public struct Packed<Element: BitwiseCopyable & Sendable>: Codable, Sendable {
  public var wrappedValue: [Element]

  public init(wrappedValue: [Element]) { self.wrappedValue = wrappedValue }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let data = Data(base64Encoded: text), data.count % MemoryLayout<Element>.stride == 0 else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected the base64 text of whole \(Element.self) numbers")
    }
    wrappedValue = [Element](unsafeUninitializedCapacity: data.count / MemoryLayout<Element>.stride) { buffer, count in
      count = data.copyBytes(to: UnsafeMutableRawBufferPointer(buffer)) / MemoryLayout<Element>.stride
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue.withUnsafeBytes { Data($0).base64EncodedString() })
  }
}

extension Packed: Equatable where Element: Equatable {}
