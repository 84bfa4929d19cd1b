import Foundation
import Shallows

/// Where the samples of `shallows recover` come from.
enum RecoverData {
  /// The word that stands for generated samples.
  static let planted = "planted"

  static let forms =
    "accepted: an NPZ file with the arrays x and y, a CSV file with groups of columns, an NPY file with --outputs naming "
    + "another, or the word \"planted\" for samples of a random network"

  private static let tables = [".csv", ".tsv", ".txt", ".data"]

  /// Opens a file; of NumPy's files no number is read yet.
  ///
  /// - Throws: ``CommandError`` or `DatasetError`, which name the file, the place and the value.
  static func open(_ path: String, inputs: String?, outputs: String?) throws -> NamedSamples {
    if path.isEmpty { throw CommandError("the name of the data is empty; \(forms)") }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandError("\(path): there is no such file; \(forms)")
    }
    if isFolder.boolValue { throw CommandError("\(path): found a folder; \(forms)") }
    let name = path.lowercased()
    if name.hasSuffix(".npz") {
      let file = try FileSamples(npz: path, inputs: inputs, outputs: outputs)
      return NamedSamples(file, inputs: file.inputName, outputs: file.outputName)
    }
    if name.hasSuffix(".npy") {
      guard let outputs else { throw CommandError("\(path): --outputs must name the NPY file of the outputs") }
      if inputs != nil { throw CommandError("--inputs: \(path) holds the inputs; leave out --inputs") }
      return NamedSamples(try FileSamples(npy: path, outputs: outputs), inputs: "x", outputs: "y")
    }
    if tables.contains(where: { name.hasSuffix($0) || name.hasSuffix($0 + ".gz") }) {
      let read = try MatrixSamples.named(csv: path, inputs: inputs, outputs: outputs)
      return NamedSamples(source: read.samples, inputNames: read.inputNames, outputNames: read.outputNames)
    }
    throw CommandError("\(path): the ending is not known; \(forms)")
  }
}

/// Samples and what their numbers are called.
struct NamedSamples {
  var source: any SampleSource
  let inputNames: [String]
  let outputNames: [String]

  init(source: any SampleSource, inputNames: [String], outputNames: [String]) {
    self.source = source
    self.inputNames = inputNames
    self.outputNames = outputNames
  }

  /// Columns of arrays, numbered from 1: x1, x2, ...
  init(_ source: any SampleSource, inputs: String, outputs: String) {
    self.source = source
    inputNames = (0..<source.inputs).map { "\(inputs)\($0 + 1)" }
    outputNames = source.outputs == 1 ? [outputs] : (0..<source.outputs).map { "\(outputs)\($0 + 1)" }
  }

  /// A digest of all numbers.
  ///
  /// - Throws: what reading throws.
  /// - Complexity: one pass.
  func digest() throws -> String {
    var digest = Fingerprint()
    try source.forEachBlock(of: 1024) { block in
      for i in 0..<block.count {
        digest.combine(UnsafeBufferPointer(start: block.x.row(i), count: block.x.columns))
        digest.combine(UnsafeBufferPointer(start: block.y.row(i), count: block.y.columns))
      }
    }
    return digest.hexadecimal
  }
}

/// Samples that stop coming when the work is cancelled: no pass has to be waited for.
struct CancellableSamples: SampleSource {
  let source: any SampleSource
  let cancellation: Cancellation

  var count: Int { source.count }
  var inputs: Int { source.inputs }
  var outputs: Int { source.outputs }

  /// - Throws: `CancellationError`; what reading throws.
  func forEachBlock(of size: Int, _ body: (SampleBlock) throws -> Void) throws {
    try source.forEachBlock(of: size) { block in
      if cancellation.isCancelled { throw CancellationError() }
      try body(block)
    }
  }
}
