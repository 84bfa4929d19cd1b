/// Finds the multiplier mu > 0 at which a damped step has exactly the length of a ball's radius.
///
/// The length phi(mu) falls as mu grows, and g(mu) = 1/phi(mu) - 1/radius is nearly linear in mu (Moré and Sorensen's
/// observation for trust regions), so the secant rule on g converges in a few trials. A bracket guards it.
///
/// Usage: while `next` gives a multiplier, measure the length there and `record` it.
struct MultiplierSearch {
  private let radius: Double
  private var low: (mu: Double, g: Double)
  private var high: (mu: Double, g: Double)?
  private var trial: Double
  private var trials = 0
  private var done = false

  /// Relative error of the length at which the search ends: the projection that follows corrects the rest.
  private let tolerance = 1e-12
  private let limit = 60

  /// - Parameter outside: the length at mu = 0, more than `radius`.
  init(radius: Double, outside: Double, first: Double) {
    self.radius = radius
    low = (0, 1 / outside - 1 / radius)
    trial = first
  }

  /// The multiplier to try next; `nil` once the last recorded one will do.
  var next: Double? { done ? nil : trial }

  mutating func record(length: Double) {
    trials += 1
    let g = 1 / length - 1 / radius
    if abs(g) * radius <= tolerance || trials >= limit {
      done = true
      return
    }
    if g < 0 { low = (trial, g) } else { high = (trial, g) }
    guard let high else {
      trial *= 8
      return
    }
    let secant = low.mu - low.g * (high.mu - low.mu) / (high.g - low.g)
    // Every fourth trial halves the bracket, should the secant creep along one side.
    let next = trials % 4 == 0 ? (low.mu + high.mu) / 2 : secant
    done = next <= low.mu || next >= high.mu
    if !done { trial = next }
  }
}
