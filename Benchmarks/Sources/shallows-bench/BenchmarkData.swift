import ArgumentParser
import Shallows

/// Where the images come from.
struct BenchmarkData: ParsableArguments {
  @Option(help: "A folder with MNIST's IDX files; without it, Gaussian numbers of the same size stand in.")
  var data: String?

  @Option(help: "Use only the first N samples.") var samples: Int?

  /// At most `limit` labelled samples of 784 inputs.
  func open(limit: Int) throws -> Dataset {
    let count = min(samples ?? limit, limit)
    if let data { return try Dataset.open(data).training.prefix(count) }
    var stream = RandomStream(seed: 1)
    let inputs: Matrix<Double> = stream.normalMatrix(rows: count, columns: 784)
    return Dataset(
      name: "gaussian", inputs: inputs, inputShape: [28, 28],
      target: .labels((0..<count).map { ($0 &* 7919) % 10 }, classes: (0..<10).map(String.init)))
  }
}
