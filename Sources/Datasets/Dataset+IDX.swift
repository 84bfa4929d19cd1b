import Foundation
import LinearAlgebra

extension Dataset {
  static func isIDXName(_ lowercased: String) -> Bool {
    [".idx", "-ubyte"].contains { lowercased.hasSuffix($0) || lowercased.hasSuffix($0 + ".gz") }
  }

  /// Reads a folder of IDX files: `train-images-idx3-ubyte` and so on, as MNIST and its kin name them.
  ///
  /// A prefix is allowed (`emnist-letters-train-images-idx3-ubyte.gz`), so is a dot for the dash before "idx".
  /// Training and test part share one list of classes.
  public static func readIDXFolder(_ path: String) throws -> OpenedDataset {
    let files = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    func find(_ parts: [String], _ content: String) throws -> String? {
      let endings = parts.flatMap { part in ["-idx", ".idx"].map { "\(part)-\(content)\($0)" } }
      let found = files.filter { file in
        isIDXName(file) && endings.contains { file.contains($0) }
      }
      // A file and its compressed copy are the same data.
      let plain = Set(found.map { $0.hasSuffix(".gz") ? String($0.dropLast(3)) : $0 })
      guard plain.count <= 1 else {
        throw DatasetError(.unknownFormat, file: path, found: "several sets: \(found.joined(separator: ", "))",
          accepted: "a folder with one set of \(content)")
      }
      return found.first.map { path + "/" + $0 }
    }
    guard let images = try find(["train"], "images"), let labels = try find(["train"], "labels") else {
      throw DatasetError(.missingFile, file: path, found: "a folder without IDX files",
        accepted: "train-images-idx3-ubyte and train-labels-idx1-ubyte, and for a test part t10k-images-idx3-ubyte and "
          + "t10k-labels-idx1-ubyte (or test-...), each also with .gz")
    }
    let test = ["t10k", "test"]
    var pairs = [(images, labels)]
    switch (try find(test, "images"), try find(test, "labels")) {
    case (let images?, let labels?): pairs.append((images, labels))
    case (nil, nil): break
    case (let images?, nil):
      throw DatasetError(.missingFile, file: images, found: "no labels beside it", accepted: "t10k-labels-idx1-ubyte")
    case (nil, let labels?):
      throw DatasetError(.missingFile, file: labels, found: "no images beside it", accepted: "t10k-images-idx3-ubyte")
    }
    let arrays = try pairs.map { (try IDXArray(path: $0.0), try readIDXLabels($0.1)) }
    let targets = TargetInference.labels(arrays.map(\.1.values))
    let name = fileName(path)
    let parts = try zip(zip(pairs, arrays), targets).map { pair, target in
      try pairing(pair.1.0, pair.1.1, target, images: pair.0.0, labels: pair.0.1, name: name)
    }
    if parts.count == 2, parts[0].dimension != parts[1].dimension {
      throw DatasetError(.countMismatch, file: pairs[1].0, found: "\(parts[1].dimension) inputs per sample",
        accepted: "\(parts[0].dimension), as in the training part")
    }
    return OpenedDataset(training: parts[0], test: parts.count == 2 ? parts[1] : nil)
  }

  /// Reads one IDX file; `...images-idx...` with its labels if these lie beside it, else without a target.
  public static func readIDXFile(_ path: String) throws -> Dataset {
    let array = try IDXArray(path: path)
    let (folder, file) = (URL(fileURLWithPath: path).deletingLastPathComponent().path, fileName(path))
    if let range = file.range(of: "images") {
      let stem = file.replacingCharacters(in: range, with: "labels").replacingOccurrences(of: "idx3", with: "idx1")
      let plain = stem.hasSuffix(".gz") ? String(stem.dropLast(3)) : stem
      for candidate in [stem, plain, plain + ".gz"].map({ folder + "/" + $0 })
      where FileManager.default.fileExists(atPath: candidate) {
        let labels = try readIDXLabels(candidate)
        let target = TargetInference.labels([labels.values])[0]
        return try pairing(array, labels, target, images: path, labels: candidate, name: baseName(path))
      }
    }
    return samples(array, .none, name: baseName(path), path)
  }

  private static func readIDXLabels(_ path: String) throws -> IDXArray {
    let labels = try IDXArray(path: path)
    guard labels.shape.count == 1, labels.isInteger else {
      throw DatasetError(.badHeader, file: path, at: .byte(2), found: "an array of shape \(labels.shape)"
        + (labels.isInteger ? "" : " of floating-point numbers"), accepted: "one-dimensional integer labels")
    }
    return labels
  }

  private static func pairing(_ images: IDXArray, _ labels: IDXArray, _ target: Target, images imagePath: String,
    labels labelPath: String, name: String) throws -> Dataset {
    guard images.shape[0] == labels.shape[0] else {
      throw DatasetError(.countMismatch, file: labelPath, at: .byte(4), found: "\(labels.shape[0]) labels",
        accepted: "\(images.shape[0]), one for each sample of \(fileName(imagePath))")
    }
    return samples(images, target, name: name, imagePath)
  }

  private static func samples(_ array: IDXArray, _ target: Target, name: String, _ path: String) -> Dataset {
    let shape = array.shape.count > 1 ? Array(array.shape.dropFirst()) : [1]
    let inputs = Matrix(rows: array.shape[0], columns: shape.reduce(1, *), elements: array.values)
    return Dataset(name: name, inputs: inputs, inputShape: shape, target: target, source: fileName(path))
  }
}
