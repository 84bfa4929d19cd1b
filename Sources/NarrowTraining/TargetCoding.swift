import Datasets
import LinearAlgebra

/// How a data set's target becomes the numbers that a network is fitted to, and its outputs become predictions again.
public enum TargetCoding: Codable, Sendable, Equatable {
  /// Two classes as -1 and +1 of one output.
  case signs(classes: [String])
  /// One output for each class.
  case oneHot(classes: [String])
  /// Numbers, each column shifted by its mean and divided by its scale over the training samples.
  case values(names: [String], means: [Double], scales: [Double])

  /// The coding for this training set under a loss.
  ///
  /// - Throws: ``FitError`` for a set without a target, and for the cross-entropy of numbers.
  public init(for dataset: Dataset, softmax: Bool) throws {
    switch dataset.target {
    case .none: throw FitError("\(dataset.name): there is no target to fit; name one")
    case .labels(_, let classes):
      self = classes.count == 2 && !softmax ? .signs(classes: classes) : .oneHot(classes: classes)
    case .values(let values, let names):
      if softmax { throw FitError("\(dataset.name): the softmax loss is for classes, the target holds numbers") }
      let n = Double(values.rows)
      let means = (0..<values.columns).map { values.column($0).reduce(0, +) / n }
      let scales = (0..<values.columns).map { j in
        let variance = values.column(j).reduce(0) { $0 + ($1 - means[j]) * ($1 - means[j]) } / n
        return variance > 0 ? variance.squareRoot() : 1
      }
      self = .values(names: names, means: means, scales: scales)
    }
  }

  public var outputs: Int {
    switch self {
    case .signs: 1
    case .oneHot(let classes): classes.count
    case .values(let names, _, _): names.count
    }
  }

  public var classes: [String]? {
    switch self {
    case .signs(let classes), .oneHot(let classes): classes
    case .values: nil
    }
  }

  /// The target as an n x k matrix.
  ///
  /// - Throws: ``FitError`` when the target's kind or classes are not those of this coding.
  public func encode(_ dataset: Dataset) throws -> Matrix<Double> {
    switch (self, dataset.target) {
    case (.signs(let classes), .labels(let labels, let found)), (.oneHot(let classes), .labels(let labels, let found)):
      // A test part may lack a class or list them in another order: go by name.
      let indices = try found.enumerated().map { index, name in
        if let known = classes.firstIndex(of: name) { return known }
        if !labels.contains(index) { return 0 }
        throw FitError(
          "\(dataset.name): class \"\(name)\" is unknown here; known are \(classes.joined(separator: ", "))")
      }
      if case .signs = self {
        return Matrix(rows: labels.count, columns: 1, elements: labels.map { indices[$0] == 0 ? -1 : 1 })
      }
      var result = Matrix<Double>(rows: labels.count, columns: classes.count)
      for (i, label) in labels.enumerated() { result[i, indices[label]] = 1 }
      return result
    case (.values(let names, let means, let scales), .values(let values, _)):
      guard values.columns == names.count else {
        throw FitError("\(dataset.name): \(values.columns) target columns, \(names.count) are expected")
      }
      return Matrix(rows: values.rows, columns: values.columns) { (values[$0, $1] - means[$1]) / scales[$1] }
    default:
      throw FitError(
        "\(dataset.name): the target holds \(dataset.target.kind), the fit was to \(classes == nil ? "numbers" : "classes")"
      )
    }
  }

  /// The class index that each row of outputs stands for; `nil` for numbers.
  public func classIndices(_ outputs: Matrix<Double>) -> [Int]? {
    switch self {
    case .signs: (0..<outputs.rows).map { outputs[$0, 0] > 0 ? 1 : 0 }
    case .oneHot:
      (0..<outputs.rows).map { i in
        outputs.row(i).enumerated().max {
          $0.element < $1.element || ($0.element == $1.element && $0.offset > $1.offset)
        }!
        .offset
      }
    case .values: nil
    }
  }

  /// Outputs in the units of the data: numbers un-scaled, class scores as they are.
  public func decode(_ outputs: Matrix<Double>) -> Matrix<Double> {
    guard case .values(_, let means, let scales) = self else { return outputs }
    return Matrix(rows: outputs.rows, columns: outputs.columns) { outputs[$0, $1] * scales[$1] + means[$1] }
  }

  /// The share of rows whose class is that of the encoded target; `nil` for numbers.
  public func accuracy(_ outputs: Matrix<Double>, _ targets: Matrix<Double>) -> Double? {
    guard let found = classIndices(outputs), let wanted = classIndices(targets), !found.isEmpty else { return nil }
    return Double(zip(found, wanted).count { $0 == $1 }) / Double(found.count)
  }
}

extension Dataset.Target {
  /// What the target holds, in a word.
  fileprivate var kind: String {
    switch self {
    case .none: "nothing"
    case .labels: "classes"
    case .values: "numbers"
    }
  }
}
