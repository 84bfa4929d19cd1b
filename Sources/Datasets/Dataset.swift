import LinearAlgebra

/// Samples with their targets: row i of ``inputs`` belongs to entry i of ``target``.
///
/// ```swift
/// let digits = try Dataset.digits()            // 1797 x 64, ten classes
/// let (training, test) = digits.split(testFraction: 0.2, stream: RandomStream(seed: 1))
/// let y = training.oneHot()                    // 1437 x 10
/// ```
///
/// The readers guarantee finite inputs and targets unless missing values were asked to be kept, and they never give a
/// data set without samples or without inputs.
public struct Dataset: Equatable, Sendable {
  /// What is to be predicted from the inputs.
  public enum Target: Equatable, Sendable {
    /// Nothing: unlabelled samples.
    case none
    /// A class for each sample, as an index into `classes`.
    case labels([Int], classes: [String])
    /// One or more numbers for each sample, n x k.
    case values(Matrix<Double>, names: [String])
  }

  /// A short name: the file's name without extensions, or the generator's.
  public var name: String
  /// The samples, one per row, n x d.
  public private(set) var inputs: Matrix<Double>
  /// A name for each of the d columns of ``inputs``.
  public private(set) var inputNames: [String]
  /// The shape of one sample, such as `[28, 28]` for an image; its product is d.
  public private(set) var inputShape: [Int]
  public private(set) var target: Target
  /// Where the data come from and who is to be credited.
  public var source: String

  /// - Precondition: names, shape and target fit the size of `inputs`; labels are indices into their classes.
  public init(name: String, inputs: Matrix<Double>, inputNames: [String]? = nil, inputShape: [Int]? = nil,
    target: Target = .none, source: String = "") {
    self.name = name
    self.inputs = inputs
    self.inputNames = inputNames ?? (0..<inputs.columns).map { "x\($0 + 1)" }
    self.inputShape = inputShape ?? [inputs.columns]
    self.target = target
    self.source = source
    precondition(self.inputNames.count == inputs.columns, "each input column needs one name")
    precondition(self.inputShape.reduce(1, *) == inputs.columns, "the shape of a sample does not match its size")
    switch target {
    case .none: break
    case .labels(let labels, let classes):
      precondition(labels.count == inputs.rows, "each sample needs one label")
      precondition(labels.allSatisfy { classes.indices.contains($0) }, "a label is not the index of a class")
    case .values(let values, let names):
      precondition(values.rows == inputs.rows, "each sample needs one row of target values")
      precondition(names.count == values.columns, "each target column needs one name")
    }
  }

  /// The number of samples, n.
  public var count: Int { inputs.rows }

  /// The number of inputs of a sample, d.
  public var dimension: Int { inputs.columns }

  /// The number of outputs a network for this target has: classes, or values per sample; 0 without a target.
  public var outputs: Int {
    switch target {
    case .none: 0
    case .labels(_, let classes): classes.count
    case .values(let values, _): values.columns
    }
  }

  /// The classes of a labelled data set, nil for any other.
  public var classes: [String]? {
    if case .labels(_, let classes) = target { classes } else { nil }
  }

  /// The class indices of a labelled data set, nil for any other.
  public var labels: [Int]? {
    if case .labels(let labels, _) = target { labels } else { nil }
  }

  /// The given samples in the given order; repeats are allowed.
  ///
  /// All classes are kept, also those that lose their last sample, so that indices keep their meaning.
  /// - Complexity: O(k d) for k chosen samples.
  public func selecting(_ rows: some Sequence<Int>) -> Dataset {
    let rows = Array(rows)
    var result = self
    result.inputs = inputs.selectingRows(rows)
    switch target {
    case .none: break
    case .labels(let labels, let classes): result.target = .labels(rows.map { labels[$0] }, classes: classes)
    case .values(let values, let names): result.target = .values(values.selectingRows(rows), names: names)
    }
    return result
  }

  /// The first `count` samples, or all if there are fewer.
  public func prefix(_ count: Int) -> Dataset { selecting(0..<min(max(count, 0), self.count)) }

  /// The same samples with other inputs, such as standardised ones.
  /// - Precondition: `inputs` has the size of the present inputs.
  public func replacingInputs(_ inputs: Matrix<Double>) -> Dataset {
    precondition(inputs.rows == count && inputs.columns == dimension, "the inputs differ in size")
    var result = self
    result.inputs = inputs
    return result
  }

  /// The same inputs with another target.
  /// - Precondition: the target has an entry for each sample.
  public func replacingTarget(_ target: Target) -> Dataset {
    Dataset(name: name, inputs: inputs, inputNames: inputNames, inputShape: inputShape, target: target, source: source)
  }
}
