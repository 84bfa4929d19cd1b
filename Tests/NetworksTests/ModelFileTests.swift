import Foundation
import LinearAlgebra
import Networks
import Randomness
import Testing

private struct Payload: Codable, Equatable {
  var task: String
  var classes: [String]
  var mean: [Double]
}

@Suite struct ModelFileTests {
  private let payload = Payload(task: "classification", classes: ["odd", "even/2"], mean: [0.1, 1e-300])

  private func network<E: Scalar>(_ type: E.Type = E.self) throws -> TwoLayerNetwork<E> {
    try Initialization.glorot.network(
      TwoLayerShape(inputs: 4, hidden: 6, outputs: 3), activation: .silu, random: RandomStream(seed: 4))
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "/networks-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func roundTrip() throws {
    try withFolder { folder in
      let double = try network(Double.self)
      for _ in 0..<2 {  // the second over the first
        try ModelFile.save(double, loss: .softmaxCrossEntropy, payload: payload, to: folder)
        let back = try ModelFile.load(from: folder, as: Double.self, payload: Payload.self)
        #expect(back.network == double && back.loss == .softmaxCrossEntropy && back.payload == payload)
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(files.sorted() == ["config.json", "model.safetensors"])
      let float = try network(Float.self)
      try ModelFile.save(float, loss: .squared, payload: payload, to: folder)
      #expect(try ModelFile.load(from: folder, as: Float.self, payload: Payload.self).network == float)
      #expect(
        try ModelFile.load(from: folder, as: Double.self, payload: Payload.self).network.parameters
          == float.parameters.map { Double($0) })
    }
  }

  @Test func networksAreCodable() throws {
    let double = try network(Double.self)
    let data = try JSONEncoder().encode(double)
    #expect(try JSONDecoder().decode(TwoLayerNetwork<Double>.self, from: data) == double)
    var short = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    short["parameters"] = [1.0]
    let damaged = try JSONSerialization.data(withJSONObject: short)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(TwoLayerNetwork<Double>.self, from: damaged) }
  }

  /// Cutting the file anywhere, and turning any one byte of its frame, is noticed or harmless: never a crash.
  @Test func damageIsRefused() throws {
    let file = Safetensors(
      tensors: [
        "a": .init(shape: [2, 2], values: .f64([1, 2, 3, 4])), "b": .init(shape: [3], values: .f32([5, 6, 7])),
        "empty": .init(shape: [0, 3], values: .f32([])),
      ], metadata: ["k": "v"])
    let bytes = try file.encoded()
    #expect(try Safetensors(bytes: bytes, file: "x") == file)
    for count in 0..<bytes.count {
      #expect(throws: ModelFileError.self, "cut at \(count)") {
        try Safetensors(bytes: Array(bytes[..<count]), file: "x")
      }
    }
    #expect(throws: ModelFileError.self) { try Safetensors(bytes: bytes + [0], file: "x") }
    for place in 0..<bytes.count - 44 {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[place] ^= 1 << UInt8(bit)
        if let read = try? Safetensors(bytes: damaged, file: "x") {
          #expect(read.tensors.values.allSatisfy { $0.shape.reduce(1, *) == $0.values.count })
        }
      }
    }
  }

  @Test(arguments: [
    (#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#, "dtype F16"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "4 bytes for shape [2]"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "data_offsets [4, 8]"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "shape"),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, "shape"),
    (#"{}"#, "4 bytes of no tensor"), (#"[1]"#, "no JSON object"), (#"{"#, "header"),
    (#"{"a":{"dtype":"F32","shape":[true],"data_offsets":[0,4]}}"#, "header entry \"a\""),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4.5]}}"#, "header entry \"a\""),
    (#"{"__metadata__":{"x":1}}"#, "an object of strings"),
  ]) func errorsSayWhatIsWrong(header: String, mention: String) {
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    do {
      _ = try Safetensors(bytes: length + Array(header.utf8) + [0, 0, 0, 0], file: "model.safetensors")
      Issue.record("accepted \(header)")
    } catch {
      #expect("\(error)".contains("model.safetensors") && "\(error)".contains(mention), "\(error)")
    }
  }

  @Test func mixedSavesAreRefused() throws {
    try withFolder { folder in
      let double = try network(Double.self)
      try ModelFile.save(double, loss: .squared, payload: payload, to: folder)
      let old = try Data(contentsOf: URL(fileURLWithPath: folder + "/model.safetensors"))
      var other = double
      other.parameters[0] += 1
      try ModelFile.save(other, loss: .squared, payload: payload, to: folder)
      try old.write(to: URL(fileURLWithPath: folder + "/model.safetensors"))
      #expect(throws: ModelFileError.self) {
        try ModelFile.load(from: folder, as: Double.self, payload: Payload.self)
      }
      #expect(throws: ModelFileError.self) {
        try ModelFile.load(from: folder + "/nowhere", as: Double.self, payload: Payload.self)
      }
    }
  }

  /// Both directions against the reference implementation, where a Python with `safetensors` and NumPy is at hand
  /// (`SHALLOWS_PYTHON`, or `python3` on the path).
  @Test(.enabled(if: Python.hasSafetensors, "no Python with safetensors and numpy; set SHALLOWS_PYTHON"))
  func agreesWithPython() throws {
    try withFolder { folder in
      let double = try network(Double.self)
      try ModelFile.save(double, loss: .squared, payload: payload, to: folder)
      let program = """
        import sys, numpy as np
        from safetensors.numpy import load_file, save_file
        t = load_file(sys.argv[1] + "/model.safetensors")
        assert t["hidden.weight"].shape == (6, 5) and t["output.weight"].dtype == np.float64
        print(" ".join(repr(float(x)) for n in ("hidden.weight", "output.weight") for x in t[n].ravel()))
        save_file({"a": np.arange(6, dtype=np.float32).reshape(2, 3) / 7, "b": np.array([1 / 3])},
                  sys.argv[1] + "/theirs.safetensors", metadata={"by": "python"})
        """
      let output = try Python.run(program, folder)
      let numbers = output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
      #expect(numbers == double.parameters)
      let theirs = try Safetensors(
        bytes: Array(Data(contentsOf: URL(fileURLWithPath: folder + "/theirs.safetensors"))), file: "theirs")
      #expect(
        theirs
          == Safetensors(
            tensors: [
              "a": .init(shape: [2, 3], values: .f32((0..<6).map { Float($0) / 7 })),
              "b": .init(shape: [1], values: .f64([1 / 3])),
            ], metadata: ["by": "python"]))
    }
  }
}

private enum Python {
  static let hasSafetensors = (try? run("import safetensors.numpy", "")) != nil

  static func run(_ program: String, _ argument: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let python = ProcessInfo.processInfo.environment["SHALLOWS_PYTHON"] ?? "python3"
    process.arguments = [python, "-c", program, argument]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return String(decoding: data, as: UTF8.self)
  }
}
