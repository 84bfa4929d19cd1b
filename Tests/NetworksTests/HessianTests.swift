import Networks
import Randomness
import Testing

@Suite struct HessianTests {
  @Test(arguments: Activation.allCases, Loss.allCases) func matchesDifferencesOfTheGradient(
    activation: Activation, loss: Loss
  ) {
    for k in 1...3 {
      for trainable in [Trainable.all, .hidden, .output] {
        let problem = Problem<Double>(k: k, activation: activation, loss: loss, trainable: trainable)
        let u: [Double] = { var r = RandomStream(seed: 3); return r.normals(problem.parameters.count) }()
        let direction = u.indices.map { problem.frozen.contains($0) ? 0 : u[$0] }
        let differences = centralDifferences([0]) { t in
          problem.valueAndGradient(zip(problem.parameters, direction).map { $0 + t[0] * $1 }).1
        }[0]
        let product = problem.hessianProduct(u)
        // Along a direction of length about 5 the third derivatives count 25 times.
        #expect(distance(product, differences) < 25 * differencesTolerance, "k = \(k), \(trainable.rawValue)")
        #expect(problem.frozen.allSatisfy { product[$0] == 0 })
      }
    }
  }

  @Test(arguments: Loss.allCases) func isSymmetric(loss: Loss) {
    let problem = Problem<Double>(n: 1500, d: 30, m: 10, k: 3, loss: loss)
    var random = RandomStream(seed: 4)
    let a: [Double] = random.normals(problem.parameters.count)
    let b: [Double] = random.normals(problem.parameters.count)
    let left = zip(problem.hessianProduct(a), b).reduce(0) { $0 + $1.0 * $1.1 }
    let right = zip(problem.hessianProduct(b), a).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(left - right) < 1e-12 * max(1, abs(left)))
  }
}
