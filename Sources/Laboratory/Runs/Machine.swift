import Foundation
import LinearAlgebra

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The machine that this program runs on.
public struct Machine: Codable, Sendable, Hashable {
  public let host: String
  public let system: String
  public let processor: String
  public let cores: Int
  public let threads: Int
  public let memoryBytes: UInt64

  public static var current: Machine {
    Machine(
      host: host, system: ProcessInfo.processInfo.operatingSystemVersionString, processor: processor,
      cores: ProcessInfo.processInfo.activeProcessorCount, threads: Parallel.threads,
      memoryBytes: ProcessInfo.processInfo.physicalMemory)
  }

  static let host = ProcessInfo.processInfo.hostName
  static var process: Int32 { ProcessInfo.processInfo.processIdentifier }

  private static var processor: String {
    #if canImport(Darwin)
      var size = 0
      sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0)
      var bytes = [UInt8](repeating: 0, count: size)
      sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0)
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    #else
      let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
      let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
      return model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    #endif
  }
}
