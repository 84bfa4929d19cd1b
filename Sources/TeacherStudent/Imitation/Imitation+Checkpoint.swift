import Foundation

extension Imitation {
  /// Deletes the checkpoint, and its folder where that is left empty.
  public func removeCheckpoint() {
    guard let checkpointPath else { return }
    try? FileManager.default.removeItem(atPath: checkpointPath)
    // rmdir spares a folder that is not empty.
    rmdir((checkpointPath as NSString).deletingLastPathComponent)
  }
}
