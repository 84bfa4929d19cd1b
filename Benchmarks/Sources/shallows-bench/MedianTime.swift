/// The median time of one call of `body` in nanoseconds, over `samples` batches of `batch` calls each after one batch
/// of warming up.
///
/// The median, because other work on the machine only ever adds time and a minimum rewards a lucky clock.
func medianNanoseconds(samples: Int = 41, batch: Int, _ body: () -> Void) -> Double {
  let clock = ContinuousClock()
  func measure() -> Double {
    let elapsed = clock.measure { for _ in 0..<batch { body() } }.components
    return (Double(elapsed.seconds) * 1e9 + Double(elapsed.attoseconds) * 1e-9) / Double(batch)
  }
  _ = measure()
  let times = (0..<samples).map { _ in measure() }.sorted()
  return times[samples / 2]
}
