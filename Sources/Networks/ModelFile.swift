import Dynamics
import Foundation
import LinearAlgebra

/// A trained network on disk: a folder with the weights in `model.safetensors` and everything else in `config.json`.
///
/// The weights are the tensors `hidden.weight` (m x d', the bias weight last in each row) and `output.weight` (k x m).
/// The configuration holds the format version, shape, activation, loss, a checksum of the weights file and whatever the
/// caller adds as `payload` (task, classes, names of inputs, standardisation, ...).
///
/// The checksum tells files of different saves apart. Whoever rewrites the weights by another program removes the entry
/// `weightsChecksum` from the configuration: without it any weights of the right shapes are accepted.
///
/// ```swift
/// try ModelFile.save(network, loss: .squared, payload: preparation, to: "model")
/// let model = try ModelFile.load(from: "model", as: Double.self, payload: Preparation.self)
/// let outputs = model.network.predict(inputs)
/// ```
public enum ModelFile {
  public static let formatVersion = 1
  public static let weightsName = "model.safetensors"
  public static let configurationName = "config.json"

  /// What a folder holds.
  public struct Contents<Element: Scalar, Payload: Codable> {
    public let network: TwoLayerNetwork<Element>
    public let loss: Loss
    public let payload: Payload
  }

  private struct Configuration<Payload: Codable>: Codable {
    let formatVersion: Int
    let shape: TwoLayerShape
    let activation: Activation
    let loss: Loss
    /// Absent where another program wrote the weights.
    let weightsChecksum: String?
    let payload: Payload
  }

  private struct Version: Codable { let formatVersion: Int }

  /// Writes the network over `directory`, which is made if there is none. Each of the two files is replaced whole or
  /// not at all; a pair of different saves is told by its checksum.
  ///
  /// - Throws: `AtomicFile.Failure`, or Foundation's error where the folder cannot be made or the payload not encoded.
  public static func save<Element: Scalar, Payload: Codable>(
    _ network: TwoLayerNetwork<Element>, loss: Loss, payload: Payload, to directory: String
  ) throws {
    let weights = try Safetensors(
      tensors: [
        "hidden.weight": Safetensors.Tensor(network.hiddenWeights),
        "output.weight": Safetensors.Tensor(network.outputWeights),
      ], metadata: ["format": "pt"]
    ).encoded()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let configuration = try encoder.encode(
      Configuration(
        formatVersion: formatVersion, shape: network.shape, activation: network.activation, loss: loss,
        weightsChecksum: checksum(weights), payload: payload))
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try AtomicFile.write(weights, to: directory + "/" + weightsName)
    try AtomicFile.write(Array(configuration) + [UInt8(ascii: "\n")], to: directory + "/" + configurationName)
  }

  /// Reads a network back, rounding the weights where the file holds more precision than `Element`.
  ///
  /// - Throws: ``ModelFileError`` naming file, place, value and what is accepted.
  public static func load<Element: Scalar, Payload: Codable>(
    from directory: String, as type: Element.Type = Element.self, payload: Payload.Type = Payload.self
  ) throws -> Contents<Element, Payload> {
    let configuration: Configuration<Payload> = try readConfiguration(directory + "/" + configurationName)
    let path = directory + "/" + weightsName
    let bytes = try read(path)
    let found = checksum(bytes)
    if let expected = configuration.weightsChecksum, found != expected {
      throw ModelFileError(
        file: path, place: "the whole file", found: "checksum \(found)",
        accepted: "\(expected), as \(configurationName) says (the two are of different saves); if the weights were "
          + "changed on purpose, remove \"weightsChecksum\" from \(configurationName)")
    }
    let file = try Safetensors(bytes: bytes, file: path)
    let shape = configuration.shape
    let w = try tensor("hidden.weight", [shape.hidden, shape.weightsPerNeuron], in: file, path)
    let v = try tensor("output.weight", [shape.outputs, shape.hidden], in: file, path)
    return Contents(
      network: TwoLayerNetwork(
        shape: shape, activation: configuration.activation, parameters: w.elements() + v.elements()),
      loss: configuration.loss, payload: configuration.payload)
  }

  private static func readConfiguration<Payload: Codable>(_ path: String) throws -> Configuration<Payload> {
    let data = Data(try read(path))
    let decoder = JSONDecoder()
    do {
      let version = try decoder.decode(Version.self, from: data).formatVersion
      guard version == formatVersion else {
        throw ModelFileError(
          file: path, place: "formatVersion", found: "\(version)", accepted: "\(formatVersion)")
      }
      return try decoder.decode(Configuration<Payload>.self, from: data)
    } catch let error as DecodingError {
      let (place, reason) = explain(error)
      throw ModelFileError(file: path, place: place, found: reason, accepted: "a configuration written by this program")
    }
  }

  private static func tensor(
    _ name: String, _ shape: [Int], in file: Safetensors, _ path: String
  ) throws -> Safetensors.Tensor {
    guard let tensor = file.tensors[name] else {
      throw ModelFileError(
        file: path, place: "header", found: "no tensor \"\(name)\" among \(file.tensors.keys.sorted())",
        accepted: "\"\(name)\" of shape \(shape)")
    }
    guard tensor.shape == shape else {
      throw ModelFileError(
        file: path, place: "tensor \"\(name)\"", found: "shape \(tensor.shape)",
        accepted: "\(shape), as \(configurationName) says")
    }
    return tensor
  }

  private static func read(_ path: String) throws -> [UInt8] {
    do {
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw ModelFileError(
        file: path, place: "the whole file", found: "cannot be read (\(error.localizedDescription))",
        accepted: "a folder with \(configurationName) and \(weightsName)")
    }
  }

  private static func explain(_ error: DecodingError) -> (place: String, reason: String) {
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.isEmpty ? "the top level" : context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context): return (place(context), "no \"\(key.stringValue)\"")
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      return (place(context), context.debugDescription)
    @unknown default: return ("the top level", "\(error)")
    }
  }

  /// FNV-1a over the bytes, 64 bits: to tell different saves apart, not to keep forgers out.
  static func checksum(_ bytes: [UInt8]) -> String {
    var fingerprint = Fingerprint()
    fingerprint.combine(bytes)
    return fingerprint.hexadecimal
  }
}
