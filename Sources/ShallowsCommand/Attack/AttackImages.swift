import Shallows

/// The worst images: each as it was, what was added, and what came of it.
///
/// - Throws: ``CommandError`` for samples that are no pictures.
func attackImages(_ measurement: AttackMeasurement, count: Int = 6) throws -> ImageGallery {
  let task = measurement.task
  let (height, width) = try pictureSize(task.dataset)
  let rows = AttackRows(measurement: measurement)
  let moved = measurement.result.attacked
  let range = grayRange(task)
  func tile(_ values: [Double], _ color: ImageGallery.Coloring) -> ImageGallery.Tile {
    ImageGallery.Tile(width: width, height: height, values: values, color: color)
  }
  let chosen = measurement.worst(count)
  let cases = chosen.map { i in
    let (before, after) = (Array(task.inputs.row(i)), Array(moved.row(i)))
    return ImageGallery.Row(
      tiles: [
        tile(before, .gray(range)), tile(zip(after, before).map { $0 - $1 }, .diverging), tile(after, .gray(range)),
      ], caption: caption(measurement, rows, i))
  }
  let turned = chosen.count { AttackFate(measurement.outcomes[$0]) == .turned }
  let plan = measurement.plan
  let all = counted(measurement.count(.turned), "turned image")
  let title =
    task.classes == nil ? "Where the attack does most"
    : turned == 0 ? "No image was turned: the nearest" : "The worst of \(all)"
  return ImageGallery(
    title: title,
    subtitle: "\(task.dataset.name): \(plan.norm.rawValue), \(plan.name(plan.radius)), loss \(plan.loss.name)",
    headings: ["input", "perturbation", "result"], rows: cases, label: "perturbation")
}

private func caption(_ measurement: AttackMeasurement, _ rows: AttackRows, _ i: Int) -> [String] {
  let outcome = measurement.outcomes[i]
  var lines: [String] = []
  if let before = rows.name(outcome.cleanClass), let after = rows.name(outcome.attackedClass) {
    lines.append(AttackFate(outcome) == .turned ? "\(before) \u{2192} \(after)" : "\(before), still")
  } else if let error = measurement.errors?[i] {
    lines.append("error \(short(error.clean)) \u{2192} \(short(error.attacked))")
  }
  lines += ["sample \(i + 1)", "length \(short(outcome.length))"]
  lines.append("loss \(short(outcome.cleanLoss)) \u{2192} \(short(outcome.loss))")
  return lines
}

/// Black and white: the box, else the values that occur.
private func grayRange(_ task: AttackTask) -> ClosedRange<Double> {
  if let box = task.coordinates.box { return box }
  let values = task.inputs.elements
  let (low, high) = (values.min() ?? 0, values.max() ?? 1)
  return low < high ? low...high : low...(low + 1)
}

/// Rows and columns of the pixels.
///
/// - Throws: ``CommandError`` for other shapes.
func pictureSize(_ dataset: Dataset) throws -> (height: Int, width: Int) {
  let shape = dataset.inputShape.filter { $0 > 1 }
  guard dataset.inputShape.count > 1, shape.count == 2 else {
    throw CommandError(
      "--images: a sample of \(dataset.name) has the shape "
        + dataset.inputShape.map(String.init).joined(separator: " x ") + "; accepted: pictures of one channel, such as 28 x 28")
  }
  return (shape[0], shape[1])
}
