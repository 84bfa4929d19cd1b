extension HeatMap {
  /// The lines along which the values pass through `level`, by marching squares between the middles of the cells.
  ///
  /// Positions are interpolated linearly on the scales of the axes and of the colours. Squares with a missing corner
  /// are left out. A closed line ends with its first point.
  ///
  /// - Complexity: O(cells log cells).
  public func contour(at level: Double, x xScale: Scale = .linear, y yScale: Scale = .linear) -> [[Point]] {
    guard color.scale.accepts(level) else { return [] }
    let columns = x.intervals(on: xScale), rows = y.intervals(on: yScale)
    let width = columns.count
    let target = color.scale.transform(level)
    // The height of each middle above the level; NaN where there is none.
    let heights = values.indices.map { i in
      columns[i % width] != nil && rows[i / width] != nil && color.scale.accepts(values[i])
        ? color.scale.transform(values[i]) - target : .nan
    }
    let xs = columns.map { $0.map { xScale.transform($0.center) } ?? .nan }
    let ys = rows.map { $0.map { yScale.transform($0.center) } ?? .nan }

    // A crossing is named by the side it lies on: 2 i for the side from middle i to the right, 2 i + 1 for upwards.
    var neighbours: [Int: [Int]] = [:]
    func join(_ a: Int, _ b: Int) {
      neighbours[a, default: []].append(b)
      neighbours[b, default: []].append(a)
    }
    for row in 0..<max(rows.count - 1, 0) {
      for column in 0..<max(width - 1, 0) {
        let i = row * width + column
        let corners = [heights[i], heights[i + 1], heights[i + 1 + width], heights[i + width]]
        guard corners.allSatisfy({ !$0.isNaN }) else { continue }
        let sides = [2 * i, 2 * (i + 1) + 1, 2 * (i + width), 2 * i + 1]
        let above = corners.map { $0 >= 0 }
        let crossed = (0..<4).filter { above[$0] != above[($0 + 1) % 4] }
        if crossed.count == 2 {
          join(sides[crossed[0]], sides[crossed[1]])
        } else if crossed.count == 4 {
          // A saddle: the mean decides which pair of opposite corners hangs together.
          let middleIsAbove = corners.reduce(0, +) >= 0
          let pairs = middleIsAbove == above[0] ? [(0, 1), (2, 3)] : [(3, 0), (1, 2)]
          for (a, b) in pairs { join(sides[a], sides[b]) }
        }
      }
    }

    func point(_ side: Int) -> Point {
      let i = side / 2, j = side % 2 == 0 ? i + 1 : i + width
      let t = heights[i] / (heights[i] - heights[j])
      func between(_ a: Double, _ b: Double) -> Double { a + (b - a) * t }
      return Point(xScale.inverse(between(xs[i % width], xs[j % width])),
        yScale.inverse(between(ys[i / width], ys[j / width])))
    }
    func walk(from start: Int) -> [Point] {
      var line = [start]
      while let next = neighbours[line.last!]?.first {
        let here = line.last!
        neighbours[here]!.removeFirst()
        neighbours[next]!.remove(at: neighbours[next]!.firstIndex(of: here)!)
        line.append(next)
      }
      return line.map(point)
    }
    let sides = neighbours.keys.sorted()
    // Open lines from their ends first; what is left are closed ones.
    let open = sides.compactMap { neighbours[$0]!.count == 1 ? walk(from: $0) : nil }
    return open + sides.compactMap { neighbours[$0]!.isEmpty ? nil : walk(from: $0) }
  }
}
