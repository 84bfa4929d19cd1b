import Foundation
import Shallows

/// The figures of docs/plots.md, from data computed here.
enum Gallery {
  struct Picture {
    var name: String
    var csv: String
    var plots: [Plot]
    /// Draws the figure at its own width (`nil`) or another.
    var svg: (Double?, Theme) -> String
  }

  static func pictures() throws -> [Picture] {
    func one(_ name: String, _ plot: Plot, width: Double = 640, height: Double = 400) -> Picture {
      Picture(name: name, csv: plot.csv(), plots: [plot]) { narrow, theme in
        plot.svg(width: narrow ?? width, height: narrow == nil ? height : min(height, 330), theme: theme)
      }
    }
    func grid(_ name: String, _ grid: PlotGrid) -> Picture {
      Picture(name: name, csv: grid.csv(), plots: grid.panels) { grid.svg(width: $0 ?? 900, theme: $1) }
    }
    return [
      one("lines", try lines()), one("heat-map", try phaseDiagram(.tanh, title: "Who interpolates", seeds: 6)),
      one("diverging", try correlations(), width: 560, height: 460), one("histogram", try histogram()),
      one("trajectories", trajectories(), width: 600, height: 480), one("rays", students(), width: 560, height: 480),
      one("intervals", try intervals()), grid("grid", try phaseDiagrams()), grid("zeros", try zeros()),
    ]
  }

  // MARK: Fits

  /// The final training loss of a fit to random signs.
  private static func loss(_ method: FitSettings.Method, _ activation: Activation = .tanh, samples: Int, inputs: Int,
    width: Int, seed: Int) throws -> Double {
    let data = Synthetic.gaussian(samples: samples, inputs: inputs, labels: .signs,
      stream: RandomStream(seed: UInt64(seed)).split(91))
    var settings = FitSettings(method: method)
    settings.width = width
    settings.activation = activation
    settings.bias = false
    settings.seed = UInt64(seed)
    settings.iterations = method == .gaussNewton ? 60 : 300
    settings.freeOutputs = false
    settings.checksGuarantee = false
    return try Fit(settings).run(on: PreparedData(data, bias: false)).loss.final
  }

  private static func quartiles(_ values: [Double]) -> (low: Double, median: Double, high: Double) {
    let sorted = values.sorted()
    return (sorted[sorted.count / 4], sorted[sorted.count / 2], sorted[sorted.count * 3 / 4])
  }

  private static func lines() throws -> Plot {
    let widths = [2, 4, 6, 8, 10, 12, 14, 16]
    let series = try [FitSettings.Method.adam, .sgd, .gaussNewton].map { method in
      let spread = try widths.map { m in
        quartiles(try (0..<9).map { try loss(method, samples: 60, inputs: 10, width: m, seed: $0) })
      }
      return Series.line(method.rawValue, zip(widths, spread).map { Point(Double($0), $1.median) },
        band: (spread.map(\.low), spread.map(\.high)))
    }
    return Plot(title: "Final loss against width",
      subtitle: "n = 60, d = 10; median of nine seeds, band between quartiles",
      x: Axis("width m"), y: Axis("final loss", scale: .log10), series: series + [
        .rule(.vertical, at: 12, label: "2n/d"),
      ])
  }

  private static func interpolation(_ activation: Activation, sizes: [Int], widths: [Int], seeds: Int) throws
    -> HeatMap {
    var samples: [(x: Double, y: Double, value: Double)] = []
    for n in sizes {
      for m in widths {
        for seed in 0..<seeds {
          let final = try loss(.gaussNewton, activation, samples: n, inputs: 6, width: m, seed: seed)
          samples.append((Double(n), Double(m), final <= 1e-12 ? 1 : 0))
        }
      }
    }
    return HeatMap(samples: samples, label: "share of runs", color: ColorScale(range: 0...1))
  }

  private static func phaseDiagram(_ activation: Activation, title: String, seeds: Int, widths: [Int]
    = [2, 4, 6, 8, 10, 12, 14, 16, 20, 24]) throws -> Plot {
    let map = try interpolation(activation, sizes: [12, 18, 24, 34, 48, 68, 96], widths: widths, seeds: seeds)
    let bound = (12...72).map { Point(Double($0), Double($0) / 3) }
    return Plot(title: title, subtitle: "Gauss-Newton, d = 6, random signs; final loss at most 1e-12",
      x: Axis("samples n", scale: .log2), y: Axis("width m"), series: [
        .heatMap(map), .contour("half of the runs", of: map, at: 0.5), .line("m = 2n/d", bound),
      ])
  }

