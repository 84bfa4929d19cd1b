/// The cheapest way to give each row of a cost matrix a column of its own.
///
///     min over injections p of sum_i c[i, p(i)],   c n x m, n <= m
///
/// ```swift
/// let match = try Assignment(Matrix<Double>([[4, 1, 3], [2, 0, 5]]))
/// match.columns      // [1, 0]
/// match.cost         // 3
/// ```
///
/// The potentials u (of rows) and v (of columns) certify the optimum, by the duality of linear programs:
/// u_i + v_j <= c_ij everywhere with equality on the chosen pairs, v <= 0, and v_j = 0 for columns left over; hence any
/// other assignment costs at least sum u + sum v, which is the cost of this one. Of several cheapest assignments one is
/// chosen that depends on the matrix alone.
///
/// Source: shortest augmenting paths with potentials, after Jonker and Volgenant, Computing 38 (1987).
public struct Assignment: Equatable, Sendable {
  /// The column of each row.
  public let columns: [Int]
  /// The sum of the chosen entries.
  public let cost: Double
  /// u, one for each row.
  public let rowPotentials: [Double]
  /// v, one for each column.
  public let columnPotentials: [Double]

  /// - Throws: ``LinearAlgebraError``: an entry that is not finite, or more rows than columns.
  /// - Complexity: O(n^2 m).
  public init(_ costs: Matrix<Double>) throws(LinearAlgebraError) {
    let (n, m) = (costs.rows, costs.columns)
    if n > m { throw .sizesDoNotFit("\(n) rows cannot all have columns of their own among \(m)") }
    try costs.requireFinite()
    var search = AugmentingSearch(rows: n, columns: m)
    costs.withView { c in
      for row in 0..<n { search.add(row, c) }
    }
    var columns = [Int](repeating: 0, count: n)
    for j in 0..<m where search.rowOf[j] >= 0 { columns[search.rowOf[j]] = j }
    self.columns = columns
    cost = (0..<n).reduce(0) { $0 + costs[$1, columns[$1]] }
    rowPotentials = search.u
    columnPotentials = search.v
  }
}

/// A cheapest assignment of the rows added so far, with its potentials.
private struct AugmentingSearch {
  var u: [Double], v: [Double]
  /// The row that holds a column, or -1.
  var rowOf: [Int]
  // Of the search for one row: the length of the shortest path to a column, the column before it on that path (-1 for
  // the new row itself), and whether that length is final.
  private var distance: [Double], previous: [Int], isFinal: [Bool]

  init(rows n: Int, columns m: Int) {
    u = Array(repeating: 0, count: n)
    v = Array(repeating: 0, count: m)
    rowOf = Array(repeating: -1, count: m)
    distance = Array(repeating: 0, count: m)
    previous = Array(repeating: 0, count: m)
    isFinal = Array(repeating: false, count: m)
  }

  /// Finds the shortest alternating path, by reduced costs c - u - v >= 0, from the row to a free column, and moves
  /// every row on the path one column further (Dijkstra's algorithm in its dense form).
  mutating func add(_ newRow: Int, _ c: MatrixView<Double>) {
    let m = v.count
    for j in 0..<m {
      distance[j] = .infinity
      previous[j] = -1
      isFinal[j] = false
    }
    var row = newRow, column = -1, length = 0.0
    repeat {
      var nearest = -1
      for j in 0..<m where !isFinal[j] {
        let through = length + (c[row, j] - u[row] - v[j])
        if through < distance[j] {
          distance[j] = through
          previous[j] = column
        }
        if nearest < 0 || distance[j] < distance[nearest] { nearest = j }
      }
      column = nearest
      length = distance[column]
      isFinal[column] = true
      row = rowOf[column]
    } while row >= 0

    u[newRow] += length
    for j in 0..<m where isFinal[j] && j != column {
      u[rowOf[j]] += length - distance[j]
      v[j] -= length - distance[j]
    }
    while column >= 0 {
      let before = previous[column]
      rowOf[column] = before >= 0 ? rowOf[before] : newRow
      column = before
    }
  }
}
