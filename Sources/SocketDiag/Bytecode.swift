internal import Inet
internal import Netlink

/// A filter compiled for the kernel: inet_diag bytecode (INET_DIAG_REQ_BYTECODE).
///
///     0      1     2        4
///     ┌──────┬─────┬────────┬──────────────┐
///     │ code │ yes │ no     │ operands …   │   `yes` and `no` are byte distances from the op's start
///     └──────┴─────┴────────┴──────────────┘
///
/// Landing exactly on the end accepts the socket, anywhere past it rejects. Every piece compiled here
/// keeps one convention: *true* falls off its end, *false* jumps to its end + 4. So
///
///     a and b   a's false jumps are moved to the end of both, + 4
///     a or b    a · JMP over b · b        a false lands behind the JMP, on b
///     not a     a · JMP past the end      a false lands exactly on the end
///
/// Source: net/ipv4/inet_diag.c, inet_diag_bc_run() and inet_diag_bc_audit().
public struct Bytecode: Hashable, Sendable {
  /// The program; host byte order.
  public let bytes: [UInt8]
  /// Whether the program decides the filter entirely. If not, it lets through every socket that
  /// matches and some that do not, and user space must look again.
  public let isExact: Bool

  /// Compiles `filter`; nil when the kernel can rule nothing out (or the program would be too long
  /// for the 16-bit jumps).
  public init?(_ filter: SocketFilter) {
    guard let code = Self.compile(Self.normalised(filter, negated: false)),
      !code.bytes.isEmpty, code.bytes.count <= 32_000
    else { return nil }
    bytes = code.bytes
    isExact = !filter.mentionsStates
  }
}

extension SocketFilter {
  /// Whether a state is asked for anywhere, which bytecode cannot express.
  var mentionsStates: Bool {
    switch self {
    case .states: true
    case .and(let left, let right), .or(let left, let right):
      left.mentionsStates || right.mentionsStates
    case .not(let inner): inner.mentionsStates
    case .all, .source, .destination, .sourcePort, .destinationPort: false
    }
  }
}

extension Bytecode {
  /// A filter with its negations at the leaves and states replaced by "perhaps".
  private indirect enum Term {
    case perhaps
    case never
    case leaf(SocketFilter)
    case notLeaf(SocketFilter)
    case and(Term, Term)
    case or(Term, Term)
  }

  private static func normalised(_ filter: SocketFilter, negated: Bool) -> Term {
    switch filter {
    case .all: negated ? .never : .perhaps
    case .states: .perhaps
    case .not(let inner): normalised(inner, negated: !negated)
    case .and(let left, let right):
      negated
        ? .or(normalised(left, negated: true), normalised(right, negated: true))
        : .and(normalised(left, negated: false), normalised(right, negated: false))
    case .or(let left, let right):
      negated
        ? .and(normalised(left, negated: true), normalised(right, negated: true))
        : .or(normalised(left, negated: false), normalised(right, negated: false))
    case .source, .destination, .sourcePort, .destinationPort:
      negated ? .notLeaf(filter) : .leaf(filter)
    }
  }

  /// The program of a term; nil for "every socket may match".
  private static func compile(_ term: Term) -> Program? {
    switch term {
    case .perhaps: nil
    case .never: .reject
    case .leaf(let leaf): program(leaf)
    case .notLeaf(let leaf): program(leaf).map { .not($0) }
    case .and(let left, let right):
      switch (compile(left), compile(right)) {
      case (nil, let only), (let only, nil): only
      case (let left?, let right?): .and(left, right)
      }
    case .or(let left, let right):
      if let left = compile(left), let right = compile(right) { .or(left, right) } else { nil }
    }
  }

  private static func program(_ leaf: SocketFilter) -> Program? {
    switch leaf {
    case .source(let prefix): address(.sourceCondition, prefix)
    case .destination(let prefix): address(.destinationCondition, prefix)
    case .sourcePort(let range): ports(.sourceAtLeast, .sourceAtMost, range)
    case .destinationPort(let range): ports(.destinationAtLeast, .destinationAtMost, range)
    case .all, .states, .and, .or, .not: nil
    }
  }

  private static func ports(
    _ atLeast: Program.Operation, _ atMost: Program.Operation, _ range: PortRange
  ) -> Program {
    .and(.port(atLeast, range.low), .port(atMost, range.high))
  }

  /// An IPv4 condition matches mapped sockets too. An IPv6 condition compares the raw 128 bits, so
  /// one that covers ::ffff:0:0/96 would match mapped sockets, which are IPv4 to us: exclude them.
  private static func address(_ operation: Program.Operation, _ prefix: AddressPrefix) -> Program {
    let condition = Program.host(operation, prefix)
    let mapped = IPAddress(high: 0, low: 0x0000_ffff_0000_0000)
    guard !prefix.address.isIPv4, prefix.length <= 96,
      prefix.address.high == 0,
      prefix.length <= 64
        || prefix.address.low == mapped.low & (.max << UInt64(128 - prefix.length))
    else { return condition }
    return .and(condition, .not(.host(operation, AddressPrefix(.ipv4))))
  }
}
