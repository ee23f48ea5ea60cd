import Console
import Exporter
import Kernel
import Logging
import WebConfiguration

/// The exporter as a process: looks at rings and at its configuration, until a signal ends it.
struct ExporterProcess {
  private let options: ExporterOptions
  private let webConfiguration: String?
  private let textfile: (path: String, intervalNanoseconds: UInt64)?
  private let log: Logger
  private let manager = ServiceNotification()

  init(
    _ options: ExporterOptions, webConfiguration: String?,
    textfile: (path: String, intervalNanoseconds: UInt64)?, log: Logger
  ) {
    self.options = options
    self.webConfiguration = webConfiguration
    self.textfile = textfile
    self.log = log
  }

  /// Runs until SIGTERM or SIGINT; returns why it could not.
  func run(_ signals: SignalQueue) -> String? {
    let settings: WebSettings
    do throws(WebConfigurationError) {
      settings = try WebSettings(path: webConfiguration)
    } catch {
      return "\(error)"
    }
    let exporter: Exporter
    do throws(ExporterError) {
      exporter = try Exporter(options, settings: settings, version: Version.current, log: log)
    } catch {
      return "\(error)"
    }
    warnOfClearText(exporter, settings)
    for address in exporter.addresses { log.notice("listening on \(address)") }
    for port in exporter.ephemeralPorts where options.addresses.contains(where: { $0.port == port })
    {
      log.warning(
        "connects are given port \(port) too: reserve it (net.ipv4.ip_local_reserved_ports)")
    }
    try? manager.send("READY=1\nSTATUS=answering on \(exporter.addresses.joined(separator: ", "))")
    loop(exporter, settings, signals)
    try? manager.send("STOPPING=1")
    // Whoever reads the file from now on is not told that all is well. Before what may take long, or fail.
    if let textfile { _ = write(exporter, to: textfile.path, isLast: true) }
    exporter.close()
    return nil
  }

  private func warnOfClearText(_ exporter: Exporter, _ settings: WebSettings) {
    guard exporter.isPublic, settings.asksWho, !settings.isEncrypted else { return }
    log.warning(
      "passwords cross the network as they are: the web configuration names no certificate")
  }

  private func loop(_ exporter: Exporter, _ settings: WebSettings, _ signals: SignalQueue) {
    let second: UInt64 = 1_000_000_000
    var reloadAt: UInt64 = 0, writeAt: UInt64 = 0, watchdogAt: UInt64 = 0
    var textfileFailed = false
    while true {
      let pause = exporter.look()
      let now = Clock.monotonicNanoseconds()
      if now >= reloadAt {
        reloadAt = now + second
        reload(exporter, settings)
      }
      if let textfile, now >= writeAt {
        writeAt = now + textfile.intervalNanoseconds
        textfileFailed = write(exporter, to: textfile.path, failedBefore: textfileFailed)
      }
      if let limit = manager.watchdogNanoseconds, now >= watchdogAt {
        watchdogAt = now + limit / 2
        try? manager.send("WATCHDOG=1")
      }
      switch signals.next(untilMonotonicNanoseconds: now + pause) {
      case .terminate, .interrupt: return
      case .hangup:
        log.notice("SIGHUP: the web configuration is read again")
        reload(exporter, settings)
      case .quit, .child, .brokenPipe, nil: break
      }
    }
  }

  private func reload(_ exporter: Exporter, _ settings: WebSettings) {
    switch settings.reload() {
    case .unchanged: break
    case .replaced:
      log.notice("the web configuration was read again")
      warnOfClearText(exporter, settings)
    case .kept(let error): log.error("the web configuration stays as it was: \(error)")
    }
  }

  /// Replaces the text file as a whole; returns whether that failed, and says it once.
  private func write(
    _ exporter: Exporter, to path: String, isLast: Bool = false, failedBefore: Bool = false
  ) -> Bool {
    do throws(SystemCallError) {
      try AtomicFile.replace(path, by: exporter.textMetrics(isLast: isLast), mode: 0o644)
      return false
    } catch {
      if !failedBefore { log.error("\(error)") }
      return true
    }
  }
}
