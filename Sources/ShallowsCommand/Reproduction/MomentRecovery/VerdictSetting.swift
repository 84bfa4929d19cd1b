import Foundation
import Shallows

/// One random setting of the battery of verdicts: a network, its samples, and what the recovery is told.
///
/// Every second one is good: all hypotheses of the theorem hold, though samples may be too few and noise too strong.
/// The others go through the ways to be bad, in turns.
struct VerdictSetting: ExperimentTask {
  /// At most so many samples.
  let samples: Int
  /// The setting's number, which decides everything.
  let seed: UInt64

  enum Kind: String, Codable, CaseIterable, Sendable {
    case good
    case asymmetric = "asymmetric inputs"
    case fewOutputs = "fewer outputs than neurons"
    case tooMany = "one neuron too many"
    case tooFew = "one neuron too few"
    case dependentHidden = "W of lower rank"
    case dependentOutput = "A of lower rank"
    case otherActivation = "tanh or abs"
    case biases = "biases"
    case further = "two further neurons"
  }

  /// Everything that is drawn.
  struct Drawn {
    let kind: Kind
    let truth: ReLUNetwork
    let samples: MatrixSamples
    /// The number of neurons that the recovery is told.
    let asked: Int
    let text: String
  }

  var kind: Kind { seed % 2 == 0 ? .good : Kind.allCases[1 + Int(seed / 2) % (Kind.allCases.count - 1)] }

  func draw() -> Drawn {
    let kind = kind
    let streams = RandomStream(seed: seed).split(51)
    var random = streams.split(0)
    func whole(_ range: ClosedRange<Int>) -> Int {
      range.lowerBound + min(range.count - 1, Int(random.uniform() * Double(range.count)))
    }
    let d = whole(3...12)
    // Some ways to be bad need a neuron to spare, or an input.
    var k = whole((kind == .good ? 2 : kind == .tooMany ? 2 : 3)...(kind == .tooMany ? d - 1 : d))
    var l = k + whole(0...3)
    if kind == .tooMany { l = max(l, k + 1) }
    if kind == .fewOutputs { l = k - 1 }
    let n = Int(pow(10, 3 + random.uniform() * log10(Double(samples) / 1e3)))
    let noise = [0, 0.05, 0.25, 1][whole(0...3)]
    let conditions = (hidden: pow(10, random.uniform()), output: pow(10, random.uniform()))
    let distribution = Self.distribution(kind, whole(0...5), random.uniform())
    let asked = kind == .tooMany ? k + 1 : kind == .tooFew || kind == .fewOutputs ? k - 1 : k
    var truth = RandomNetworks(
      inputs: d, neurons: k, outputs: l, hidden: .condition(conditions.hidden), output: .condition(conditions.output),
      slope: kind == .otherActivation && seed / 2 % 4 < 2 ? -1 : 0
    ).network(random: streams.split(1))
    switch kind {
    case .dependentHidden:
      for j in 0..<d { truth.hidden[k - 1, j] = 0.6 * truth.hidden[0, j] + 0.8 * truth.hidden[1, j] }
      truth = truth.normalized()
    case .dependentOutput:
      for i in 0..<l { truth.output[i, k - 1] = truth.output[i, 0] }
    case .further:
      let more = RandomNetworks(inputs: d, neurons: 2, outputs: l, hidden: .gaussian, output: .gaussian)
        .network(random: streams.split(2))
      truth = ReLUNetwork(
        hidden: Matrix(rows: k + 2, columns: d) { $0 < k ? truth.hidden[$0, $1] : more.hidden[$0 - k, $1] },
        output: Matrix(rows: l, columns: k + 2) { $1 < k ? truth.output[$0, $1] : 0.5 * more.output[$0, $1 - k] })
      k += 2
    default: break
    }
    let source = RandomSamples(
      truth, distribution, count: n, random: streams.split(3),
      activation: kind == .otherActivation && truth.slope == 0 ? .tanh : nil
    ).matrixSamples()
    var y = source.y
    if kind == .biases {
      let z = Matrix.product(source.x, .no, truth.hidden, .yes)
      y = Matrix.product(z.map { max($0 + 0.5, 0) }, .no, truth.output, .yes)
    }
    let variance = Self.variance(y)
    var errors = streams.split(4)
    let deviation = (noise * variance).squareRoot()
    for i in y.elements.indices { y.elements[i] += deviation * errors.normal() }
    return Drawn(
      kind: kind, truth: truth, samples: MatrixSamples(x: source.x, y: y), asked: asked,
      text: "\(seed): \(kind.rawValue), \(distribution), d \(d), k \(k), asked \(asked), l \(l), n \(n), "
        + "noise \(noise), conditions \(threeDigits(conditions.hidden)) and \(threeDigits(conditions.output))")
  }

  private static func distribution(_ kind: Kind, _ choice: Int, _ number: Double) -> InputDistribution {
    guard kind == .asymmetric else {
      return [
        .gaussian, .mixture(shift: 1), .laplace, .uniform, .student(degrees: 5),
        .correlated(condition: 1 + (9 * number).rounded()),
      ][choice]
    }
    return [.shifted(mean: (2 + 8 * number).rounded() / 10), .exponential, .skew(shape: (2 + 8 * number).rounded())][
      choice % 3]
  }

  /// The mean over columns of their variances.
  private static func variance(_ y: Matrix<Double>) -> Double {
    (0..<y.columns).map { j -> Double in
      let column = y.column(j), mean = column.reduce(0, +) / Double(y.rows)
      return column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(y.rows)
    }.reduce(0, +) / Double(y.columns)
  }
}
