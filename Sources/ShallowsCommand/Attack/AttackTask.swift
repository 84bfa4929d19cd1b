import Foundation
import Shallows

/// A model and the samples on which it is attacked, in the coordinates of the attack.
struct AttackTask: Sendable {
  /// The model's folder, as given.
  private(set) var path: String
  private(set) var model: FittedModel
  /// The chosen samples as they are.
  let dataset: Dataset
  /// "test", "training" or "all"; how many samples it has, and how many were chosen without being asked for.
  let part: String
  let available: Int
  let digest: String
  let coordinates: AttackCoordinates
  /// From black to white, of images, in the data's own units.
  let grayRange: Double
  /// The network as a function of these coordinates.
  private(set) var network: TwoLayerNetwork<Double>
  let inputs: Matrix<Double>
  let targets: Matrix<Double>
  /// The samples that the model may be trained on, as they are: without those of a test part.
  let training: Dataset
  /// How a test part was drawn from the data when the model was fitted to the rest; `nil` where none was.
  let split: DataSplit?
  /// What is to be said of all this.
  let notes: [String]

  /// Attacked unless it is said how many.
  static let mostSamples = 1000

  /// The first number stands for -1 or the class 0.
  var classes: [String]? { model.coding.classes }
  var isImage: Bool { Self.isImage(dataset) }
  private static func isImage(_ dataset: Dataset) -> Bool { dataset.inputShape.count > 1 }

  /// - Throws: ``CommandError``, `FitError`, `ModelFileError` or `DatasetError`, with file, place and value.
  init(model path: String, data: DataOptions, options: AttackOptions, _ cache: DatasetCache) throws {
    if path.isEmpty { throw CommandError("the name of the model is empty; a folder written by fit --save is needed") }
    let model = try FittedModel(from: path)
    if let loss = options.loss?.loss, loss.needsClasses, model.coding.classes == nil {
      throw CommandError(
        "--loss \(loss.name): for classes, but the model \(path) was fitted to numbers; accepted: squared")
    }
    var reading = data.following(model)
    reading.samples = nil
    let entry = try cache.open(reading, purpose: .inspection)
    var notes: [String] = []
    let opened = OpenedDataset(
      training: entry.data.training.inOrder(model.inputNames), test: entry.data.test?.inOrder(model.inputNames))
    var (whole, part) = try Self.part(options.part, of: opened, model: path, data: data.path, &notes)
    let available = whole.count
    if let count = data.samples {
      guard count <= available else {
        throw CommandError("\(data.path): --samples \(count), but the part \"\(part)\" has only \(available)")
      }
      whole = whole.prefix(count)
    } else if available > Self.mostSamples {
      notes.append(
        "the first \(Self.mostSamples) of \(available) samples are attacked; --samples \(available) takes them all")
      whole = whole.prefix(Self.mostSamples)
    }
    whole = try Self.checked(whole, for: model, path, data.path, &notes)
    if whole.target == .none {
      throw CommandError(
        "\(data.path): there is no target, and an attack is against the target; name one with --target")
    }
    targets = try Self.targets(of: whole, for: model)
    let known = [opened.training, opened.test].compactMap { $0 }
    let isImage = Self.isImage(whole)
    coordinates = try AttackCoordinates(
      options.units, box: try AttackBox(options.box), model: model, isImage: isImage, known: known, data: data.path)
    grayRange = isImage ? AttackCoordinates.range(known.flatMap { $0.inputs.elements }).length : 1
    network = model.network(onInputs: coordinates.shift, scale: coordinates.scale)
    inputs = coordinates.apply(whole.inputs)
    (self.path, self.model, self.available, self.part) = (path, model, available, part)
    (dataset, digest, self.notes) = (whole, entry.digest, notes)
    let drawn = opened.test == nil ? DataSplit(ofModel: path) : nil
    let rest = drawn?.parts(ofWhole: opened.training)?.training
    (training, split) = (rest ?? opened.training, rest == nil ? nil : drawn)
    try checkBox(data.path)
  }

  /// The samples that were asked for, and which they are.
  private static func part(
    _ wanted: AttackPart?, of data: OpenedDataset, model: String, data path: String, _ notes: inout [String]
  ) throws -> (Dataset, String) {
    let drawn = data.test == nil ? DataSplit(ofModel: model)?.parts(ofWhole: data.training) : nil
    let test = data.test ?? drawn?.test, training = drawn?.training ?? data.training
    switch wanted {
    case .test?:
      guard let test else {
        throw CommandError(
          "--part test: \(path) has no test part, and the model \(model) was not fitted to a share of these samples; "
            + "accepted: all, training")
      }
      return (test, "test")
    case .training?: return (training, "training")
    case .all?:
      guard let own = data.test else { return (data.training, "all") }
      return (data.training.appending(own), "all")
    case nil:
      if let test, test.count > 0 { return (test, "test") }
      notes.append("no test part is known: the model may have been fitted to these very samples")
      return (training, "all")
    }
  }

