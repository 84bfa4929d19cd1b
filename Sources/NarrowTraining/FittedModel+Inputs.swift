import Datasets
import LinearAlgebra
import Networks

extension FittedModel {
  /// The network as a function of inputs in other coordinates u: standardisation and change of coordinates are folded
  /// into its weights.
  ///
  ///     x_j = shift_j + scale_j u_j,   z_j = (x_j - mean_j) / s_j,
  ///     W'_ij = W_ij scale_j / s_j,    b'_i = b_i + sum_j W_ij (shift_j - mean_j) / s_j
  ///
  /// Columns with s_j = 0, constant when the model was fitted, have no effect. The network gains a bias unless none is
  /// needed. In the model's own coordinates (shift = means, scale = scales) the weights keep their bits.
  ///
  /// ```swift
  /// let network = model.network(onInputs: pixels.map { _ in 0 }, scale: pixels.map { _ in 255 })   // u in 0...1
  /// ```
  ///
  /// - Parameters:
  ///   - shift: d numbers, where u = 0 lies in the units of the data.
  ///   - scale: d numbers, the units of u.
  /// - Precondition: as many shifts and scales as inputs.
  /// - Complexity: O(m d).
  public func network(onInputs shift: [Double], scale: [Double]) -> TwoLayerNetwork<Double> {
    let (old, d) = (network.shape, network.shape.inputs)
    precondition(shift.count == d && scale.count == d, "\(shift.count) shifts and \(scale.count) scales of \(d) inputs")
    let means = standardization.means, units = standardization.scales
    let factors = (0..<d).map { units[$0] == 0 ? 0 : scale[$0] / units[$0] }
    let offsets = (0..<d).map { units[$0] == 0 ? 0 : (shift[$0] - means[$0]) / units[$0] }
    let shape = TwoLayerShape(
      inputs: d, hidden: old.hidden, outputs: old.outputs, bias: old.bias || offsets.contains { $0 != 0 })
    var parameters: [Double] = []
    parameters.reserveCapacity(shape.parameterCount)
    let weights = network.hiddenWeights
    for i in 0..<old.hidden {
      let row = weights.row(i)
      let first = row.startIndex
      var bias = old.bias ? row[first + d] : 0
      for j in 0..<d {
        parameters.append(row[first + j] * factors[j])
        bias += row[first + j] * offsets[j]
      }
      if shape.bias { parameters.append(bias) }
    }
    parameters.append(contentsOf: network.parameters[old.outputRange])
    return TwoLayerNetwork(shape: shape, activation: network.activation, parameters: parameters)
  }
}
