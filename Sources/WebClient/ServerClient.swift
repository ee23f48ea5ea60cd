internal import AsyncHTTPClient
internal import Kernel
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPCompression
internal import NIOPosix
internal import NIOSSL

/// A server that answers requests over HTTP: who it is, whom we believe, and what it said.
///
/// Redirects are not followed, so credentials go where they were meant to go and nowhere else.
public struct ServerClient: Sendable {
  /// Where the server is.
  public let address: ServerAddress
  private let credentials: ServerCredentials?
  private let timeoutSeconds: Int
  private let client: HTTPClient

  /// The most bytes that one answer may have, also when it is unpacked.
  static let mostBytes = 67_108_864

  /// A server, asked with `credentials`, believed by `trust`; each answer may take `timeoutSeconds`.
  ///
  /// Without encryption credentials are sent to this host alone. Ends with ``end()``.
  public init(
    _ address: ServerAddress, credentials: ServerCredentials? = nil,
    trust: ServerTrust = ServerTrust(), timeoutSeconds: Int = 10
  ) throws(ServerError) {
    if credentials != nil, !address.isEncrypted, !address.isLoopback {
      throw .address(
        address.text, why: "credentials would cross the network in clear text; use https://")
    }
    self.address = address
    self.credentials = credentials
    self.timeoutSeconds = timeoutSeconds
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: try trust.configuration(), redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(Int64(timeoutSeconds))),
      decompression: .enabled(limit: .size(Self.mostBytes)))
    configuration.httpVersion = .http1Only
    // A second try would only hide what is wrong.
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(
      eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
  }

  /// What the server answers to a GET of `path`, which begins with a slash and has the query, encoded.
  public func get(_ path: String) async throws(ServerError) -> ServerAnswer {
    var request = HTTPClientRequest(url: address.text + path)
    credentials?.authorize(&request)
    return try await send(request)
  }

  /// What the server answers to a form of one field, POSTed to `path`.
  public func post(
    _ path: String, field: String, _ value: String
  ) async throws(ServerError) -> ServerAnswer {
    var request = HTTPClientRequest(url: address.text + path)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
    request.headers.add(name: "Accept", value: "application/json")
    credentials?.authorize(&request)
    request.body = .bytes(ByteBuffer(string: "\(field)=\(Self.escaped(value))"))
    return try await send(request)
  }

  /// The whole exchange, within the time that it may take: whatever comes, and however slowly.
  private func send(
    _ request: HTTPClientRequest
  ) async throws(ServerError) -> ServerAnswer {
    let outcome = await withTaskGroup(of: Result<ServerAnswer, ServerError>.self) { group in
      group.addTask {
        do throws(ServerError) {
          return .success(try await exchange(request))
        } catch {
          return .failure(error)
        }
      }
      group.addTask {
        try? await Task.sleep(for: .seconds(timeoutSeconds))
        return .failure(.slow(address.text, seconds: timeoutSeconds))
      }
      let first = await group.next()
      group.cancelAll()
      return first ?? .failure(.slow(address.text, seconds: timeoutSeconds))
    }
    return try outcome.get()
  }

  private func exchange(
    _ request: HTTPClientRequest
  ) async throws(ServerError) -> ServerAnswer {
    do {
      let deadline = NIODeadline.now() + .seconds(Int64(timeoutSeconds))
      let response = try await client.execute(request, deadline: deadline)
      let body = try await response.body.collect(upTo: Self.mostBytes)
      return ServerAnswer(
        code: Int(response.status.code), body: Array(body.readableBytesView), from: address)
    } catch let error as HTTPClientError {
      switch error {
      case .deadlineExceeded, .connectTimeout, .readTimeout, .tlsHandshakeTimeout:
        throw .slow(address.text, seconds: timeoutSeconds)
      default: throw .unreachable(address.text, why: error.shortDescription)
      }
    } catch is NIOTooManyBytesError {
      throw .malformed(address.text, why: "more than \(Self.mostBytes) bytes")
    } catch let error as NIOConnectionError {
      throw .unreachable(address.text, why: Self.words(error))
    } catch {
      throw .unreachable(address.text, why: Self.words(error))
    }
  }

  /// An error of the system by its name and number, of TLS by its reason, of others as they say it.
  private static func words(_ error: any Error) -> String {
    if let error = error as? IOError { return Errno(rawValue: error.errnoCode).description }
    let text = "\(error)"
    // "…:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at …", with the place in somebody's sources.
    let reason = text.split(separator: ":OPENSSL_internal:").dropFirst().first?
      .prefix { $0 == "_" || $0.isLetter || $0.isNumber }
    guard reason != nil || error is NIOSSLError else { return text }
    return "TLS: \(reason.map(String.init) ?? text)"
      + (reason == "WRONG_VERSION_NUMBER" ? "; is this no https:// server?" : "")
  }

  /// What a connection that came not about says: of each address that was tried, why.
  private static func words(_ error: NIOConnectionError) -> String {
    if let failed = error.dnsAError ?? error.dnsAAAAError, error.connectionErrors.isEmpty {
      return "\(error.host) is not known: \(Self.words(failed))"
    }
    return error.connectionErrors.map { "\($0.target): \(words($0.error))" }.joined(separator: "; ")
  }

  /// As forms and queries have it: percent-encoded.
  public static func escaped(_ text: String) -> String {
    var escaped = ""
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, 45, 46, 95, 126:
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        escaped += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return escaped
  }

  /// Closes what is open.
  public func end() async { try? await client.shutdown() }
}
