import Foundation
import Shallows
import Testing

/// Models and data for attacks, made without a fit: their outputs are known.
enum AttackFixture {
  /// Two inputs of mean 10 and -1 and scales 2 and 0.5, two tanh neurons; one output, two classes.
  static func writeSigns(to folder: URL, count: Int = 30) throws {
    let shape = TwoLayerShape(inputs: 2, hidden: 2, outputs: 1)
    let network = TwoLayerNetwork(
      shape: shape, activation: .tanh, parameters: [1, 0.2, 0, -0.3, 1, 0.1, 1, 0.5])
    try write(network, coding: .signs(classes: ["low", "high"]), names: ["a", "b"], to: folder)
    let lines = (0..<count).map { i in
      let (a, b) = (10 + 2 * cos(Double(i)), -1 + 0.5 * sin(2 * Double(i)))
      // Every tenth has the class that the model denies it.
      let isHigh = network.predict(Matrix([[cos(Double(i)), sin(2 * Double(i))]]))[0, 0] > 0
      return "\(a),\(b),\(isHigh != (i % 10 == 9) ? "high" : "low")"
    }
    try Data((["a,b,class"] + lines).joined(separator: "\n").utf8).write(to: folder.appendingPathComponent("signs.csv"))
  }

  /// The same inputs, two numbers to predict.
  static func writeNumbers(to folder: URL) throws {
    let shape = TwoLayerShape(inputs: 2, hidden: 2, outputs: 2)
    let network = TwoLayerNetwork(
      shape: shape, activation: .tanh, parameters: [1, 0.2, 0, -0.3, 1, 0.1, 1, 0.5, 0, 2])
    try write(
      network, coding: .values(names: ["u", "v"], means: [100, 0], scales: [50, 1]), names: ["a", "b"], to: folder)
    let lines = (0..<12).map { i in
      "\(10 + 2 * cos(Double(i))),\(-1 + 0.5 * sin(2 * Double(i))),\(100 + 30 * cos(Double(i))),\(sin(Double(i)))"
    }
    try Data((["a,b,u,v"] + lines).joined(separator: "\n").utf8)
      .write(to: folder.appendingPathComponent("numbers.csv"))
  }

  /// 3 x 3 images of bytes and three classes, the brightest row; weights that read it off.
  static func writeImages(to folder: URL) throws {
    let shape = TwoLayerShape(inputs: 9, hidden: 3, outputs: 3)
    var parameters: [Double] = []
    for row in 0..<3 { parameters += (0..<9).map { $0 / 3 == row ? 0.5 : -0.2 } + [0] }
    for c in 0..<3 { parameters += (0..<3).map { $0 == c ? 2 : -1 } }
    let network = TwoLayerNetwork(shape: shape, activation: .tanh, parameters: parameters)
    let names = (0..<9).map { "x\($0 + 1)" }
    try write(network, coding: .oneHot(classes: ["0", "1", "2"]), names: names, to: folder)
    let count = 24
    let pixels = (0..<count * 9).map { p in
      let (i, row) = (p / 9, p % 9 / 3)
      return row == i % 3 ? Double(120 + (7 * p) % 136) : Double((31 * p) % 110)
    }
    try NPZArchive.write(
      [("x", NPYArray(pixels, shape: [count, 3, 3])), ("y", NPYArray(exactly: (0..<count).map { $0 % 3 })!)],
      to: folder.path + "/images.npz")
  }

  private static func write(
    _ network: TwoLayerNetwork<Double>, coding: TargetCoding, names: [String], to folder: URL
  ) throws {
    let d = names.count
    let standardization =
      d == 2
      ? try decoded(means: [10, -1], scales: [2, 0.5])
      : try decoded(means: Array(repeating: 80, count: d), scales: Array(repeating: 60, count: d))
    try FittedModel(network: network, standardization: standardization, coding: coding, inputNames: names)
      .save(to: folder.path + "/model")
  }

  private static func decoded(means: [Double], scales: [Double]) throws -> Standardization {
    let json: JSONValue = [
      "scheme": "columns", "means": .array(means.map { JSONValue($0) }), "scales": .array(scales.map { JSONValue($0) }),
    ]
    return try json.decoded(as: Standardization.self)
  }
}
