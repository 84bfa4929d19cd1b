import LinearAlgebra
import Networks

/// Whether two students are the same but for the order of their units and a symmetry of the teacher.
///
/// A student is described by the products w_j . v_i of its units with the teacher's, and by its units' lengths. Two are
/// equal if some order of the rows and some order of the columns, one that leaves the teacher's own products
/// v_i . v_k unchanged, carry one description into the other; for even units also some signs of the rows. For the basis
/// as teacher those are all permutations of neurons and coordinates. The description decides all of the student if the
/// teacher spans the space, and all but rotations across its span otherwise, which the loss does not see.
///
/// Values are compared as integers: all that lie within `tolerance` of their neighbours are one.
struct UnitPermutation {
  private let columns: Int
  /// Number of the value of each entry: row by row, for the first and for the second student.
  private let first, second: [[Int]]
  /// Numbers of the lengths.
  private let firstLengths, secondLengths: [Int]
  private let teacher: [[Int]]

  init(_ a: Matrix<Double>, _ b: Matrix<Double>, teacher: Teacher, tolerance: Double) {
    let v = teacher.weights
    let signless = teacher.unit.isEven
    func products(_ w: Matrix<Double>) -> Matrix<Double> {
      let p = Matrix.product(w, .no, v, .yes)
      return signless ? p.map(\.magnitude) : p
    }
    let lengths = { (w: Matrix<Double>) in
      (0..<w.rows).map { w.row($0).reduce(0) { $0 + $1 * $1 }.squareRoot() }
    }
    let (p, q) = (products(a), products(b))
    let own = Matrix.product(v, .no, v, .yes)
    let numbers = Numbering(p.elements + q.elements + lengths(a) + lengths(b) + own.elements, tolerance: tolerance)
    func number(_ m: Matrix<Double>) -> [[Int]] { (0..<m.rows).map { m.row($0).map(numbers.of) } }
    columns = v.rows
    (first, second) = (number(p), number(q))
    (firstLengths, secondLengths) = (lengths(a).map(numbers.of), lengths(b).map(numbers.of))
    self.teacher = number(own)
  }

  /// Columns of the second student are chosen for those of the first one after the other; each choice must leave the
  /// rows, as far as they are known, the same up to order.
  var exists: Bool {
    guard first.count == second.count else { return false }
    var rows = firstLengths.map { [$0] }
    var others = secondLengths.map { [$0] }
    guard isSame(rows, others) else { return false }
    var chosen: [Int] = []
    // A search with this many steps has met symmetries beyond any use; none was seen to need more than columns^2.
    var budget = 200_000
    func extend(_ column: Int) -> Bool {
      if column == columns { return true }
      for candidate in 0..<columns where !chosen.contains(candidate) {
        budget -= 1
        guard budget > 0 else { return false }
        guard teacher[column][column] == teacher[candidate][candidate],
          (0..<column).allSatisfy({ teacher[column][$0] == teacher[candidate][chosen[$0]] })
        else { continue }
        for j in rows.indices {
          rows[j].append(first[j][column])
          others[j].append(second[j][candidate])
        }
        if isSame(rows, others) {
          chosen.append(candidate)
          if extend(column + 1) { return true }
          chosen.removeLast()
        }
        for j in rows.indices {
          rows[j].removeLast()
          others[j].removeLast()
        }
      }
      return false
    }
    return extend(0)
  }

  private func isSame(_ a: [[Int]], _ b: [[Int]]) -> Bool {
    a.sorted { $0.lexicographicallyPrecedes($1) } == b.sorted { $0.lexicographicallyPrecedes($1) }
  }
}

/// Numbers for values, the same for all in a chain whose neighbours are within a tolerance.
private struct Numbering {
  private let starts: [Double]

  init(_ values: [Double], tolerance: Double) {
    var starts: [Double] = []
    var last = -Double.infinity
    for value in values.sorted() {
      if value - last > tolerance { starts.append(value) }
      last = value
    }
    self.starts = starts
  }

  func of(_ value: Double) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }
}
