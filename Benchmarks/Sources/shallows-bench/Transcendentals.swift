import ArgumentParser
import CKernels
import Shallows

/// Elementary functions and fused activations on one thread, on 4096 elements in the cache.
struct Transcendentals: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Elementary functions and fused activations, elements a nanosecond on one thread.")

  @OptionGroup var options: BenchmarkOptions

  static let count = 4096
  static let batch = 50

  func run() throws {
    try options.report(
      rows(Double.self, "f64") + rows(Float.self, "f32") + activationRows(Double.self, "f64")
        + activationRows(Float.self, "f32"))
  }

  /// `count` numbers spread over a range; the kernels are branch-free, so their order does not matter.
  private func spread<E: Scalar>(_ range: ClosedRange<Double>) -> [E] {
    (0..<Self.count).map { i in
      let u = Double((i &* 2_654_435_761) % Self.count) / Double(Self.count - 1)
      return E(range.lowerBound + (range.upperBound - range.lowerBound) * u)
    }
  }

  private func row(_ name: String, _ body: () -> Void) -> BenchmarkRow {
    let time = medianNanoseconds(batch: Self.batch, body)
    return BenchmarkRow(name: name, metric: "elementsPerNanosecond", value: Double(Self.count) / time)
  }

  private func rows<E: Scalar>(_ type: E.Type, _ precision: String) -> [BenchmarkRow] {
    typealias Kernel = (UnsafePointer<E>, UnsafeMutablePointer<E>, Int) -> Void
    let kernels: [(String, ClosedRange<Double>, Kernel)] = [
      ("tanh", -3...3, E.vectorTanh), ("exp", -3...3, E.vectorExp), ("expm1", -3...3, E.vectorExpm1),
      ("log", 0.1...3, E.vectorLog), ("log1p", 0...3, E.vectorLog1p), ("erf", -3...3, E.vectorErf),
      ("sigmoid", -3...3, E.vectorSigmoid), ("acos", -1...1, E.vectorAcos),
    ]
    var y = [E](repeating: 0, count: Self.count)
    var rows = kernels.map { name, range, kernel in
      let x: [E] = spread(range)
      return row("\(name) \(precision)") { kernel(x, &y, Self.count) }
    }
    let a: [E] = spread(-1...1)
    let b: [E] = a.reversed()
    rows.append(row("atan2 \(precision)") { E.vectorAtan2(a, b, &y, Self.count) })
    return rows
  }

  private func activationRows<E: Scalar>(_ type: E.Type, _ precision: String) -> [BenchmarkRow] {
    let kinds = [
      ("tanh", SHTanh), ("sigmoid", SHSigmoid), ("softplus", SHSoftplus), ("silu", SHSiLU), ("gelu", SHGELU),
      ("erf", SHErf), ("relu", SHReLU),
    ]
    let z: [E] = spread(-3...3)
    var h = z, s = z, t = z
    return kinds.flatMap { name, kind in
      let number = Int32(kind.rawValue)
      return [
        row("activation \(name) \(precision) h") { E.activation(number, z, &h, nil, nil, Self.count) },
        row("activation \(name) \(precision) h+s") { E.activation(number, z, &h, &s, nil, Self.count) },
        row("activation \(name) \(precision) h+s+t") { E.activation(number, z, &h, &s, &t, Self.count) },
      ]
    }
  }
}
