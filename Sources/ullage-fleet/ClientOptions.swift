import ArgumentParser
import Kernel
import WebClient

/// How a server is asked, and how it is believed.
struct ClientOptions: ParsableArguments {
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
    guard (certificate == nil) == (key == nil) else {
      throw ValidationError("--certificate and --key go together.")
    }
    guard (1...600).contains(timeout) else {
      throw ValidationError("--timeout takes seconds from 1 to 600.")
    }
  }

  /// Refuses what is no address of a server.
  static func check(_ address: String) throws {
    do throws(ServerError) {
      _ = try ServerAddress(address)
    } catch {
      throw ValidationError("\(error).")
    }
  }

  /// The server at `address`, with what the files say.
  func client(of address: String) throws(ServerError) -> ServerClient {
    let address = try ServerAddress(address)
    var shown: ServerCredentials?
    if let credentials = credentials ?? named("ULLAGE_CREDENTIALS") {
      shown = try ServerCredentials(path: credentials)
    }
    return try ServerClient(
      address, credentials: shown,
      trust: ServerTrust(
        authorities: ca ?? named("ULLAGE_CA"), certificate: certificate, key: key),
      timeoutSeconds: timeout)
  }

  private func named(_ variable: String) -> String? {
    Environment.value(variable).flatMap { $0.isEmpty ? nil : $0 }
  }
}
