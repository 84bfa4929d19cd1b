/// What a data set looks like, for people to check before they train: ranges, constant columns, classes, gaps.
public struct DatasetSummary: Codable, Equatable, Sendable {
  /// One column of inputs, missing values left out of all but their count.
  public struct Column: Codable, Equatable, Sendable {
    public let name: String
    /// Smallest and largest value; nil if all are missing.
    public let minimum: Double?
    public let maximum: Double?
    public let mean: Double?
    public let missing: Int

    public var isConstant: Bool { minimum != nil && minimum == maximum }
  }

  public struct ClassCount: Codable, Equatable, Sendable {
    public let name: String
    public let count: Int
  }

  public let name: String
  public let samples: Int
  public let inputs: Int
  public let outputs: Int
  public let columns: [Column]
  /// The classes with the number of their samples, in the order of their indices; empty unless there are labels.
  public let classCounts: [ClassCount]
  /// The first sample with a missing input, as an index.
  public let firstMissing: Int?

  /// The number of missing (NaN) inputs.
  public var missing: Int { columns.reduce(0) { $0 + $1.missing } }

  /// The columns that hold one value only, as indices.
  ///
  /// They add nothing to the rank of the centred inputs, which is at most `min(samples - 1, inputs - constant)`; how
  /// narrow a network may be depends on that rank.
  public var constantColumns: [Int] { columns.indices.filter { columns[$0].isConstant } }

  /// An upper bound on the rank of the centred inputs, from the sizes and the constant columns alone.
  public var rankBound: Int { max(0, min(samples - 1, inputs - constantColumns.count)) }

  /// Smallest and largest of all inputs.
  public var minimum: Double? { columns.compactMap(\.minimum).min() }
  public var maximum: Double? { columns.compactMap(\.maximum).max() }
}

extension Dataset {
  /// Ranges, constant columns, classes and missing values.
  /// - Complexity: O(n d).
  public func summary() -> DatasetSummary {
    let (n, d) = (count, dimension)
    var low = [Double](repeating: .infinity, count: d)
    var high = [Double](repeating: -.infinity, count: d)
    var sum = [Double](repeating: 0, count: d)
    var missing = [Int](repeating: 0, count: d)
    var firstMissing: Int?
    for i in 0..<n {
      for j in 0..<d {
        let value = inputs[i, j]
        if value.isNaN {
          missing[j] += 1
          if firstMissing == nil { firstMissing = i }
        } else {
          low[j] = min(low[j], value)
          high[j] = max(high[j], value)
          sum[j] += value
        }
      }
    }
    var counts: [DatasetSummary.ClassCount] = []
    if case .labels(let labels, let classes) = target {
      var tally = [Int](repeating: 0, count: classes.count)
      for label in labels { tally[label] += 1 }
      counts = zip(classes, tally).map { DatasetSummary.ClassCount(name: $0, count: $1) }
    }
    let columns = (0..<d).map { j in
      let present = n - missing[j]
      return DatasetSummary.Column(name: inputNames[j], minimum: present > 0 ? low[j] : nil,
        maximum: present > 0 ? high[j] : nil, mean: present > 0 ? sum[j] / Double(present) : nil, missing: missing[j])
    }
    return DatasetSummary(name: name, samples: n, inputs: d, outputs: outputs, columns: columns, classCounts: counts,
      firstMissing: firstMissing)
  }
}