  private static func phaseDiagrams() throws -> PlotGrid {
    PlotGrid(title: "Who interpolates, by activation", subtitle: "Gauss-Newton, d = 6, random signs, three seeds",
      panels: try [Activation.tanh, .gelu, .softplus, .relu, .sigmoid, .erf].map {
        var plot = try phaseDiagram($0, title: $0.rawValue, seeds: 3, widths: [2, 6, 10, 14, 18, 22])
        plot.subtitle = nil
        return plot
      }, sharesX: true)
  }

  private static func histogram() throws -> Plot {
    let groups = try [4, 6, 8].map { m in
      (name: "m = \(m)", values: try (0..<150).map {
        try loss(.gaussNewton, samples: 60, inputs: 10, width: m, seed: $0)
      })
    }
    return Plot(title: "Final loss of 150 runs each", subtitle: "Gauss-Newton, n = 60, d = 10",
      x: Axis("final loss", scale: .log10), y: Axis("runs"), series: Series.histograms(groups, bins: .count(20),
        on: .log10))
  }

  private static func intervals() throws -> Plot {
    let methods = [FitSettings.Method.adam, .momentum, .sgd, .gaussNewton]
    let series = try [Activation.tanh, .gelu, .relu].map { activation in
      let spread = try methods.map { method in
        let accuracies = try (0..<8).map { seed in
          let stream = RandomStream(seed: UInt64(seed))
          let data = Synthetic.spirals(samples: 200, turns: 1, noise: 0.03, stream: stream)
          let parts = data.split(testFraction: 0.5, stream: stream.split(1))
          var settings = FitSettings(method: method)
          settings.width = 20
          settings.activation = activation
          settings.iterations = method == .gaussNewton ? 60 : 200
          settings.seed = UInt64(seed)
          settings.checksGuarantee = false
          return try Fit(settings).run(on: PreparedData(parts.training, test: parts.test)).testAccuracy ?? .nan
        }
        return quartiles(accuracies)
      }
      return Series.intervals(activation.rawValue, spread.enumerated().map { Point(Double($0), $1.median) },
        lower: spread.map(\.low), upper: spread.map(\.high))
    }
    return Plot(title: "Test accuracy on two spirals", subtitle: "m = 20; median and quartiles of eight seeds",
      x: Axis("method", categories: methods.map(\.rawValue)), y: Axis("test accuracy"), series: series)
  }

  /// Misclassified points of narrow nets, among them many zeros.
  private static func zeros() throws -> PlotGrid {
    let widths = [2, 4, 8, 16, 32, 64]
    let points = try widths.flatMap { m in
      try (0..<6).map { seed in
        let data = Synthetic.twoMoons(samples: 300, noise: 0.15, stream: RandomStream(seed: UInt64(seed)))
        var settings = FitSettings(method: .gaussNewton)
        settings.width = m
        settings.iterations = 30
        settings.seed = UInt64(seed)
        settings.checksGuarantee = false
        let accuracy = try Fit(settings).run(on: PreparedData(data)).trainAccuracy ?? .nan
        return Point(Double(m) * (1 + 0.02 * (Double(seed) - 2.5)), ((1 - accuracy) * 300).rounded())
      }
    }
    func panel(_ title: String, _ scale: Scale) -> Plot {
      Plot(title: title, x: Axis("width m", scale: .log2), y: Axis("misclassified", scale: scale),
        series: [.scatter("run", points)])
    }
    return PlotGrid(title: "Training errors on two moons", panels: [
      panel("log10", .log10), panel("symlog", .symlog(linearBelow: 1)),
    ], sharesY: false)
  }

  private static func correlations() throws -> Plot {
    let digits = try Dataset.digits()
    guard case .labels(let labels, let classes) = digits.target else { return Plot() }
    let d = digits.inputs.columns, k = classes.count
    var means = [[Double]](repeating: [Double](repeating: 0, count: d), count: k)
    for (i, label) in labels.enumerated() {
      for j in 0..<d { means[label][j] += digits.inputs[i, j] }
    }
    for c in 0..<k {
      let count = Double(labels.count { $0 == c })
      means[c] = means[c].map { $0 / count }
    }
    let overall = (0..<d).map { j in means.reduce(0) { $0 + $1[j] } / Double(k) }
    let centered = means.map { zip($0, overall).map { $0 - $1 } }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let values = (0..<(k * k)).map { i in
      let a = centered[i % k], b = centered[i / k]
      return i % k == i / k ? Double.nan : dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }
    return Plot(title: "Which digits look alike", subtitle: "correlation of the mean images, less their common mean",
      x: Axis("digit", categories: classes), y: Axis("digit", categories: classes), series: [
        .heatMap(HeatMap(x: .categories(k), y: .categories(k), values: values, label: "correlation",
          color: .diverging)),
      ])
  }

