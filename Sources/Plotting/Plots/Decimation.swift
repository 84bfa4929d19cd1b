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
