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
    .library(name: "Ring", targets: ["Kernel", "Ring"]),
    .library(name: "HostFacts", targets: ["Inet", "Kernel", "HostFacts"]),
    // Ullage: for a load test: ask before connecting (import Headroom), record the run (import Recording).
    .library(
      name: "Ullage",
      targets: [
        "Collector", "Frames", "Headroom", "Inet", "Kernel", "Pools", "Recording", "Ring",
        "Verdicts",
      ]),
    // Headroom: its reading half, for programs that only ask: without netlink.
    .library(name: "Headroom", targets: ["Frames", "Headroom", "Inet", "Kernel", "Pools", "Ring"]),
    .library(name: "Metrics", targets: ["Inet", "Kernel", "Pools", "Frames", "Metrics"]),
    .executable(name: "ullage", targets: ["ullage"]),
    .executable(name: "ullage-exporter", targets: ["ullage-exporter"]),
    .executable(name: "ullage-fleet", targets: ["ullage-fleet"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    // ullage-fleet and ullage-exporter alone: HTTP and TLS.
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
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
    // Owners: cgroup, process and user of a socket; memory of cookies for TIME_WAIT.
    .target(name: "Owners", dependencies: ["Inet", "Kernel"], swiftSettings: views),
    // Probe: what the next connect() would get, asked of the kernel itself without a packet.
    .target(name: "Probe", dependencies: ["HostFacts", "Inet", "Kernel"], swiftSettings: swift),
    // Census: the counting engine: rows in, integers out.
    .target(
      name: "Census", dependencies: ["Inet", "Kernel", "Netlink", "Owners", "SocketDiag"],
      swiftSettings: views),
    // Pools: the port-space model and its words: capacity, headroom, cliff, verdict. Pure.
    .target(name: "Pools", dependencies: ["Inet"], swiftSettings: swift),
    // Frames: the fixed schema of what a sample publishes, and rolling aggregates over it. Pure.
    .target(name: "Frames", dependencies: ["Inet", "Kernel", "Pools"], swiftSettings: views),
    // Ring: slots of words in a file: one writer, any number of readers, no locks.
    .target(name: "Ring", dependencies: ["CKernel", "Kernel"], swiftSettings: swift),
    // FrameRing: frames, events and alarm memory in a ring file: publishing, and reading them again.
    .target(name: "FrameRing", dependencies: ["Frames", "Kernel", "Ring"], swiftSettings: views),
    // Headroom: how many more connects a destination has, asked of a ring before each of them.
    .target(
      name: "Headroom", dependencies: ["FrameRing", "Frames", "Inet", "Kernel", "Pools", "Ring"],
      swiftSettings: swift),
    // Alarms: rules over frames, and their state. Pure.
    .target(
      name: "Alarms", dependencies: ["Frames", "Inet", "Kernel", "Pools"], swiftSettings: swift),
    // Collector: takes samples; the only place where asking the kernel and the model meet.
    .target(
      name: "Collector",
      dependencies: [
        "Alarms", "Census", "FrameRing", "Frames", "HostFacts", "Inet", "Kernel", "Netlink",
        "Owners", "Pools", "Probe", "Ring", "SocketDiag",
      ], swiftSettings: swift),
    // Verdicts: what a recorded run says: were source ports its limit, what would have sufficed. Pure.
    .target(
      name: "Verdicts", dependencies: ["Frames", "Inet", "Kernel", "Pools"], swiftSettings: swift),
    // Recording: a run recorded from its start to its verdict, on a thread beside it.
    .target(
      name: "Recording",
      dependencies: [
        "Alarms", "Collector", "FrameRing", "Frames", "Headroom", "Inet", "Kernel", "Netlink",
        "Ring", "Verdicts",
      ], swiftSettings: swift),
    // Metrics: metrics of frames as Prometheus takes them: families, bounded series, two formats. Pure.
    .target(
      name: "Metrics", dependencies: ["Frames", "Inet", "Kernel", "Pools"], swiftSettings: swift),
    // Fleet: what a monitoring server knows of many hosts: what to ask it, and what the answers say. Pure.
    .target(name: "Fleet", dependencies: ["Pools"], swiftSettings: swift),
    // Rendering: documents of pools as table, JSON and CSV: bytes in memory, no I/O.
    .target(
      name: "Rendering",
      dependencies: [
        "Alarms", "Fleet", "FrameRing", "Frames", "Inet", "Kernel", "Metrics", "Owners", "Pools",
        "Ring", "Verdicts",
      ],
      swiftSettings: swift),
    // Settings: what the collector goes by: command line over environment over file over defaults.
    .target(
      name: "Settings", dependencies: ["Alarms", "Frames", "Kernel", "Pools"],
      swiftSettings: swift),
    // Journal: log lines on standard error, as the journal or people read them.
    .target(
      name: "Journal",
      dependencies: [
        "Kernel", "Rendering", "Settings", .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: swift),
    // Delivery: events of a ring handed to a command, in order, each once: queue, retries, cursor.
    .target(name: "Delivery", dependencies: ["Frames", "Kernel"], swiftSettings: swift),
    // Live: the full-screen view: the terminal, keys and frames meet here.
    .target(
      name: "Live", dependencies: ["Frames", "Kernel", "Rendering"], swiftSettings: swift),
    // Console: how a command talks: styles of the terminal, failures in words, how it ends.
    .target(
      name: "Console",
      dependencies: [
        "Kernel", "Pools", "Rendering",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: swift),
    // ullage: the command-line tool.
    .executableTarget(
      name: "ullage",
      dependencies: [
        "Alarms", "Collector", "Console", "Delivery", "FrameRing", "Frames", "HostFacts", "Inet",
        "Journal", "Kernel", "Live", "Netlink", "Owners", "Pools", "Probe", "Recording",
        "Rendering", "Ring", "Settings", "SocketDiag", "Verdicts",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: swift),
    // CLibyaml, CLibcrypt, CZlib: the system's libraries for YAML, password hashes and compression.
    .systemLibrary(
      name: "CLibyaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev", "pkg-config"])]),
    .systemLibrary(
      name: "CLibcrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev", "pkg-config"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev", "pkg-config"])]),
    // YAML: a document as a tree of nodes that know their lines.
    .target(name: "YAML", dependencies: ["CLibyaml"], swiftSettings: swift),
    // Passwords: bcrypt hashes, and whether a password is that of one.
    .target(name: "Passwords", dependencies: ["CLibcrypt"], swiftSettings: swift),
    // Gzip: bytes, compressed for a client that takes them so.
    .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: swift),
    // WebConfiguration: who may ask, and how it is encrypted: the file format of Prometheus' exporters.
    .target(
      name: "WebConfiguration", dependencies: ["Kernel", "Passwords", "YAML"],
      swiftSettings: swift),
    // Exporter: rings on the network: metrics, documents, events and a page over HTTP.
    .target(
      name: "Exporter",
      dependencies: [
        "FrameRing", "Frames", "Gzip", "Inet", "Kernel", "Metrics", "Passwords", "Pools",
        "Rendering", "Ring", "WebConfiguration",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], swiftSettings: swift),
    // ullage-exporter: the program that serves rings; no privilege, no netlink.
    .executableTarget(
      name: "ullage-exporter",
      dependencies: [
        "Console", "Exporter", "Journal", "Kernel", "Metrics", "Rendering", "Settings",
        "WebConfiguration",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: swift),
    // WebClient: asking a server over HTTP that may be anybody.
    .target(
      name: "WebClient",
      dependencies: [
        "Kernel",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], swiftSettings: swift),
    // Prometheus: its query API: what is sent, and what a reply says, believed in nothing.
    .target(name: "Prometheus", dependencies: ["Fleet", "WebClient"], swiftSettings: swift),
    // Remote: another host's ring, followed over its exporter.
    .target(name: "Remote", dependencies: ["Kernel", "Ring", "WebClient"], swiftSettings: swift),
    // ullage-fleet: `ullage fleet` and `ullage --host`, a program of its own so that the privileged one has no
    // network library.
    .executableTarget(
      name: "ullage-fleet",
      dependencies: [
        "Console", "Fleet", "Kernel", "Pools", "Prometheus", "Remote", "Rendering", "WebClient",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: swift),
    // CountDestinations: a runnable example over the libraries SocketDiag and Census.
    .executableTarget(
      name: "CountDestinations", dependencies: ["Census", "Inet", "Netlink", "SocketDiag"],
      swiftSettings: swift),
    // AdmissionExample: a runnable example over the libraries Headroom and Recording.
    .executableTarget(
      name: "AdmissionExample",
      dependencies: ["Headroom", "Inet", "Kernel", "KernelTestKit", "Recording", "Verdicts"],
      swiftSettings: swift),

    // NetlinkTestKit: a fake kernel, one function from a request to datagrams, and what it says.
    .target(
      name: "NetlinkTestKit", dependencies: ["Inet", "Kernel", "Netlink"], swiftSettings: swift),
    // KernelTestKit: a network namespace of one's own, and sockets in every state, made for real.
    .target(
      name: "KernelTestKit", dependencies: ["CKernel", "Inet", "Kernel", "Netlink"],
      swiftSettings: swift),
    // FramesTestKit: frames of made-up hosts, in memory and in rings.
    .target(
      name: "FramesTestKit",
      dependencies: ["FrameRing", "Frames", "Inet", "Kernel", "Pools", "PropertyTestKit", "Ring"],
      swiftSettings: swift),
    // LiveDemo: the live screen over a host that was made up; for tests, and for looking at it.
    .executableTarget(
      name: "LiveDemo",
      dependencies: ["Frames", "FramesTestKit", "Inet", "Kernel", "Live", "Pools", "Rendering"],
      swiftSettings: swift),
    // RingDemo: a ring file about a host that was made up; for tests of pages, and for looking at them.
    .executableTarget(
      name: "RingDemo",
      dependencies: ["FrameRing", "Frames", "FramesTestKit", "Inet", "Kernel", "Pools", "Ring"],
      swiftSettings: swift),
    // PropertyTestKit: seeded randomness and random values of the plain types.
    .target(name: "PropertyTestKit", dependencies: ["Inet"], swiftSettings: swift),
    // OutputTestKit: what a program writes, held against golden files and schemas; programs, run.
    .target(name: "OutputTestKit", dependencies: ["CKernel", "Kernel"], swiftSettings: swift),
    // CAllocationCounter: counts the calls of malloc of each thread, by standing before it.
    .target(name: "CAllocationCounter"),
    // ParseFuzz: the entry of the fuzzer, and what it puts behind the parser (scripts/fuzz).
    .target(
      name: "ParseFuzz",
      dependencies: ["Census", "Inet", "Netlink", "NetlinkTestKit", "SocketDiag"],
      path: "Tests/Fuzz/ParseFuzz", swiftSettings: swift),
    // ConnectLoad: a load of connects that keeps an account of itself (CollectTests, scripts/loadtest).
    .executableTarget(
      name: "ConnectLoad", dependencies: ["Inet", "Kernel", "KernelTestKit"],
      path: "Tests/Load/ConnectLoad", swiftSettings: swift),
    // RingStress: a writer to be read, checked and killed (scripts/stress, RingTests).
    .executableTarget(
      name: "RingStress", dependencies: ["Kernel", "Ring"], path: "Tests/Ring/RingStress",
      swiftSettings: swift),
    // RingFuzz: the entry of the fuzzer of ring files (scripts/fuzz).
    .target(
      name: "RingFuzz", dependencies: ["Ring"], path: "Tests/Fuzz/RingFuzz", swiftSettings: swift),
    // RequestFuzz: the entry of the fuzzer of requests, and what an answer has to be (scripts/fuzz).
    .target(
      name: "RequestFuzz",
      dependencies: [
        "Exporter", "FramesTestKit", "Kernel", "OutputTestKit", "WebConfiguration",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ], path: "Tests/Fuzz/RequestFuzz", swiftSettings: swift),
    // WebFuzz: the entry of the fuzzer of web configurations (scripts/fuzz).
    .target(
      name: "WebFuzz", dependencies: ["Kernel", "Passwords", "WebConfiguration"],
      path: "Tests/Fuzz/WebFuzz", swiftSettings: swift),
    // InetTests: addresses, prefixes, port sets and states against oracles and naive models.
    .testTarget(
      name: "InetTests", dependencies: ["Inet", "PropertyTestKit"], swiftSettings: swift),
    // KernelTests: owners, files, clocks, errno, namespaces and threads.
    .testTarget(
      name: "KernelTests",
      dependencies: ["Inet", "Kernel", "KernelTestKit", "OutputTestKit"], swiftSettings: swift),
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
    // OwnersTests: names of cgroups and users, real processes against a ledger, cookies, a model.
    .testTarget(
      name: "OwnersTests",
      dependencies: [
        "CAllocationCounter", "Collector", "Inet", "Kernel", "KernelTestKit", "OutputTestKit",
        "Owners", "Pools", "PropertyTestKit", "SocketDiag", "ullage",
      ], swiftSettings: swift),
    // ProbeTests: what a probe says against what the real kernel then does, and what a probe leaves.
    .testTarget(
      name: "ProbeTests",
      dependencies: [
        "HostFacts", "Inet", "Kernel", "KernelTestKit", "OutputTestKit", "Probe", "PropertyTestKit",
      ],
      swiftSettings: swift),
    // PoolsTests: capacity, headroom, cliff and verdict at their borders.
    .testTarget(
      name: "PoolsTests", dependencies: ["Inet", "Pools", "PropertyTestKit"], swiftSettings: swift),
    // FramesTests: every field through words and back, and aggregates against a naive recomputation.
    .testTarget(
      name: "FramesTests",
      dependencies: ["Frames", "FramesTestKit", "Inet", "Kernel", "Pools", "PropertyTestKit"],
      swiftSettings: swift),
    // VerdictsTests: runs that were made up, and what is to be said of them.
    .testTarget(
      name: "VerdictsTests",
      dependencies: ["Frames", "FramesTestKit", "Inet", "Kernel", "Pools", "Verdicts"],
      swiftSettings: swift),
    // FleetSurveyTests: answers about many hosts, and what they come to.
    .testTarget(
      name: "FleetSurveyTests", dependencies: ["Fleet", "Pools", "PropertyTestKit"],
      swiftSettings: swift),
    // PrometheusTests: replies as they come and damaged, conversations on loopback, the tool itself.
    .testTarget(
      name: "PrometheusTests",
      dependencies: [
        "Fleet", "Kernel", "OutputTestKit", "Prometheus", "PropertyTestKit", "WebClient", "ullage",
        "ullage-fleet",
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ], swiftSettings: swift),
    // AlarmsTests: every transition of a rule, what is not known, groups, restarts; a naive model.
    .testTarget(
      name: "AlarmsTests",
      dependencies: [
        "Alarms", "Frames", "FramesTestKit", "Inet", "Kernel", "Pools", "PropertyTestKit",
      ],
      swiftSettings: swift),
    // MetricsTests: what is written against the frames that it is of, strictly parsed; churn; formats.
    .testTarget(
      name: "MetricsTests",
      dependencies: [
        "Frames", "FramesTestKit", "Inet", "Kernel", "Metrics", "OutputTestKit", "Pools",
        "PropertyTestKit",
      ],
      exclude: ["Golden"], swiftSettings: swift),
    // FrameRingTests: what is published against what is read back, whatever happens to the file.
    .testTarget(
      name: "FrameRingTests",
      dependencies: [
        "FrameRing", "Frames", "FramesTestKit", "Inet", "Kernel", "Pools", "PropertyTestKit",
        "Ring",
      ], swiftSettings: swift),
    // WebConfigurationTests: every key of the file, every refusal in words; the hashes that it names.
    .testTarget(
      name: "WebConfigurationTests",
      dependencies: [
        "Kernel", "OutputTestKit", "Passwords", "PropertyTestKit", "WebConfiguration", "WebFuzz",
        "YAML",
      ],
      swiftSettings: swift),
    // ExporterTests: a real server over loopback: each path, hostile bytes, limits, TLS, passwords, events.
    .testTarget(
      name: "ExporterTests",
      dependencies: [
        "Exporter", "FrameRing", "Frames", "FramesTestKit", "Gzip", "Kernel", "KernelTestKit",
        "Metrics", "OutputTestKit", "PropertyTestKit", "Rendering", "RequestFuzz", "Ring",
        "WebConfiguration", "ullage", "ullage-exporter", "ullage-fleet",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], exclude: ["Golden"], swiftSettings: swift),
    // RenderingTests: pages and documents against golden files and schemas.
    .testTarget(
      name: "RenderingTests",
      dependencies: [
        "Alarms", "Fleet", "FrameRing", "Frames", "FramesTestKit", "Inet", "Kernel",
        "OutputTestKit", "Owners", "Pools", "PropertyTestKit", "Rendering", "Ring", "Verdicts",
      ],
      exclude: ["Golden", "Schemas"], swiftSettings: swift),
    // SettingsTests: every key, every layer, every refusal in words; the example of the scripts.
    .testTarget(
      name: "SettingsTests",
      dependencies: [
        "Alarms", "Collector", "Settings", "Frames", "Kernel", "OutputTestKit", "Pools",
      ],
      swiftSettings: swift),
    // DeliveryTests: commands slow, failing, deaf; a queue that is full; a cursor over restarts.
    .testTarget(
      name: "DeliveryTests",
      dependencies: ["Alarms", "Delivery", "Frames", "FramesTestKit", "Kernel", "OutputTestKit"],
      swiftSettings: swift),
    // LiveTests: reading by the screen, and the screen in a real terminal (tmux): keys, signals, crashes.
    .testTarget(
      name: "LiveTests",
      dependencies: [
        "Frames", "FramesTestKit", "Kernel", "KernelTestKit", "Live", "LiveDemo", "OutputTestKit",
        "PropertyTestKit", "Rendering", "RingDemo", "ullage",
      ], swiftSettings: swift),
    // CLITests: the built program, run: help, arguments, messages, exit statuses.
    .testTarget(
      name: "CLITests",
      dependencies: [
        "Alarms", "Collector", "Console", "Delivery", "FrameRing", "Frames", "FramesTestKit",
        "HostFacts", "Inet", "Kernel", "KernelTestKit", "Live", "OutputTestKit", "Pools",
        "PropertyTestKit", "Rendering", "Ring", "RingDemo", "ullage", "ullage-fleet",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["Golden"], swiftSettings: swift),
    // ParseFuzzTests: the fuzzer's corpus without the fuzzer.
    .testTarget(
      name: "ParseFuzzTests", dependencies: ["Kernel", "ParseFuzz", "PropertyTestKit"],
      swiftSettings: swift),
    // RingTests: the layout, every state of a slot by hand, damage, locks, full disks and killed writers.
    .testTarget(
      name: "RingTests",
      dependencies: [
        "CAllocationCounter", "CKernel", "Kernel", "KernelTestKit", "OutputTestKit",
        "PropertyTestKit", "Ring", "RingFuzz", "RingStress",
      ], exclude: ["Golden"], swiftSettings: swift),
    // CollectorTests: the whole way of a sample, against hosts that were made up.
    .testTarget(
      name: "CollectorTests",
      dependencies: [
        "Census", "Collector", "FrameRing", "Frames", "HostFacts", "Inet", "Kernel", "Netlink",
        "NetlinkTestKit", "Pools", "Probe", "PropertyTestKit", "Ring",
      ], swiftSettings: swift),
    // SnapshotTests: samples of the real kernel against ss, a ledger, and what then really succeeds.
    .testTarget(
      name: "SnapshotTests",
      dependencies: [
        "Collector", "HostFacts", "Inet", "Kernel", "KernelTestKit", "Netlink", "OutputTestKit",
        "Pools", "PropertyTestKit", "Rendering",
      ], swiftSettings: swift),
    // HeadroomTests: what frames say of a destination, and readers of rings of which everything may become.
    .testTarget(
      name: "HeadroomTests",
      dependencies: [
        "CAllocationCounter", "FrameRing", "Frames", "FramesTestKit", "Headroom", "Inet", "Kernel",
        "OutputTestKit", "Pools", "PropertyTestKit", "Ring",
      ], swiftSettings: swift),
    // RecordingTests: runs recorded from inside, and the example with and without asking.
    .testTarget(
      name: "RecordingTests",
      dependencies: [
        "AdmissionExample", "FrameRing", "Frames", "Headroom", "Inet", "Kernel", "KernelTestKit",
        "OutputTestKit", "Recording", "Ring", "Verdicts",
      ], swiftSettings: swift),
    // NamespaceTests: all network namespaces of the running kernel: found, bounded, counted, let go.
    .testTarget(
      name: "NamespaceTests",
      dependencies: [
        "Collector", "FrameRing", "Frames", "HostFacts", "Inet", "Kernel", "KernelTestKit",
        "OutputTestKit", "Owners", "Pools", "PropertyTestKit", "SocketDiag", "ullage",
      ], swiftSettings: swift),
    // CollectTests: the collector over real namespaces, and `ullage collect` as a process.
    .testTarget(
      name: "CollectTests",
      dependencies: [
        "Alarms", "Collector", "ConnectLoad", "Console", "FrameRing", "Frames", "HostFacts", "Inet",
        "Kernel", "KernelTestKit", "Netlink", "OutputTestKit", "Owners", "Pools",
        "PropertyTestKit", "Recording", "Ring", "Verdicts", "ullage",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: swift),
  ]
)
