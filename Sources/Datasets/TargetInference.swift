import LinearAlgebra

/// Telling classes from values.
enum TargetInference {
  /// The most different whole numbers that are taken for classes by themselves.
  static let mostClasses = 20

  /// The rule of ``ReadingOptions/Task/automatic`` for numbers.
  static func areClasses(_ values: [Double]) -> Bool {
    var distinct: Set<Double> = []
    for value in values {
      guard value == value.rounded(), abs(value) <= 1000 else { return false }
      distinct.insert(value)
      if distinct.count > mostClasses { return false }
    }
    return 2 * distinct.count <= values.count
  }

  /// Classes in the order of their numbers, so that digit c gets index c where all digits occur.
  ///
  /// Several sets of numbers (training and test) share one list of classes.
  static func labels(_ sets: [[Double]]) -> [Dataset.Target] {
    let distinct = Set(sets.joined()).sorted()
    let index = Dictionary(uniqueKeysWithValues: zip(distinct, distinct.indices))
    let names = distinct.map(numberName)
    return sets.map { .labels($0.map { index[$0]! }, classes: names) }
  }

  /// Classes in the order of their names' code points; names that are all whole numbers in the order of these.
  static func labels(_ sets: [[String]]) -> [Dataset.Target] {
    var distinct = Set(sets.joined()).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    let numbers = distinct.compactMap { Int($0) }
    if numbers.count == distinct.count {
      distinct = zip(numbers, distinct).sorted { $0 < $1 }.map(\.1)
    }
    let index = Dictionary(uniqueKeysWithValues: zip(distinct, distinct.indices))
    return sets.map { .labels($0.map { index[$0]! }, classes: distinct) }
  }

  /// 3 for 3.0, 0.5 for 0.5.
  static func numberName(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? String(value)
  }
}

extension Dataset {
  /// Refuses what cannot be trained on: missing or non-finite numbers, a constant target, more outputs than samples.
  ///
  /// A data set without a target passes.
  /// - Parameter file: What messages call the data set; its name by default.
  public func checkForTraining(file: String? = nil) throws {
    let file = file ?? name
    func check(_ matrix: Matrix<Double>, _ names: [String]) throws {
      guard let bad = matrix.elements.firstIndex(where: { !$0.isFinite }) else { return }
      let (i, j) = (bad / matrix.columns, bad % matrix.columns)
      let value = matrix.elements[bad]
      throw DatasetError(value.isNaN ? .missingValue : .notFinite, file: file, at: .column(j + 1, name: names[j]),
        found: "\(value) in sample \(i + 1)", accepted: "finite numbers")
    }
    guard count > 0, dimension > 0 else {
      throw DatasetError(.empty, file: file, found: "\(count) samples of \(dimension) inputs",
        accepted: "at least one sample and one input")
    }
    try check(inputs, inputNames)
    switch target {
    case .none: break
    case .labels(let labels, let classes):
      if labels.allSatisfy({ $0 == labels[0] }) {
        throw DatasetError(.constantTarget, file: file,
          found: "the one class \"\(excerpt(classes[labels[0]]))\" throughout",
          accepted: "a target with at least two different values")
      }
    case .values(let values, let names):
      try check(values, names)
      for j in 0..<values.columns where (0..<count).allSatisfy({ values[$0, j] == values[0, j] }) {
        throw DatasetError(.constantTarget, file: file, at: .column(j + 1, name: names[j]),
          found: "the one target value \(values[0, j]) throughout",
          accepted: "a target with at least two different values")
      }
    }
    guard outputs <= count else {
      throw DatasetError(.tooManyOutputs, file: file, found: "\(outputs) outputs for \(count) samples",
        accepted: "no more outputs than samples")
    }
  }
}
