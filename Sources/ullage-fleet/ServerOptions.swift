import ArgumentParser
import Fleet
import Kernel
import Prometheus
import WebClient

/// Which monitoring server is asked.
struct ServerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the server is: http[s]://HOST[:PORT][/PATH].", valueName: "url"))
  var prometheus: String?

  @OptionGroup var client: ClientOptions

  func validate() throws {
    guard let address = prometheus ?? Environment.value("ULLAGE_PROMETHEUS") else {
      throw ValidationError(
        "--prometheus takes the server to ask, such as http://prometheus:9090; or set ULLAGE_PROMETHEUS."
      )
    }
    try ClientOptions.check(address)
  }

  /// The server, with what its files say.
  func open() throws(ServerError) -> PrometheusServer {
    PrometheusServer(
      try client.client(of: prometheus ?? Environment.value("ULLAGE_PROMETHEUS") ?? ""))
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
