import Shallows
import Synchronization

/// Data sets that several runs of one process share, each read once.
final class DatasetCache: Sendable {
  struct Entry: Sendable {
    let data: OpenedDataset
    /// By ``Dataset/fingerprint``, of the training samples and of the data's own test samples.
    let digest: String
  }

  /// Enough for the sample counts of a sweep; the oldest is forgotten first.
  private static let capacity = 16
  private let entries = Mutex<[(key: String, entry: Entry)]>([])

  func open(_ options: DataOptions, purpose: ReadingOptions.Purpose = .training) throws -> Entry {
    let key = "\(options.path)\n\(options.target ?? "")\n\(options.task)\n\(options.samples ?? 0)\n\(purpose)"
    return try entries.withLock { entries in
      if let known = entries.first(where: { $0.key == key }) { return known.entry }
      let data = try options.open(purpose: purpose)
      let entry = Entry(
        data: data, digest: data.training.fingerprint + (data.test.map { " " + $0.fingerprint } ?? ""))
      if entries.count == Self.capacity { entries.removeFirst() }
      entries.append((key, entry))
      return entry
    }
  }
}
