import ArgumentParser
import CKernels
import Shallows

/// Elementary functions and fused activations on one thread, on 4096 elements in the cache.
struct Transcendentals: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Elementary functions and fused activations, elements a nanosecond on one thread.")

  @OptionGroup var options: BenchmarkOptions
  @Flag(help: "Also the fused activations h, h+s and h+s+t.") var activations = false

  static let count = 4096
  static let batch = 50

  func run() throws {
    options.limitThreads()
    var all = cases(Double.self, "f64") + cases(Float.self, "f32")
    if activations { all += activationCases(Double.self, "f64") + activationCases(Float.self, "f32") }
    try options.run(all)
  }

  /// `count` numbers spread over a range; the kernels are branch-free, so their order does not matter.
  private func spread<E: Scalar>(_ range: ClosedRange<Double>) -> [E] {
    (0..<Self.count).map { i in
      let u = Double((i &* 2_654_435_761) % Self.count) / Double(Self.count - 1)
      return E(range.lowerBound + (range.upperBound - range.lowerBound) * u)
    }
  }

  /// The time of one element.
  private func item(_ name: String, _ memory: AnyObject, _ body: @escaping () -> Void) -> BenchmarkCase {
    BenchmarkCase(
      name: name, units: Double(Self.count * Self.batch), body: { for _ in 0..<Self.batch { body() } }, memory: memory)
  }

  private func cases<E: Scalar>(_ type: E.Type, _ precision: String) -> [BenchmarkCase] {
    typealias Kernel = (UnsafePointer<E>, UnsafeMutablePointer<E>, Int) -> Void
    let kernels: [(String, ClosedRange<Double>, Kernel)] = [
      ("tanh", -3...3, E.vectorTanh), ("exp", -3...3, E.vectorExp), ("expm1", -3...3, E.vectorExpm1),
      ("log", 0.1...3, E.vectorLog), ("log1p", 0...3, E.vectorLog1p), ("erf", -3...3, E.vectorErf),
      ("sigmoid", -3...3, E.vectorSigmoid), ("acos", -1...1, E.vectorAcos),
    ]
    let scratch = Scratch<E>(count: Self.count)
    let y = scratch.h.pointer
    var cases = kernels.map { name, range, kernel in
      let x: [E] = spread(range)
      return item("\(name) \(precision)", scratch) { kernel(x, y, Self.count) }
    }
    let a: [E] = spread(-1...1)
    let b: [E] = a.reversed()
    cases.append(item("atan2 \(precision)", scratch) { E.vectorAtan2(a, b, y, Self.count) })
    return cases
  }

  private func activationCases<E: Scalar>(_ type: E.Type, _ precision: String) -> [BenchmarkCase] {
    let kinds = [
      ("tanh", SHTanh), ("sigmoid", SHSigmoid), ("softplus", SHSoftplus), ("silu", SHSiLU), ("gelu", SHGELU),
      ("erf", SHErf), ("relu", SHReLU),
    ]
    let z: [E] = spread(-3...3)
    let scratch = Scratch<E>(count: Self.count)
    return kinds.flatMap { name, kind in
      let number = Int32(kind.rawValue)
      func run(_ s: UnsafeMutablePointer<E>?, _ t: UnsafeMutablePointer<E>?) -> () -> Void {
        { E.activation(number, z, scratch.h.pointer, s, t, Self.count) }
      }
      return [
        item("activation \(name) \(precision) h", scratch, run(nil, nil)),
        item("activation \(name) \(precision) h+s", scratch, run(scratch.s.pointer, nil)),
        item("activation \(name) \(precision) h+s+t", scratch, run(scratch.s.pointer, scratch.t.pointer)),
      ]
    }
  }

  private final class Scratch<E: Scalar> {
    let h, s, t: Buffer<E>
    init(count: Int) {
      h = Buffer(count: count)
      s = Buffer(count: count)
      t = Buffer(count: count)
    }
  }
}