  /// The samples if they have as many inputs as the model, all of them finite.
  private static func checked(
    _ dataset: Dataset, for model: FittedModel, _ path: String, _ data: String, _ notes: inout [String]
  ) throws -> Dataset {
    let names = model.inputNames
    guard dataset.dimension == names.count else {
      throw CommandError(
        "\(data): \(counted(dataset.dimension, "input")) (\(listed(dataset.inputNames))), the model \(path) takes "
          + "\(names.count): \(listed(names))")
    }
    if dataset.inputNames != names, dataset.inputShape.count == 1 {
      notes.append("the inputs \(listed(dataset.inputNames)) are taken for the model's \(listed(names)), in this order")
    }
    if let bad = dataset.inputs.elements.firstIndex(where: { !$0.isFinite }) {
      let (i, j) = (bad / dataset.dimension, bad % dataset.dimension)
      throw CommandError(
        "\(data), input \"\(names[j])\" of sample \(i + 1): found \(dataset.inputs.elements[bad]); accepted: a finite "
          + "number")
    }
    if case .values(let values, let targets) = dataset.target,
      let bad = values.elements.firstIndex(where: { !$0.isFinite }) {
      throw CommandError(
        "\(data), target \"\(targets[bad % values.columns])\" of sample \(bad / values.columns + 1): found "
          + "\(values.elements[bad]); accepted: a finite number")
    }
    return dataset
  }

  /// The targets as the network has them.
  private static func targets(of dataset: Dataset, for model: FittedModel) throws -> Matrix<Double> {
    do {
      return try model.coding.encode(dataset)
    } catch let error as FitError {
      guard case .labels(_, let names) = dataset.target, model.coding.classes == ["even", "odd"],
        names.allSatisfy({ Int($0) != nil })
      else { throw error }
      throw CommandError("\(error); --target parity makes these of whole numbers")
    }
  }

  private static func listed(_ names: [String]) -> String {
    names.prefix(6).joined(separator: ", ") + (names.count > 6 ? ", ..." : "")
  }

  private func checkBox(_ data: String) throws {
    guard let box = coordinates.box, let bad = inputs.elements.firstIndex(where: { !box.contains($0) }) else { return }
    let (i, j) = (bad / inputs.columns, bad % inputs.columns)
    throw CommandError(
      "\(data), input \"\(model.inputNames[j])\" of sample \(i + 1): \(short(inputs.elements[bad])) in units of "
        + "\(coordinates.description), outside of --box \(short(box.lowerBound))..\(short(box.upperBound)); accepted: "
        + "a box that holds all inputs, or \"none\"")
  }

  /// The same samples for another model of the same inputs and targets.
  func following(_ model: FittedModel, path: String) -> AttackTask {
    var task = self
    (task.model, task.path) = (model, path)
    task.network = model.network(onInputs: coordinates.shift, scale: coordinates.scale)
    return task
  }

  /// - Throws: `AttackError`.
  func problem(loss: AttackLoss, norm: PerturbationNorm, radius: RadiusRule) throws -> AttackProblem {
    try AttackProblem(
      network: network, inputs: inputs, targets: targets, loss: loss, norm: norm,
      radii: AttackProblem.radii(radius, norm: norm, inputs: inputs), box: coordinates.box)
  }
}

extension Dataset {
  /// These samples and then others with the same inputs; classes go by their names.
  fileprivate func appending(_ other: Dataset) -> Dataset {
    let inputs = Matrix(
      rows: count + other.count, columns: dimension, elements: self.inputs.elements + other.inputs.elements)
    let both: Target
    switch (target, other.target) {
    case (.labels(let a, let names), .labels(let b, let others)):
      let all = names + others.filter { !names.contains($0) }
      both = .labels(a + b.map { all.firstIndex(of: others[$0])! }, classes: all)
    case (.values(let a, let names), .values(let b, _)):
      both = .values(
        Matrix(rows: a.rows + b.rows, columns: a.columns, elements: a.elements + b.elements), names: names)
    default: both = .none
    }
    return Dataset(
      name: name, inputs: inputs, inputNames: inputNames, inputShape: inputShape, target: both, source: source)
  }
}
