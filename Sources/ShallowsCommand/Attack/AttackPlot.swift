import Shallows

/// Accuracies, or mean losses, against the radius of the attack.
func attackPlot(_ measurement: AttackMeasurement) -> Plot {
  let (task, plan, levels) = (measurement.task, measurement.plan, measurement.levels)
  let x = plan.isRatio ? "perturbation / |x|, \(plan.norm.rawValue)" : "eps, \(plan.norm.rawValue)"
  let subtitle = "\(task.dataset.name), \(counted(task.inputs.rows, "sample")), "
    + "\(counted(task.network.shape.hidden, "neuron")), \(plan.settings.method.rawValue)"
  func points(_ value: (AttackLevel) -> Double?) -> [Point] {
    levels.compactMap { level in value(level).map { Point(level.radius, $0) } }
  }
  func line(_ name: String, _ points: [Point]) -> Series? { points.isEmpty ? nil : .line(name, points) }
  if task.classes != nil {
    return Plot(
      title: "Accuracy under attack", subtitle: subtitle, x: Axis(x), y: Axis("share right", range: 0...1),
      series: [
        line("attacked", points(\.summary.attackedAccuracy)), line("certified", points(\.summary.certifiedAccuracy)),
      ].compactMap { $0 })
  }
  return Plot(
    title: "Error under attack", subtitle: subtitle, x: Axis(x), y: Axis("root mean square error"),
    series: [
      line("attacked", points { $0.meanSquareError?.squareRoot() }),
      line("upper bound", points { measurement.rootMeanSquareBound($0.summary) }),
    ].compactMap { $0 })
}
