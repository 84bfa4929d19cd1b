/// The element types of NPY arrays that are read.
public struct NPYType: Equatable, Sendable {
  /// What the elements are.
  public enum Kind: Character, Sendable {
    case bool = "b"
    case signed = "i"
    case unsigned = "u"
    case float = "f"
    /// Text as code points of four bytes each.
    case unicode = "U"
    /// Text as bytes.
    case bytes = "S"
  }

  public let kind: Kind
  /// Bytes of one element.
  public let width: Int
  public let bigEndian: Bool

  public init(_ kind: Kind, width: Int, bigEndian: Bool = false) {
    self.kind = kind
    self.width = width
    self.bigEndian = bigEndian
  }

  public static let double = NPYType(.float, width: 8)
  public static let float = NPYType(.float, width: 4)
  public static let int64 = NPYType(.signed, width: 8)
  public static let int32 = NPYType(.signed, width: 4)
  public static let uint8 = NPYType(.unsigned, width: 1)
  public static let bool = NPYType(.bool, width: 1)

  /// Whether the elements are whole numbers.
  public var isInteger: Bool { kind == .signed || kind == .unsigned }

  /// Whether the elements are text.
  public var isText: Bool { kind == .unicode || kind == .bytes }

  /// Reads NumPy's notation, such as "<f8", "|u1" or ">U12"; nil for any type that is not read.
  init?(descriptor: String) {
    var rest = descriptor[...]
    var order: Character = "="
    if let first = rest.first, "<>|=".contains(first) {
      order = first
      rest.removeFirst()
    }
    guard let letter = rest.popFirst(), let kind = Kind(rawValue: letter), !rest.isEmpty, rest.count <= 9,
      rest.utf8.allSatisfy({ (48...57).contains($0) }), let size = Int(rest)
    else { return nil }
    let allowed: [Int]
    switch kind {
    case .bool: allowed = [1]
    case .signed, .unsigned: allowed = [1, 2, 4, 8]
    case .float: allowed = [2, 4, 8]
    case .unicode, .bytes: allowed = [size]
    }
    guard allowed.contains(size) else { return nil }
    self.init(kind, width: kind == .unicode ? 4 * size : size, bigEndian: order == ">")
  }

  /// NumPy's notation of this type.
  var descriptor: String {
    let order = width == 1 || kind == .bytes ? "|" : bigEndian ? ">" : "<"
    return "\(order)\(kind.rawValue)\(kind == .unicode ? width / 4 : width)"
  }
}
