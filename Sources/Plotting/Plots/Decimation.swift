/// Thins a run of points to what its pixels can show.
///
/// In every column of half a pixel the first, lowest, highest and last points are kept in their order, which leaves
/// the drawn line as it was (the M4 aggregation of Jugel et al., VLDB 2014). Applies only to long runs whose x do not
/// decrease; others are returned whole.
///
/// - Complexity: O(n).
func decimate(_ points: [(x: Double, y: Double)], limit: Int = 2000) -> [(x: Double, y: Double)] {
  guard points.count > limit, zip(points, points.dropFirst()).allSatisfy({ $0.x <= $1.x }) else { return points }
  var kept: [(x: Double, y: Double)] = []
  var start = 0
  while start < points.count {
    let column = (points[start].x * 2).rounded(.down)
    var end = start + 1
    var low = start, high = start
    while end < points.count, (points[end].x * 2).rounded(.down) == column {
      if points[end].y < points[low].y { low = end }
      if points[end].y > points[high].y { high = end }
      end += 1
    }
    for i in Set([start, low, high, end - 1]).sorted() { kept.append(points[i]) }
    start = end
  }
  return kept
}

/// Leaves out points that lie within `tolerance` of the line through their neighbours, for paths in any direction
/// (after Douglas and Peucker, 1973).
///
/// - Complexity: O(n log n) for ordinary paths, O(n^2) at worst.
func simplify(_ points: [(x: Double, y: Double)], tolerance: Double = 0.3) -> [(x: Double, y: Double)] {
  guard points.count > 2 else { return points }
  var keep = [Bool](repeating: false, count: points.count)
  keep[0] = true
  keep[points.count - 1] = true
  var open = [(0, points.count - 1)]
  while let (first, last) = open.popLast() {
    guard last - first > 1 else { continue }
    let a = points[first], b = points[last]
    let dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy
    var farthest = first, distance = tolerance * tolerance
    for i in (first + 1)..<last {
      // Distance to the segment, not to the line: a path may double back.
      let along = square > 0 ? min(max(((points[i].x - a.x) * dx + (points[i].y - a.y) * dy) / square, 0), 1) : 0
      let ex = points[i].x - a.x - along * dx, ey = points[i].y - a.y - along * dy
      if ex * ex + ey * ey > distance {
        distance = ex * ex + ey * ey
        farthest = i
      }
    }
    guard farthest > first else { continue }
    keep[farthest] = true
    open += [(first, farthest), (farthest, last)]
  }
  return zip(points, keep).compactMap { $1 ? $0 : nil }
}
