import LinearAlgebra

/// An affine map of the columns, fitted on training data and applied to whatever comes later.
///
///     z_ij = (x_ij - mean_j) / scale_j,      0 where scale_j = 0
///
/// ```swift
/// let map = Standardization(fitting: training.inputs, .rms)
/// let (a, b) = (map.apply(training), map.apply(test))
/// ```
///
/// A column that is constant on the training data has scale 0 and maps to 0 everywhere, also where later data differ:
/// the network has learnt nothing about it. Entries are expected between 1e-150 and 1e150 in magnitude, or 0.
public struct Standardization: Codable, Equatable, Sendable {
  /// How the scales come about.
  public enum Scheme: String, Codable, Sendable, CaseIterable {
    /// The inputs as they are: means 0 and scales 1.
    case none
    /// Each column gets mean 0 and standard deviation (with 1/n) 1.
    case columns
    /// Each column gets mean 0, and one common scale brings the root mean square of all entries to 1. Relative sizes of
    /// columns survive: dim border pixels are not blown up.
    case rms
  }

  public let scheme: Scheme
  public let means: [Double]
  /// What the centred columns are divided by; 0 for constant columns.
  public let scales: [Double]

  /// - Complexity: O(n d).
  /// - Precondition: the data have at least one row, and all entries are finite.
  public init(fitting data: Matrix<Double>, _ scheme: Scheme) {
    precondition(data.rows > 0, "standardisation needs at least one sample")
    let (n, d) = (data.rows, data.columns)
    self.scheme = scheme
    guard scheme != .none else {
      means = Array(repeating: 0, count: d)
      scales = Array(repeating: 1, count: d)
      return
    }
    var low = Array(data.row(0))
    var high = low
    var means = [Double](repeating: 0, count: d)
    for i in 0..<n {
      for j in 0..<d {
        let x = data[i, j]
        means[j] += x
        low[j] = min(low[j], x)
        high[j] = max(high[j], x)
      }
    }
    // The mean of a constant column is that constant, without the rounding of a sum.
    for j in 0..<d { means[j] = low[j] == high[j] ? low[j] : means[j] / Double(n) }
    var squares = [Double](repeating: 0, count: d)
    for i in 0..<n {
      for j in 0..<d {
        let deviation = data[i, j] - means[j]
        squares[j] += deviation * deviation
      }
    }
    let common = (squares.reduce(0, +) / (Double(n) * Double(max(d, 1)))).squareRoot()
    scales = (0..<d).map { j in
      low[j] == high[j] ? 0 : scheme == .rms ? common : (squares[j] / Double(n)).squareRoot()
    }
    self.means = means
  }

  /// The map that leaves `columns` columns as they are.
  public init(identity columns: Int) {
    scheme = .none
    means = Array(repeating: 0, count: columns)
    scales = Array(repeating: 1, count: columns)
  }

  public var columns: Int { means.count }

  /// - Precondition: the data have as many columns as those that the map was fitted on.
  /// - Complexity: O(n d).
  public func apply(_ data: Matrix<Double>) -> Matrix<Double> {
    precondition(data.columns == columns, "the map is for \(columns) columns, not \(data.columns)")
    var result = data
    for i in 0..<data.rows {
      for j in 0..<columns {
        let k = i * columns + j
        result.elements[k] = scales[j] == 0 ? 0 : (data.elements[k] - means[j]) / scales[j]
      }
    }
    return result
  }

  /// The data set with standardised inputs; see ``apply(_:)-(Matrix<Double>)``.
  public func apply(_ dataset: Dataset) -> Dataset { dataset.replacingInputs(apply(dataset.inputs)) }

  /// Undoes ``apply(_:)-(Matrix<Double>)``; constant columns come back as their constant.
  public func inverse(_ data: Matrix<Double>) -> Matrix<Double> {
    precondition(data.columns == columns, "the map is for \(columns) columns, not \(data.columns)")
    var result = data
    for i in 0..<data.rows {
      for j in 0..<columns {
        let k = i * columns + j
        result.elements[k] = means[j] + data.elements[k] * scales[j]
      }
    }
    return result
  }

  /// Refuses a data set whose inputs are not those that the map was fitted on.
  /// - Throws: ``DatasetError`` of kind `countMismatch`.
  public func check(_ dataset: Dataset, file: String? = nil) throws {
    guard dataset.dimension == columns else {
      throw DatasetError(.countMismatch, file: file ?? dataset.name, found: "\(dataset.dimension) inputs per sample",
        accepted: "\(columns), as in the data that the standardisation was fitted on")
    }
  }
}

extension Standardization {
  private enum CodingKeys: String, CodingKey { case scheme, means, scales }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    scheme = try container.decode(Scheme.self, forKey: .scheme)
    means = try container.decode([Double].self, forKey: .means)
    scales = try container.decode([Double].self, forKey: .scales)
    guard means.count == scales.count, means.allSatisfy(\.isFinite), scales.allSatisfy({ $0.isFinite && $0 >= 0 })
    else {
      throw DecodingError.dataCorruptedError(forKey: .scales, in: container,
        debugDescription: "\(means.count) means and \(scales.count) scales; as many are needed, finite, scales >= 0")
    }
  }
}
