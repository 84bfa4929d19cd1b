import Foundation
import LinearAlgebra
import Randomness

/// Data sets drawn at random.
///
/// Inputs come from child 0 of the stream, labels from child 1 and noise from child 2: one seed gives the same inputs
/// whatever the labels, and the first samples do not depend on how many follow.
public enum Synthetic {
  /// What the targets of Gaussian inputs are.
  public enum Labels: Equatable, Sendable {
    /// One of `classes` classes, uniform and independent of the inputs; two classes are "-1" and "1".
    case random(classes: Int)
    /// A normal number independent of the inputs: real labels to be memorised.
    case normal
    /// y = u.x + noise z with a unit vector u and normal z.
    case linear(noise: Double)
    /// y = m^(-1/2) sum_j v_j tanh(w_j.x) + noise z with w_j ~ N(0, I/d) and v_j = +-1 in turn: a two-layer teacher
    /// of m neurons.
    case teacher(width: Int, noise: Double)

    /// Random +-1.
    public static var signs: Labels { .random(classes: 2) }
  }

  /// Independent standard normal inputs, x_ij ~ N(0, 1).
  ///
  /// ```swift
  /// let data = Synthetic.gaussian(samples: 60, inputs: 6, labels: .signs, stream: RandomStream(seed: 1))
  /// ```
  /// - Complexity: O(n d), with a teacher of m neurons O(n d m).
  /// - Precondition: sizes are at least 1, the noise at least 0.
  public static func gaussian(samples: Int, inputs: Int, labels: Labels = .signs, stream: RandomStream) -> Dataset {
    precondition(samples >= 1 && inputs >= 1, "a data set needs at least one sample and one input")
    var draw = stream.split(0)
    let x: Matrix<Double> = draw.normalMatrix(rows: samples, columns: inputs)
    let source = "Gaussian inputs, generated"
    let dataset = Dataset(name: "gaussian", inputs: x, source: source)
    var (own, noisy) = (stream.split(1), stream.split(2))
    func values(noise: Double, _ clean: (ArraySlice<Double>) -> Double) -> Dataset {
      precondition(noise >= 0, "noise is a standard deviation")
      let y = Matrix<Double>(rows: samples, columns: 1) { i, _ in clean(x.row(i)) + noise * noisy.normal() }
      return dataset.replacingTarget(.values(y, names: ["y"]))
    }
    switch labels {
    case .random(let classes):
      return dataset.withRandomLabels(classes: classes, stream: own)
    case .normal:
      return dataset.replacingTarget(.values(own.normalMatrix(rows: samples, columns: 1), names: ["y"]))
    case .linear(let noise):
      let direction: [Double] = own.sphere(dimension: inputs)
      return values(noise: noise) { dot($0, direction) }
    case .teacher(let width, let noise):
      precondition(width >= 1, "a teacher has at least one neuron")
      let w: Matrix<Double> = own.normalMatrix(rows: width, columns: inputs, scale: 1 / Double(inputs).squareRoot())
      let scale = 1 / Double(width).squareRoot()
      return values(noise: noise) { x in
        (0..<width).reduce(0) { $0 + ($1 % 2 == 0 ? scale : -scale) * tanh(dot(x, w.row($1))) }
      }
    }
  }

  private static func dot(_ a: ArraySlice<Double>, _ b: some Sequence<Double>) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
