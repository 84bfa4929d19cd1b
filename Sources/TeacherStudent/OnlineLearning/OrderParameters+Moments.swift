import LinearAlgebra

/// The Gaussian expectations from which the equations of online learning are built, for z ~ N(0, C) and
/// g(z) = erf(z / sqrt 2). Indices count the student's units first, then the teacher's.
///
/// Source: Saad and Solla (1995), appendix; computed as described at ``TiltedCovariance``.
extension OrderParameters {
  /// I2(a, b) = E g(z_a) g(z_b) = 2/pi asin(C_ab / sqrt((1 + C_aa)(1 + C_bb))).
  public func i2(_ a: Int, _ b: Int) -> Double { tilted { $0.load($1) }.product(a, b) }

  /// J2(i, k) = E g'(z_i) g'(z_k) = 2/pi ((1 + C_ii)(1 + C_kk) - C_ik^2)^(-1/2).
  public func j2(_ i: Int, _ k: Int) -> Double { tilted { $0.load($1, i, k) }.weight }

  /// I3(i, b, c) = E g'(z_i) z_b g(z_c).
  public func i3(_ i: Int, _ b: Int, _ c: Int) -> Double {
    let tilted = tilted { $0.load($1, i) }
    return tilted.weight * tilted.moment(b, c)
  }

  /// I4(i, k, a, b) = E g'(z_i) g'(z_k) g(z_a) g(z_b).
  public func i4(_ i: Int, _ k: Int, _ a: Int, _ b: Int) -> Double {
    let tilted = tilted { $0.load($1, i, k) }
    return tilted.weight * tilted.product(a, b)
  }

  private func tilted(_ load: (inout TiltedCovariance, UnsafePointer<Double>) -> Void) -> TiltedCovariance {
    var tilted = TiltedCovariance(order: covariance.rows)
    covariance.elements.withUnsafeBufferPointer { load(&tilted, $0.baseAddress!) }
    return tilted
  }
}

extension OnlineLearning {
  /// The generalisation error of a student on labels without noise, 1/2 E (phi - y)^2:
  ///
  ///     eps_g = 1/pi sum_ab c_a c_b asin(C_ab / sqrt((1 + C_aa)(1 + C_bb))),   c = (v, -A)
  ///
  /// Error: about 1e-16 (sum |c|)^2, by cancellation, so errors below are noise and may be negative.
  ///
  /// - Complexity: O((K + M)^2).
  public func generalizationError(_ parameters: OrderParameters) -> Double {
    precondition(
      parameters.students == students && parameters.teachers == teachers,
      "overlaps of \(parameters.students) and \(parameters.teachers) units for \(students) and \(teachers)")
    var tilted = TiltedCovariance(order: students + teachers)
    parameters.covariance.elements.withUnsafeBufferPointer { tilted.load($0.baseAddress!) }
    return signedOutputs.withUnsafeBufferPointer { tilted.squaredSum($0.baseAddress!) } / 2
  }
}
