import Exporter
import FramesTestKit
import Kernel
import Logging
import OutputTestKit
import Testing

/// An exporter of this process, on a port of its own, over a ring that was made up.
struct RunningExporter {
  let exporter: Exporter
  let settings: WebSettings
  let folder: String

  var port: Int { exporter.ports[0] }

  /// Runs `body` with an exporter of the ring in a folder, which is written as of now.
  static func with(
    web: String? = nil, _ change: (inout ExporterOptions) -> Void = { _ in },
    files: [String: [UInt8]] = [:], _ body: (RunningExporter) throws -> Void
  ) throws {
    try withFolder { folder in
      let ring = try MadeUpRing("\(folder)/host.ring")
      for (name, bytes) in files { try TestFile.write(bytes, to: "\(folder)/\(name)") }
      if let web { try TestFile.write(Array(web.utf8), to: "\(folder)/web.yml") }
      try run(in: folder, web: web != nil, change, body)
      try ring.close()
    }
  }

  /// Runs `body` with an exporter of whatever is in `folder`.
  static func run(
    in folder: String, web: Bool = false, _ change: (inout ExporterOptions) -> Void = { _ in },
    _ body: (RunningExporter) throws -> Void
  ) throws {
    var options = ExporterOptions()
    options.addresses = [try #require(ListenAddress("127.0.0.1:0"))]
    options.ring = folder
    change(&options)
    let settings = try WebSettings(path: web ? "\(folder)/web.yml" : nil, mustAskWho: false)
    let exporter = try Exporter(
      options, settings: settings, version: "0.0.0", log: Logger(label: "test") { _ in Silence() })
    defer { exporter.close() }
    try body(RunningExporter(exporter: exporter, settings: settings, folder: folder))
  }
}

/// A log that nobody reads.
private struct Silence: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.critical
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }
  func log(event: LogEvent) {}
}
