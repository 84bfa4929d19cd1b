import LinearAlgebra
import Randomness

extension Dataset {
  /// The target as a matrix with one row per sample: one-hot for labels, the values themselves, or n x 0 without one.
  ///
  ///     Y_ic = 1 if sample i is of class c, else 0
  public func oneHot() -> Matrix<Double> {
    switch target {
    case .none: return Matrix(rows: count, columns: 0)
    case .values(let values, _): return values
    case .labels(let labels, let classes):
      var result = Matrix<Double>(rows: count, columns: classes.count)
      for (i, label) in labels.enumerated() { result[i, label] = 1 }
      return result
    }
  }

  /// Two classes as one column of -1 (the first class) and +1 (the second); nil unless there are two classes.
  public func signs() -> Matrix<Double>? {
    guard case .labels(let labels, let classes) = target, classes.count == 2 else { return nil }
    return Matrix(rows: count, columns: 1, elements: labels.map { $0 == 0 ? -1 : 1 })
  }

  /// Odd against even: two classes "even" and "odd", for labels whose classes are whole numbers.
  ///
  /// ``signs()`` then gives -1 for even and +1 for odd. Samples and inputs stay as they are.
  /// - Returns: nil if there are no labels or a class is not a whole number.
  public func parity() -> Dataset? {
    guard case .labels(let labels, let classes) = target else { return nil }
    let numbers = classes.compactMap { Int($0) }
    guard numbers.count == classes.count else { return nil }
    return replacingTarget(.labels(labels.map { numbers[$0] & 1 }, classes: ["even", "odd"]))
  }

  /// The same inputs with labels drawn uniformly and independently of them, as memorisation experiments need.
  ///
  /// Two classes are called "-1" and "1", others "0", "1" and so on.
  /// - Precondition: `classes` is at least 1.
  /// - Complexity: O(n); sample i uses the i-th draw of the stream.
  public func withRandomLabels(classes: Int = 2, stream: RandomStream) -> Dataset {
    precondition(classes >= 1, "random labels need at least one class")
    var stream = stream
    let names = classes == 2 ? ["-1", "1"] : (0..<classes).map(String.init)
    let labels = (0..<count).map { _ in min(Int(stream.uniform() * Double(classes)), classes - 1) }
    return replacingTarget(.labels(labels, classes: names))
  }
}
