/// One figure along the iterations, for each configuration of an experiment: the median over seeds and the quartiles.
struct MetricCurves: Sendable {
  struct Curve: Sendable {
    /// The place of the configuration in the experiment.
    let configuration: Int
    let iterations: [Int]
    let median: [Double]
    let lower: [Double]
    let upper: [Double]
    /// How many seeds the curve is of.
    let seeds: Int
    /// How many of them ended before the longest.
    let endedEarly: Int
  }

  let metric: String
  let curves: [Curve]

  /// The names that no figure is drawn of: the clock's.
  private static let clock: Set<String> = ["seconds"]

  /// Curves of every figure that the runs recorded, the names in alphabetical order, a loss first.
  ///
  /// - Parameter points: about the most points of a curve.
  static func all(_ experiment: ReportedExperiment, store folder: String, points: (Int) -> Int) -> [MetricCurves] {
    var series: [[MetricSeries]] = []
    for configuration in experiment.configurations {
      let completed = configuration.completed
      let chosen = completed.isEmpty ? configuration.runs : completed
      series.append(
        chosen.map { MetricSeries(path: "\(folder)/\($0.path)/metrics.jsonl") }.filter { !$0.iterations.isEmpty })
    }
    let names = Set(series.flatMap { $0.flatMap(\.columns.keys) }).subtracting(clock)
    let order = names.sorted { ($0 == "loss" ? 0 : 1, $0) < ($1 == "loss" ? 0 : 1, $1) }
    let limit = points(order.count)
    return order.map { metric in
      MetricCurves(
        metric: metric,
        curves: series.indices.compactMap { i in curve(metric, series[i], configuration: i, limit: limit) })
    }.filter { !$0.curves.isEmpty }
  }

  private static func curve(
    _ metric: String, _ runs: [MetricSeries], configuration: Int, limit: Int
  ) -> Curve? {
    // A figure that is measured only at first has no curve.
    let ends = runs.map { $0.lastIteration(of: metric) }
    let runs = zip(runs, ends).filter { $1 != nil }.map(\.0)
    guard let first = runs.map({ $0.iterations[0] }).min(), let last = ends.compactMap(\.self).max(),
      last > first || runs.allSatisfy({ $0.iterations.count == 1 })
    else { return nil }
    let grid = grid(Set(runs.flatMap(\.iterations).filter { $0 <= last }), first: first, last: last, limit: limit)
    let values = runs.map { $0.values(metric, at: grid) }
    var kept: [Int] = []
    var median: [Double] = []
    var lower: [Double] = []
    var upper: [Double] = []
    for (k, iteration) in grid.enumerated() {
      let ordered = OrderedSample(values.compactMap { $0[k] }, nan: .largest)
      guard !ordered.values.isEmpty else { continue }
      kept.append(iteration)
      median.append(ordered.value(of: .median))
      lower.append(ordered.value(of: .quantile(0.25)))
      upper.append(ordered.value(of: .quantile(0.75)))
    }
    return Curve(
      configuration: configuration, iterations: kept, median: median, lower: lower, upper: upper, seeds: runs.count,
      endedEarly: ends.count { $0.map { $0 < last } ?? false })
  }

  /// The recorded iterations that are multiples of a power of two, the smallest that leaves at most `limit` of them, and
  /// the two ends: equally spaced, and the same ones for runs of other lengths but a factor of two.
  static func grid(_ recorded: Set<Int>, first: Int, last: Int, limit: Int) -> [Int] {
    var stride = 1
    while (last - first) / stride > limit { stride *= 2 }
    return recorded.filter { $0 % stride == 0 || $0 == first || $0 == last }.sorted()
  }

  /// Whether values lie on a logarithmic axis: none is negative, and the positive ones span two decades.
  static func spansDecades(_ values: some Sequence<Double>) -> Bool {
    var (low, high) = (Double.infinity, 0.0)
    for x in values where x.isFinite && x != 0 {
      if x < 0 { return false }
      low = min(low, x)
      high = max(high, x)
    }
    return low < high && high / low >= 100
  }
}
