import Foundation
import LinearAlgebra

/// Named tensors of floating-point numbers in the safetensors format, which PyTorch, JAX and others read.
///
///     | header length: 8 bytes, little-endian | header: JSON, padded with spaces | tensors, little-endian |
///
/// The header maps each name to `dtype`, `shape` and `data_offsets`, counted from the end of the header. Written files
/// pad the header to a multiple of eight bytes and order tensors by name, so equal contents give equal bytes.
/// The types F32 and F64 are supported.
///
/// Source: the format description of the safetensors project, version 0.x.
public struct Safetensors: Equatable, Sendable {
  public enum Values: Equatable, Sendable {
    case f32([Float])
    case f64([Double])

    public var count: Int {
      switch self {
      case .f32(let values): values.count
      case .f64(let values): values.count
      }
    }
  }

  public struct Tensor: Equatable, Sendable {
    public let shape: [Int]
    public let values: Values

    /// - Precondition: the product of `shape` is the number of values.
    public init(shape: [Int], values: Values) {
      precondition(shape.reduce(1, *) == values.count, "\(values.count) values do not fill \(shape)")
      self.shape = shape
      self.values = values
    }

    public init<Element: Scalar>(_ matrix: Matrix<Element>) {
      let single = (matrix.elements as Any as? [Float]).map { Values.f32($0) }
      self.init(
        shape: [matrix.rows, matrix.columns], values: single ?? .f64(matrix.elements.map { Double($0) }))
    }

    /// The values in the given precision.
    public func elements<Element: Scalar>(as type: Element.Type = Element.self) -> [Element] {
      switch values {
      case .f32(let values): values.map { Element($0) }
      case .f64(let values): values.map { Element($0) }
      }
    }
  }

  public var tensors: [String: Tensor]
  /// Free text for whoever reads the file.
  public var metadata: [String: String]

  public init(tensors: [String: Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The file as bytes.
  ///
  /// - Complexity: O(size).
  public func encoded() throws -> [UInt8] {
    var header: [String: Any] = [:]
    if !metadata.isEmpty { header["__metadata__"] = metadata }
    var offset = 0
    let names = tensors.keys.sorted()
    for name in names {
      let tensor = tensors[name]!
      let (type, width) = if case .f32 = tensor.values { ("F32", 4) } else { ("F64", 8) }
      let end = offset + tensor.values.count * width
      header[name] = ["dtype": type, "shape": tensor.shape, "data_offsets": [offset, end]] as [String: Any]
      offset = end
    }
    var json = [UInt8](try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys]))
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + json.count + offset)
    withUnsafeBytes(of: UInt64(json.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: json)
    for name in names {
      switch tensors[name]!.values {
      case .f32(let values): append(values.map(\.bitPattern.littleEndian), to: &bytes)
      case .f64(let values): append(values.map(\.bitPattern.littleEndian), to: &bytes)
      }
    }
    return bytes
  }
}

private func append<Word: BitwiseCopyable>(_ words: [Word], to bytes: inout [UInt8]) {
  words.withUnsafeBytes { bytes.append(contentsOf: $0) }
}
