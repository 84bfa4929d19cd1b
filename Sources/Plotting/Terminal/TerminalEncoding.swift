#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What a terminal, or the file that stands in for it, can show.
public enum TerminalEncoding: Hashable, Sendable {
  case utf8
  case ascii

  /// UTF-8 when the first of LC_ALL, LC_CTYPE and LANG that is set names it, and TERM is not `dumb`.
  public static func detect(_ variable: (String) -> String? = environmentVariable) -> TerminalEncoding {
    if variable("TERM") == "dumb" { return .ascii }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap(variable).first { !$0.isEmpty } ?? ""
    let folded = locale.lowercased().filter { $0 != "-" }
    return folded.contains("utf8") ? .utf8 : .ascii
  }
}

/// Properties of the stream that output goes to.
public enum Terminal {
  /// Whether the descriptor (1 for standard output, 2 for standard error) is a terminal.
  public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Whether to colour text there: on a terminal that is not `dumb`, unless NO_COLOR is set and not empty.
  public static func usesColor(_ descriptor: Int32, _ variable: (String) -> String? = environmentVariable) -> Bool {
    isTerminal(descriptor) && (variable("NO_COLOR") ?? "").isEmpty && variable("TERM") != "dumb"
  }

  /// Columns of the terminal, else of COLUMNS, else `fallback`.
  public static func width(_ descriptor: Int32 = 1, fallback: Int = 80) -> Int {
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    if let columns = environmentVariable("COLUMNS").flatMap({ Int($0) }), columns > 0 { return columns }
    return fallback
  }

  /// `text` without control characters, which could move the cursor or change colours.
  public static func printable(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control
      out.unicodeScalars.append(isControl ? " " : scalar)
    }
    return out
  }

  /// `text` in ASCII, other characters as `?`; common typographic ones have stand-ins.
  static func ascii(_ text: String) -> String {
    let standIns: [Character: String] = [
      "✓": "+", "✗": "x", "–": "-", "—": "-", "−": "-", "×": "x", "≤": "<=", "≥": ">=", "…": "...", "·": "*",
      "σ": "sigma", "λ": "lambda", "ε": "eps", "θ": "theta", "κ": "kappa", "ζ": "zeta", "‖": "|",
    ]
    return text.map { $0.isASCII ? String($0) : standIns[$0] ?? "?" }.joined()
  }
}

/// The value of an environment variable; `nil` when it is not set.
public func environmentVariable(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}
