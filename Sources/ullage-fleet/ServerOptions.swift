import ArgumentParser
import Fleet
import Kernel
import Prometheus

/// Which server is asked, and how it is believed.
struct ServerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the server is: http[s]://HOST[:PORT][/PATH].", valueName: "url"))
  var prometheus: String?

  @Option(
    help: ArgumentHelp(
      "A file, its owner's alone, with user:password or Bearer TOKEN.", valueName: "file"))
  var credentials: String?

  @Option(
    help: ArgumentHelp(
      "Believe these certificates (PEM) instead of the system's.", valueName: "file"))
  var ca: String?

  @Option(
    help: ArgumentHelp("Our certificate, where the server wants one.", valueName: "file"))
  var certificate: String?

  @Option(help: ArgumentHelp("The key to our certificate.", valueName: "file"))
  var key: String?

  @Option(help: ArgumentHelp("How long an answer may take.", valueName: "seconds"))
  var timeout = 10

  func validate() throws {
    guard prometheus != nil || Environment.value("ULLAGE_PROMETHEUS") != nil else {
      throw ValidationError(
        "--prometheus takes the server to ask, such as http://prometheus:9090; or set ULLAGE_PROMETHEUS."
      )
    }
    guard (certificate == nil) == (key == nil) else {
      throw ValidationError("--certificate and --key go together.")
    }
    guard (1...600).contains(timeout) else {
      throw ValidationError("--timeout takes seconds from 1 to 600.")
    }
  }

  /// The server, with what its files say.
  func open() throws(PrometheusError) -> PrometheusServer {
    let address = try ServerAddress(
      prometheus ?? Environment.value("ULLAGE_PROMETHEUS") ?? "")
    var shown: ServerCredentials?
    if let credentials { shown = try ServerCredentials(path: credentials) }
    return try PrometheusServer(
      address, credentials: shown,
      trust: ServerTrust(authorities: ca, certificate: certificate, key: key),
      timeoutSeconds: timeout)
  }

  static func matcher(_ text: String) throws -> LabelMatcher {
    guard let matcher = LabelMatcher(text) else {
      throw ValidationError("it takes LABEL=VALUE, such as env=prod, not \(text).")
    }
    return matcher
  }

  static func label(_ text: String) throws -> String {
    guard LabelMatcher(text, equals: "") != nil else {
      throw ValidationError("a label has letters, digits and _, not \(text).")
    }
    return text
  }
}
