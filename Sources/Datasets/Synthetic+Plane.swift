import Foundation
import LinearAlgebra
import Randomness

/// Classes in the plane, to see what a network does. Sample i belongs to class i mod k, so that any beginning of the
/// data is balanced; each coordinate gets normal noise of the given standard deviation.
extension Synthetic {
  /// Two half circles of radius 1 that reach into each other.
  ///
  ///     class 0: (cos t, sin t)      class 1: (1 - cos t, 1/2 - sin t)      t uniform in [0, pi)
  public static func twoMoons(samples: Int, noise: Double = 0.1, stream: RandomStream) -> Dataset {
    plane("two moons", samples, 2, noise, stream) { label, u in
      let t = .pi * u
      return label == 0 ? (cos(t), sin(t)) : (1 - cos(t), 0.5 - sin(t))
    }
  }

  /// Concentric circles of radius 1, 2, ..., `classes`.
  public static func rings(samples: Int, classes: Int = 2, noise: Double = 0.1, stream: RandomStream) -> Dataset {
    plane("rings", samples, classes, noise, stream) { label, u in
      let (radius, t) = (Double(label + 1), 2 * .pi * u)
      return (radius * cos(t), radius * sin(t))
    }
  }

  /// Arms of a spiral around the origin, one for each class, turned against each other by equal angles.
  ///
  ///     r uniform in [0, 1),      angle = 2 pi (turns r + c / classes)
  public static func spirals(samples: Int, classes: Int = 2, turns: Double = 1.5, noise: Double = 0.02,
    stream: RandomStream) -> Dataset {
    plane("spirals", samples, classes, noise, stream) { label, r in
      let t = 2 * Double.pi * (turns * r + Double(label) / Double(classes))
      return (r * cos(t), r * sin(t))
    }
  }

  /// - Precondition: at least one sample and one class, and noise of at least 0.
  private static func plane(_ name: String, _ samples: Int, _ classes: Int, _ noise: Double, _ stream: RandomStream,
    _ point: (Int, Double) -> (Double, Double)) -> Dataset {
    precondition(samples >= 1 && classes >= 1, "a data set needs at least one sample and one class")
    precondition(noise >= 0, "noise is a standard deviation")
    var (place, noisy) = (stream.split(0), stream.split(2))
    var inputs = Matrix<Double>(rows: samples, columns: 2)
    let labels = (0..<samples).map { $0 % classes }
    for i in 0..<samples {
      let (x, y) = point(labels[i], place.uniform())
      inputs[i, 0] = x + noise * noisy.normal()
      inputs[i, 1] = y + noise * noisy.normal()
    }
    return Dataset(name: name, inputs: inputs, inputNames: ["x", "y"],
      target: .labels(labels, classes: (0..<classes).map(String.init)), source: "\(name), generated")
  }
}
