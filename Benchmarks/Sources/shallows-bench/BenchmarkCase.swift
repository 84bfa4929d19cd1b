import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A piece of work to be timed.
struct BenchmarkCase {
  /// Unique within its suite; where peers do the same work they use the same name.
  var name: String
  /// How many units of work one call of `body` does; times are reported for one unit.
  var units: Double = 1
  /// What has to be put right before each call, outside the measured time.
  var setUp: () -> Void = {}
  var body: () -> Void
  /// Numbers that the last call left behind, to see that all parties did the same work.
  var figures: () -> [String: Double] = { [:] }
  /// The owner of memory that the closures reach by pointer.
  var memory: AnyObject? = nil

  /// Calls the body for about `seconds` and at least `least` times unless that takes four times as long, after one call
  /// that is not timed.
  func measure(seconds: Double, least: Int = 3) -> BenchmarkTimes {
    setUp()
    body()
    var times = BenchmarkTimes()
    let start = now(CLOCK_MONOTONIC)
    func isWithin(_ limit: Double) -> Bool { now(CLOCK_MONOTONIC) - start < limit }
    while isWithin(seconds) || (times.wall.count < least && isWithin(4 * seconds)) || times.wall.isEmpty {
      setUp()
      let (wall, processor) = (now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID))
      body()
      times.cpu.append((now(CLOCK_PROCESS_CPUTIME_ID) - processor) / units)
      times.wall.append((now(CLOCK_MONOTONIC) - wall) / units)
    }
    times.figures = figures()
    return times
  }
}

/// Seconds a unit of work, one entry a call.
///
/// `cpu` is the processor time of all threads of the process: on a machine that others use it says more than the wall
/// time, which includes the waiting for a processor.
struct BenchmarkTimes: Encodable {
  var wall: [Double] = []
  var cpu: [Double] = []
  var figures: [String: Double] = [:]
}

func now(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
