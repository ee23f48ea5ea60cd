// swift-tools-version: 6.3
import PackageDescription

// Every setting has its reason beside it.
let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  // An unmarked unsafe operation does not build; scripts/check says where marked ones may stand.
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  // Arrows between layers are visible in the imports of each file.
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // `any` is written where it costs; errors on the path of a sample are typed.
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
]

// The targets that define views (non-escapable types over a buffer) need lifetime annotations.
let views: [SwiftSetting] = swift + [.enableExperimentalFeature("Lifetimes")]

let package = Package(
  name: "ullage",
  products: [
    .library(name: "SocketDiag", targets: ["Inet", "Kernel", "Netlink", "SocketDiag"]),
    .library(name: "Census", targets: ["Inet", "Kernel", "Netlink", "SocketDiag", "Census"]),
    .executable(name: "ullage", targets: ["ullage"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // CKernel: uapi structs, macros as functions, static asserts, calls Swift cannot spell.
    .target(name: "CKernel", cSettings: [.define("_GNU_SOURCE")]),
    // Kernel: owners of descriptors and threads, clocks, namespaces, errno as a type.
    .target(name: "Kernel", dependencies: ["CKernel"], swiftSettings: views),
    // CLibmnl: the system's minimalistic netlink library.
    .systemLibrary(
      name: "CLibmnl", pkgConfig: "libmnl", providers: [.apt(["libmnl-dev", "pkg-config"])]),
    // CNetlink: the C shim over libmnl.
    .target(name: "CNetlink", dependencies: ["CLibmnl"]),
    // Inet: addresses, prefixes, port sets and socket states as plain values. Pure.
    .target(name: "Inet", swiftSettings: views),
    // Netlink: requests out, messages in: a non-escapable cursor over one receive buffer.
    .target(
      name: "Netlink", dependencies: ["CKernel", "CNetlink", "Kernel"], swiftSettings: views),
    // SocketDiag: what to ask (query, states, filter), what comes back (a socket row, in place).
    .target(
      name: "SocketDiag", dependencies: ["CKernel", "Inet", "Kernel", "Netlink"],
      swiftSettings: views),
    // HostFacts: sysctls, SNMP and sockstat counters, the kernel's version, of one namespace.
    .target(name: "HostFacts", dependencies: ["Inet", "Kernel"], swiftSettings: views),
    // Census: the counting engine: rows in, integers out.
    .target(name: "Census", dependencies: ["Inet", "Netlink", "SocketDiag"], swiftSettings: views),
    // Pools: the port-space model and its words: capacity, headroom, cliff, verdict. Pure.
    .target(name: "Pools", dependencies: ["Inet"], swiftSettings: swift),
    // Frames: the fixed schema of what a sample publishes, and rolling aggregates over it. Pure.
    .target(name: "Frames", dependencies: ["Inet", "Kernel", "Pools"], swiftSettings: views),
    // Ring: slots of words in a file: one writer, any number of readers, no locks.
    .target(name: "Ring", dependencies: ["CKernel", "Kernel"], swiftSettings: swift),
    // FrameRing: frames, events and alarm memory in a ring file: publishing, and reading them again.
    .target(name: "FrameRing", dependencies: ["Frames", "Kernel", "Ring"], swiftSettings: views),
    // Collector: takes samples; the only place where asking the kernel and the model meet.
    .target(
      name: "Collector",
      dependencies: [
        "Census", "FrameRing", "Frames", "HostFacts", "Inet", "Kernel", "Netlink", "Pools", "Ring",
        "SocketDiag",
      ], swiftSettings: swift),
    // Rendering: documents of pools as table, JSON and CSV: bytes in memory, no I/O.
    .target(name: "Rendering", dependencies: ["Frames", "Inet", "Pools"], swiftSettings: swift),
    // ullage: the command-line tool.
    .executableTarget(
      name: "ullage",
      dependencies: [
        "Collector", "FrameRing", "Frames", "HostFacts", "Inet", "Kernel", "Netlink", "Pools",
        "Rendering", "Ring", "SocketDiag",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: swift),
    // CountDestinations: a runnable example over the libraries SocketDiag and Census.
    .executableTarget(
      name: "CountDestinations", dependencies: ["Census", "Inet", "Netlink", "SocketDiag"],
      swiftSettings: swift),

    // NetlinkTestKit: a fake kernel, one function from a request to datagrams, and what it says.
    .target(
      name: "NetlinkTestKit", dependencies: ["Inet", "Kernel", "Netlink"], swiftSettings: swift),
    // KernelTestKit: a network namespace of one's own, and sockets in every state, made for real.
    .target(
      name: "KernelTestKit", dependencies: ["CKernel", "Inet", "Kernel", "Netlink"],
      swiftSettings: swift),
    // FramesTestKit: frames of made-up hosts, and a source of frames in memory.
    .target(
      name: "FramesTestKit", dependencies: ["Frames", "Inet", "Pools", "PropertyTestKit"],
      swiftSettings: swift),
    // PropertyTestKit: seeded randomness and random values of the plain types.
    .target(name: "PropertyTestKit", dependencies: ["Inet"], swiftSettings: swift),
    // OutputTestKit: what a program writes, held against golden files and schemas; programs, run.
    .target(name: "OutputTestKit", dependencies: ["Kernel"], swiftSettings: swift),
    // CAllocationCounter: counts the calls of malloc of each thread, by standing before it.
    .target(name: "CAllocationCounter"),
    // ParseFuzz: the entry of the fuzzer, and what it puts behind the parser (scripts/fuzz).
    .target(
      name: "ParseFuzz",
      dependencies: ["Census", "Inet", "Netlink", "NetlinkTestKit", "SocketDiag"],
      path: "Tests/Fuzz/ParseFuzz", swiftSettings: swift),
    // InetTests: addresses, prefixes, port sets and states against oracles and naive models.
    .testTarget(
      name: "InetTests", dependencies: ["Inet", "PropertyTestKit"], swiftSettings: swift),
    // KernelTests: owners, files, clocks, errno, namespaces and threads.
    .testTarget(
      name: "KernelTests", dependencies: ["Inet", "Kernel", "KernelTestKit"], swiftSettings: swift),
    // NetlinkTests: frames good and bad, and conversations with a fake kernel.
    .testTarget(
      name: "NetlinkTests", dependencies: ["Kernel", "Netlink", "NetlinkTestKit"],
      swiftSettings: views),
    // SocketDiagTests: requests, rows, bytecode; against the fake kernel and the real one.
    .testTarget(
      name: "SocketDiagTests",
      dependencies: [
        "CAllocationCounter", "Inet", "Kernel", "KernelTestKit", "Netlink", "NetlinkTestKit",
        "PropertyTestKit", "SocketDiag",
      ],
      exclude: ["Captures"], swiftSettings: views),
    // CensusTests: every number of a census against a naive model, its limits and its allocations.
    .testTarget(
      name: "CensusTests",
      dependencies: [
        "CAllocationCounter", "Census", "Inet", "Netlink", "NetlinkTestKit", "PropertyTestKit",
        "SocketDiag",
      ], swiftSettings: views),
    // PoolsTests: capacity, headroom, cliff and verdict at their borders.
    .testTarget(
      name: "PoolsTests", dependencies: ["Inet", "Pools", "PropertyTestKit"], swiftSettings: swift),
    // FramesTests: every field through words and back, and aggregates against a naive recomputation.
    .testTarget(
      name: "FramesTests",
      dependencies: ["Frames", "FramesTestKit", "Inet", "Kernel", "Pools", "PropertyTestKit"],
      swiftSettings: swift),
    // FrameRingTests: what is published against what is read back, whatever happens to the file.
    .testTarget(
      name: "FrameRingTests",
      dependencies: [
        "FrameRing", "Frames", "FramesTestKit", "Inet", "Kernel", "Pools", "PropertyTestKit", "Ring",
      ], swiftSettings: swift),
    // RenderingTests: pages and documents against golden files and schemas.
    .testTarget(
      name: "RenderingTests",
      dependencies: ["Frames", "FramesTestKit", "Inet", "OutputTestKit", "Pools", "Rendering"],
      exclude: ["Golden", "Schemas"], swiftSettings: swift),
    // CLITests: the built program, run: help, arguments, messages, exit statuses.
    .testTarget(
      name: "CLITests",
      dependencies: ["Inet", "Kernel", "KernelTestKit", "OutputTestKit", "ullage"],
      exclude: ["Golden"], swiftSettings: swift),
    // ParseFuzzTests: the fuzzer's corpus without the fuzzer.
    .testTarget(
      name: "ParseFuzzTests", dependencies: ["Kernel", "ParseFuzz", "PropertyTestKit"],
      swiftSettings: swift),
    // CollectorTests: the whole way of a sample, against hosts that were made up.
    .testTarget(
      name: "CollectorTests",
      dependencies: [
        "Census", "Collector", "FrameRing", "Frames", "HostFacts", "Inet", "Kernel", "Netlink",
        "NetlinkTestKit", "Pools", "PropertyTestKit", "Ring",
      ], swiftSettings: swift),
    // SnapshotTests: samples of the real kernel against ss, a ledger, and what then really succeeds.
    .testTarget(
      name: "SnapshotTests",
      dependencies: [
        "Collector", "Inet", "Kernel", "KernelTestKit", "Netlink", "OutputTestKit", "Pools",
        "PropertyTestKit",
      ], swiftSettings: swift),
    // CollectTests: the collector over real namespaces, and `ullage collect` as a process.
    .testTarget(
      name: "CollectTests",
      dependencies: [
        "Collector", "FrameRing", "Frames", "HostFacts", "Inet", "Kernel", "KernelTestKit", "Netlink",
        "OutputTestKit", "Pools", "Ring", "ullage",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: swift),
  ]
)
