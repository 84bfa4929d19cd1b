import ArgumentParser
import Foundation
import Shallows

/// What perturbations are measured in.
enum AttackUnits: String, ExpressibleByArgument, CaseIterable {
  case automatic = "auto"
  case range, standard, raw
}

/// Coordinates u of inputs x, in which an attack measures: x_j = shift_j + scale_j u_j.
struct AttackCoordinates {
  /// Settled: no longer automatic.
  let units: AttackUnits
  let shift: [Double]
  let scale: [Double]
  /// The values that u may take.
  let box: ClosedRange<Double>?
  /// What images count as 0 to 1.
  let range: ClosedRange<Double>?
  private let isImage: Bool

  /// - Parameters:
  ///   - known: all samples there are, attacked or not, so that the range does not depend on their choice.
  ///   - data: their name.
  /// - Throws: ``CommandError`` for ranges of columns of which one has none.
  init(
    _ units: AttackUnits, box: AttackBox, model: FittedModel, isImage: Bool, known: [Dataset], data: String
  ) throws {
    self.isImage = isImage
    let standardization = model.standardization
    let d = standardization.columns
    let units = units == .automatic ? isImage ? .range : .standard : units
    switch units {
    case .range where isImage:
      let range = Self.range(known.flatMap { $0.inputs.elements })
      (shift, scale) = ([Double](repeating: range.lowerBound, count: d), .init(repeating: range.length, count: d))
      self.range = range
    case .range:
      let columns = (0..<d).map { j in known.flatMap { $0.inputs.column(j) } }
      for (column, name) in zip(columns, model.inputNames) {
        guard let first = column.first, column.allSatisfy({ $0 == first }) else { continue }
        throw CommandError(
          "--units range: the input \"\(name)\" is \(short(first)) in all \(counted(column.count, "sample")) of "
            + "\(data) and has no range; accepted: --units standard or raw, or data in which it varies")
      }
      let ranges = columns.map { Self.limits($0) }
      (shift, scale) = (ranges.map(\.lowerBound), ranges.map(\.length))
      range = nil
    case .standard:
      (shift, scale) = (standardization.means, standardization.scales.map { $0 == 0 ? 1 : $0 })
      range = nil
    case .raw, .automatic:
      (shift, scale) = ([Double](repeating: 0, count: d), .init(repeating: 1, count: d))
      range = nil
    }
    self.units = units
    self.box =
      switch box {
      case .none: nil
      case .range(let given): given
      case .automatic: units == .range ? 0...1 : nil
      }
  }

  func apply(_ x: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: x.rows, columns: x.columns) { (x[$0, $1] - shift[$1]) / scale[$1] }
  }

  func inverse(_ u: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: u.rows, columns: u.columns) { shift[$1] + scale[$1] * u[$0, $1] }
  }

  /// "of the range 0 to 255"
  var description: String {
    switch units {
    case .range: range.map { "the range \(short($0.lowerBound)) to \(short($0.upperBound))" } ?? "the columns' ranges"
    case .standard: "standard deviations"
    case .raw, .automatic: "the data"
    }
  }

  /// Of tables with shift and scale of every column; images have the same for all pixels, or those of the model.
  var json: JSONValue {
    func columns(_ values: [Double]) -> JSONValue { isImage ? .null : .array(values.map { JSONValue($0) }) }
    return [
      "shift": columns(shift), "scale": columns(scale),
      "units": .string(units.rawValue),
      "range": range.map { .array([JSONValue($0.lowerBound), JSONValue($0.upperBound)]) } ?? .null,
      "box": box.map { .array([JSONValue($0.lowerBound), JSONValue($0.upperBound)]) } ?? .null,
    ]
  }

  /// From 0, or the least value below it, to the largest; bytes that hold no 255 still go up to 255.
  static func range(_ values: [Double]) -> ClosedRange<Double> {
    let limits = limits(values)
    let low = min(limits.lowerBound, 0)
    let isByte = low == 0 && (128...255).contains(limits.upperBound) && values.allSatisfy { $0 == $0.rounded() }
    let high = isByte ? 255 : limits.upperBound
    return high > low ? low...high : low...(low + 1)
  }

  /// The least and the largest finite value; of length 1 where these are the same, so that it can be divided by.
  private static func limits(_ values: [Double]) -> ClosedRange<Double> {
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where value.isFinite { (low, high) = (min(low, value), max(high, value)) }
    guard low < high else { return low.isFinite ? low...(low + 1) : 0...1 }
    return low...high
  }
}

extension ClosedRange<Double> {
  var length: Double { upperBound - lowerBound }
}
