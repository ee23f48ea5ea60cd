internal import NIOSSL
internal import WebConfiguration

extension TLSSettings {
  /// What NIOSSL needs of it for each connection. `source` is the file, for messages.
  func context(source: String) throws(WebConfigurationError) -> NIOSSLContext {
    do {
      let chain = try NIOSSLCertificate.fromPEMBytes(certificate)
      guard !chain.isEmpty else {
        throw WebConfigurationError.tls(source: source, "there is no certificate in cert_file")
      }
      let key = try NIOSSLPrivateKey(bytes: self.key, format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
      configuration.minimumTLSVersion = oldest == .tls13 ? .tlsv13 : .tlsv12
      configuration.maximumTLSVersion = newest == .tls12 ? .tlsv12 : .tlsv13
      configuration.applicationProtocols = ["http/1.1"]
      configuration.cipherSuiteValues = (cipherSuites ?? Self.suites).compactMap {
        Self.ciphers[$0]
      }
      if let clientAuthorities {
        let roots = try NIOSSLCertificate.fromPEMBytes(clientAuthorities)
        guard !roots.isEmpty else {
          throw WebConfigurationError.tls(
            source: source, "there is no certificate in client_ca_file")
        }
        configuration.trustRoots = .certificates(roots)
      }
      switch clients {
      case .none: configuration.certificateVerification = .none
      case .ifGiven: configuration.certificateVerification = .optionalVerification
      case .required: configuration.certificateVerification = .noHostnameVerification
      }
      return try NIOSSLContext(configuration: configuration)
    } catch let error as WebConfigurationError {
      throw error
    } catch {
      throw .tls(source: source, "certificate and key cannot be used: \(error)")
    }
  }

  private static var ciphers: [String: NIOTLSCipher] {
    [
      "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
      "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
      "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256":
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
      "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
      "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
      "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]
  }
}
