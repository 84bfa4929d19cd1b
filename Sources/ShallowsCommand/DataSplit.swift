import Foundation
import Shallows

/// How `fit` divided its samples into those to train on and those to test on; stands in the report of a saved model.
struct DataSplit: Codable, Equatable {
  /// The ``Dataset/fingerprint`` of the samples before they were divided, columns in the model's order.
  let digest: String
  /// Where only so many of the first samples were used.
  let samples: Int?
  let fraction: Double
  let seed: UInt64

  /// The stream that everything random about the data of a fit comes from.
  static func stream(_ seed: UInt64) -> RandomStream { RandomStream(seed: seed).split(UInt64(0x6461_7461)) }

  func parts(of dataset: Dataset) -> (training: Dataset, test: Dataset) {
    dataset.split(testFraction: fraction, stream: Self.stream(seed).split(UInt64(2)))
  }

  /// The division of a saved model, if it has one.
  init?(ofModel directory: String) {
    struct Report: Decodable { let split: DataSplit? }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: directory + "/report.json")),
      let split = try? JSONDecoder().decode(Report.self, from: data).split, (0...1).contains(split.fraction)
    else { return nil }
    self = split
  }

  init(digest: String, samples: Int?, fraction: Double, seed: UInt64) {
    (self.digest, self.samples, self.fraction, self.seed) = (digest, samples, fraction, seed)
  }

  /// The two parts of the same samples; `nil` for others.
  func parts(ofWhole dataset: Dataset) -> (training: Dataset, test: Dataset)? {
    let used = samples.map { dataset.prefix($0) } ?? dataset
    return used.fingerprint == digest ? parts(of: used) : nil
  }
}
