/// Names like one that is not there, for errors: those that contain it or its last part, and those a few letters away.
///
/// The distance counts letters to be added, removed, replaced or exchanged with their neighbour (Damerau, "A technique
/// for computer detection and correction of spelling errors", CACM 1964, adjacent exchanges only).
///
/// - Complexity: O(sum of products of the lengths).
public func nearNames(to name: String, among names: some Sequence<String>, limit: Int = 3) -> [String] {
  let wanted = Array(name.lowercased())
  let last = name.lowercased().split(separator: ".").last.map(String.init) ?? ""
  let ranked = Set(names).compactMap { candidate -> (rank: Int, name: String)? in
    let lower = candidate.lowercased()
    let distance = editDistance(wanted, Array(lower))
    if distance <= max(2, wanted.count / 3) { return (distance, candidate) }
    // A path of which only a part was given.
    return last.count >= 3 && lower.contains(last) ? (wanted.count + distance, candidate) : nil
  }
  return ranked.sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }.prefix(limit).map(\.name)
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var before: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
      row.append(cost)
    }
    (before, last) = (last, row)
  }
  return last[b.count]
}
