#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// How many values fall into each of a row of bins.
///
///     Plot(title: "Final loss", x: Axis("loss", scale: .log10), y: Axis("runs"), series: Series.histograms([
///       ("m = 20", narrow), ("m = 40", wide),
///     ], on: .log10))
///
/// Bins are equally wide on the given scale, which should be that of the x axis: decades are binned in decades. Values
/// without a place on it (NaN, zero on a logarithmic one) are left out and counted.
public struct Histogram: Hashable, Sendable {
  /// The borders of the bins, strictly increasing. A bin holds its lower border; the last one holds both.
  public private(set) var edges: [Double]
  /// The height of each bin.
  public private(set) var heights: [Double]
  public private(set) var normalization: Normalization
  /// Values that are not finite or outside the scale.
  public private(set) var omitted: Int
  /// Values beyond the outer borders, when those are given.
  public private(set) var outside: Int

  public enum Normalization: String, Hashable, Sendable {
    /// The number of values in each bin.
    case count
    /// The share of all placed values, by the width of the bin on the scale (per unit, decade or octave): the area
    /// is 1.
    case density
  }

  /// How the range of the data, n values, is divided.
  public enum Bins: Hashable, Sendable {
    /// Width 2 IQR / n^(1/3), after Freedman and Diaconis (1981); Sturges' rule where the quartiles coincide. At most
    /// 200 bins.
    case freedmanDiaconis
    /// log2(n) + 1 bins, after Sturges (1926): for small samples and bell shapes.
    case sturges
    case count(Int)
    case edges([Double])
  }

  /// - Complexity: O(n log n).
  public init(_ values: [Double], bins: Bins = .freedmanDiaconis, on scale: Scale = .linear,
    as normalization: Normalization = .count) {
    self.init(values, edges: Self.edges(for: values, bins, on: scale), scale, normalization)
  }

  init(_ values: [Double], edges: [Double], _ scale: Scale, _ normalization: Normalization) {
    self.edges = edges
    self.normalization = normalization
    omitted = 0
    outside = 0
    heights = [Double](repeating: 0, count: max(edges.count - 1, 0))
    for value in values {
      guard scale.accepts(value) else {
        omitted += 1
        continue
      }
      guard let first = edges.first, let last = edges.last, value >= first, value <= last, !heights.isEmpty else {
        outside += 1
        continue
      }
      // The first border above the value, by bisection.
      var low = 0, high = edges.count - 1
      while low < high {
        let middle = (low + high) / 2
        if edges[middle] > value { high = middle } else { low = middle + 1 }
      }
      heights[min(max(low - 1, 0), heights.count - 1)] += 1
    }
    let total = heights.reduce(0, +)
    if normalization == .density, total > 0 {
      for i in heights.indices {
        heights[i] /= total * (scale.transform(edges[i + 1]) - scale.transform(edges[i]))
      }
    }
  }

  /// The borders of bins that hold the values.
  static func edges(for values: [Double], _ bins: Bins, on scale: Scale) -> [Double] {
    if case .edges(let edges) = bins { return Set(edges.filter(scale.accepts)).sorted() }
    let t = values.filter(scale.accepts).map(scale.transform).sorted()
    guard let low = t.first, let high = t.last else { return [] }
    let axis = Axis("", scale: scale)
    guard axis.isSpread(scale.inverse(low), scale.inverse(high)) else {
      // One bin round a constant.
      let domain = axis.domain(of: [scale.inverse(low)])
      return [domain.lowerBound, domain.upperBound]
    }
    let count = bins.count(sorted: t)
    return (0...count).map { i in
      // The outermost borders are the data themselves, free of the rounding of the scale.
      if i == 0 { return values.filter(scale.accepts).min()! }
      if i == count { return values.filter(scale.accepts).max()! }
      return scale.inverse(low + (high - low) * Double(i) / Double(count))
    }
  }
}

extension Histogram.Bins {
  /// The number of bins for values in increasing order, not all equal.
  func count(sorted t: [Double]) -> Int {
    let n = Double(t.count), span = t[t.count - 1] - t[0]
    let sturges = Int(log2(n).rounded(.up)) + 1
    switch self {
    case .count(let count): return max(count, 1)
    case .sturges, .edges: return sturges
    case .freedmanDiaconis:
      let width = 2 * (Self.quantile(0.75, t) - Self.quantile(0.25, t)) / cbrt(n)
      guard width > 0, span / width < 1e6 else { return sturges }
      return min(max(Int((span / width).rounded(.up)), 1), 200)
    }
  }

  /// The quantile of sorted values by linear interpolation between order statistics.
  private static func quantile(_ p: Double, _ t: [Double]) -> Double {
    let place = p * Double(t.count - 1), i = Int(place)
    return i + 1 < t.count ? t[i] + (t[i + 1] - t[i]) * (place - Double(i)) : t[i]
  }
}

extension Series {
  public static func histogram(_ name: String?, _ histogram: Histogram) -> Series {
    Series(name, mark: .histogram(histogram))
  }

  /// Histograms of several groups over common bins, so that their heights can be compared.
  ///
  /// Bins are chosen for all values together; compare groups of different sizes by `.density`.
  public static func histograms(_ groups: [(name: String, values: [Double])],
    bins: Histogram.Bins = .freedmanDiaconis, on scale: Scale = .linear,
    as normalization: Histogram.Normalization = .count) -> [Series] {
    let edges = Histogram.edges(for: groups.flatMap(\.values), bins, on: scale)
    return groups.map { .histogram($0.name, Histogram($0.values, edges: edges, scale, normalization)) }
  }
}
