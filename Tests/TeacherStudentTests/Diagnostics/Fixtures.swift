import LinearAlgebra
import Networks
import Randomness
import TeacherStudent

/// r teachers in R^d: the columns of a random orthogonal matrix, mixed a little so that they are not orthogonal.
func mixedTeacher(_ r: Int, _ d: Int, unit: CommitteeUnit = .abs, seed: UInt64 = 1) -> Teacher {
  var random = RandomStream(seed: seed)
  let q = random.orthogonal(d, Double.self)
  let noise = random.normals(r * d, scale: 0.1)
  return Teacher(
    unit: unit, weights: Matrix(rows: r, columns: d) { (1 + 0.3 * Double($0)) * (q[$0, $1] + noise[$0 * d + $1]) })
}

/// m students, every r-th near teacher i: its direction plus noise of the given size, with random signs, and such norms
/// that the students of a teacher add up to it to first order.
func nearStudent(_ teacher: Teacher, _ m: Int, noise: Double, seed: UInt64 = 2) -> Matrix<Double> {
  var random = RandomStream(seed: seed)
  let (r, d) = (teacher.count, teacher.dimension)
  let norms = (0..<r).map { Double.norm2(d, Array(teacher.weights.row($0))) }
  let z: [Double] = random.normals(m * d)
  let signs = (0..<m).map { _ in random.uniform() < 0.5 ? -1.0 : 1.0 }
  return Matrix(rows: m, columns: d) { j, l in
    let i = j % r
    let sharing = Double((m - i + r - 1) / r)
    let scale = teacher.unit == .abs ? (norms[i] / sharing).squareRoot() : norms[i] / sharing
    let sign = teacher.unit == .abs ? signs[j] : 1
    return sign * scale * (teacher.weights[i, l] / norms[i] + noise * z[j * d + l])
  }
}

/// f(x) of units with effective weights `u`, for `abs`.
func output(_ u: Matrix<Double>, _ x: [Double]) -> Double {
  (0..<u.rows).reduce(0) { $0 + abs(Double.dot(x.count, Array(u.row($1)), x)) }
}

/// The mean of f over `count` standard normal vectors, and its standard error.
func monteCarlo(_ count: Int, dimension d: Int, seed: UInt64 = 7, _ f: ([Double]) -> Double) -> (
  mean: Double, error: Double
) {
  var random = RandomStream(seed: seed)
  var (sum, squares) = (0.0, 0.0)
  for _ in 0..<count {
    let y = f(random.normals(d))
    sum += y
    squares += y * y
  }
  let mean = sum / Double(count)
  return (mean, ((squares / Double(count) - mean * mean) / Double(count)).squareRoot())
}

/// Gradient descent on the population loss, recorded at about 30 points a decade.
func descend(
  _ teacher: Teacher, from start: Matrix<Double>, step: Double, iterations: Int
) -> (student: Matrix<Double>, curve: [CurvePoint]) {
  let loss = PopulationLoss(unit: teacher.unit, teacher: teacher.weights, width: start.rows)
  let workspace = loss.makeWorkspace()
  var w = start.elements
  var gradient = [Double](repeating: 0, count: w.count)
  var curve: [CurvePoint] = []
  var next = 0.0
  for t in 0...iterations {
    let value = loss.valueAndGradient(at: w, gradient: &gradient, workspace: workspace)
    if Double(t) >= next || t == iterations {
      let norm = Double.norm2(w.count, gradient)
      curve.append(CurvePoint(iteration: t, time: Double(t) * step, loss: value, gradientNorm: norm))
      next = max(Double(t + 1), Double(t) * 1.08)
    }
    if t < iterations { for p in w.indices { w[p] -= step * gradient[p] } }
  }
  return (Matrix(rows: start.rows, columns: start.columns, elements: w), curve)
}
