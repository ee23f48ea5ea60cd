internal import Kernel
internal import NIOSSL

/// Whom we believe to be the server, and what we show it.
public struct ServerTrust: Hashable, Sendable {
  /// A file of certificates (PEM) that are believed instead of the system's.
  public var authorities: String?
  /// Our own certificate chain and its key (PEM), where the server asks for one.
  public var certificate: String?
  /// The key to it (PEM).
  public var key: String?

  /// The system's authorities, and no certificate of our own.
  public init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
    self.authorities = authorities
    self.certificate = certificate
    self.key = key
  }

  /// What the TLS library wants: at least TLS 1.2, the server's name checked.
  func configuration() throws(ServerError) -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    if let authorities {
      let roots = try Self.use(authorities) { try NIOSSLCertificate.fromPEMFile($0) }
      guard !roots.isEmpty else { throw .file(authorities, why: "there is no certificate in it") }
      tls.trustRoots = .certificates(roots)
    }
    if let certificate, let key {
      let chain = try Self.use(certificate) { try NIOSSLCertificate.fromPEMFile($0) }
      guard !chain.isEmpty else { throw .file(certificate, why: "there is no certificate in it") }
      tls.certificateChain = chain.map { .certificate($0) }
      tls.privateKey = .privateKey(
        try Self.use(key) { try NIOSSLPrivateKey(file: $0, format: .pem) })
    }
    return tls
  }

  private static func use<Value>(
    _ path: String, _ load: (String) throws -> Value
  ) throws(ServerError) -> Value {
    do throws(SystemCallError) {
      // The library does not say why a file cannot be read.
      _ = try KernelFile.read(path, limit: 4_194_304)
    } catch {
      throw .file(path, why: error.description)
    }
    do { return try load(path) } catch { throw .file(path, why: "it is no PEM that TLS can use") }
  }
}
