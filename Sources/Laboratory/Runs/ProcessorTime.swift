#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The processor time that the calling thread has used, in seconds: what a run costs, however busy the machine is.
func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}