  // MARK: A student in the plane

  private static let teachers = [Point(1.4, 0.5), Point(-0.4, 1.1), Point(0.2, -0.9)]

  private static func norm(_ w: Point) -> Double { (w.x * w.x + w.y * w.y).squareRoot() }

  private static func angle(_ w: Point, _ v: Point) -> Double {
    let cosine = (w.x * v.x + w.y * v.y) / (norm(w) * norm(v))
    return acos(min(max(cosine, -1), 1))
  }

  /// E[relu(w.x) relu(v.x)] for standard Gaussian x (Cho and Saul, 2009).
  private static func overlap(_ w: Point, _ v: Point) -> Double {
    guard norm(w) > 0, norm(v) > 0 else { return 0 }
    let a = angle(w, v)
    return norm(w) * norm(v) * (sin(a) + (.pi - a) * cos(a)) / (2 * .pi)
  }

  /// Half the mean squared error of students against all teachers.
  private static func loss(_ students: [Point]) -> Double {
    func sum(_ a: [Point], _ b: [Point]) -> Double {
      a.reduce(0) { total, w in total + b.reduce(0) { $0 + overlap(w, $1) } }
    }
    return (sum(students, students) - 2 * sum(students, teachers) + sum(teachers, teachers)) / 2
  }

  /// Gradient flow from `students` by explicit steps; one path for each.
  private static func flow(_ students: [Point], steps: Int = 500, step: Double = 0.05) -> [[Point]] {
    var now = students
    var paths = students.map { [$0] }
    for _ in 0..<steps {
      let gradients = now.map { w in
        func pull(_ v: Point) -> Point {
          let a = angle(w, v), along = norm(v) * sin(a) / norm(w)
          return Point((along * w.x + (.pi - a) * v.x) / (2 * .pi), (along * w.y + (.pi - a) * v.y) / (2 * .pi))
        }
        let towards = now.map { ($0, 1.0) } + teachers.map { ($0, -1.0) }
        return towards.reduce(Point(0, 0)) { sum, item in
          let p = item.0 == w ? Point(w.x / 2, w.y / 2) : pull(item.0)
          return Point(sum.x + item.1 * p.x, sum.y + item.1 * p.y)
        }
      }
      for i in now.indices {
        now[i] = Point(now[i].x - step * gradients[i].x, now[i].y - step * gradients[i].y)
        paths[i].append(now[i])
      }
    }
    return paths
  }

  private static func trajectories() -> Plot {
    var stream = RandomStream(seed: 5)
    let paths = (0..<100).map { _ in
      flow([Point(stream.uniform(in: -2.4..<2.4), stream.uniform(in: -2..<2))])[0]
    }
    let landscape = HeatMap(x: -2.5...2.5, y: -2.1...2.1, columns: 45, rows: 38, label: "loss") { x, y in
      loss([Point(x, y)])
    }
    return Plot(title: "One ReLU student, three teachers", subtitle: "population gradient flow from 100 random starts",
      x: Axis("w₁"), y: Axis("w₂"), series: [.heatMap(landscape), .trajectories("student", paths)]
        + teachers.enumerated().map { .ray("teacher \($0 + 1)", to: $1) }, aspect: .equal)
  }

  private static func students() -> Plot {
    var stream = RandomStream(seed: 8)
    let runs = (0..<3).map { _ in
      flow((0..<4).map { _ in Point(0.3 * stream.normal(), 0.3 * stream.normal()) }, steps: 1500)
    }
    return Plot(title: "Four students learn three teachers", subtitle: "population gradient flow, three random starts",
      x: Axis("w₁"), y: Axis("w₂"), series: runs.enumerated().map { .trajectories("run \($0 + 1)", $1) }
        + teachers.enumerated().map { .ray("teacher \($0 + 1)", to: $1, isExtended: true) }, aspect: .equal)
  }
}
