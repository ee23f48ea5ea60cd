import Exporter
import NIOCore
import NIOEmbedded
import NIOHTTP1

/// Sends inputs to exporters, each over a connection of its own, and says what is wrong with the answers.
public final class RequestHarness {
  private let exporters: Exporters

  /// A harness whose ring is made in `folder`, which is empty. Belongs to one thread.
  public init(folder: String) throws { exporters = try Exporters(folder: folder) }

  /// What came of an input.
  public struct Exchange {
    /// The answers' statuses, in their order.
    public internal(set) var statuses: [Int] = []
    /// All that was sent to the client.
    public internal(set) var bytes: [UInt8] = []
    /// Whether the server ended the connection.
    public internal(set) var isClosed = false
    /// What an answer must never be; empty where all is well.
    public internal(set) var problems: [String] = []
  }

  /// Takes an input (``RequestInput``) through a connection, from its beginning to its end.
  public func send(_ bytes: [UInt8]) throws -> Exchange {
    let input = RequestInput(bytes)
    let kind = Exporters.Kind.allCases[input.exporter]
    let exporter = exporters[kind]
    let channel = EmbeddedChannel(loop: exporters.loop)
    let witness = ExchangeWitness(), wire = Wire()
    try exporter.accept(channel)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(wire, position: .first)
    let requests = try pipeline.handler(type: HTTPServerPipelineHandler.self)
    try pipeline.addHandler(witness, position: .after(requests))
    channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    for step in input.steps where channel.isActive { try take(step, channel) }
    if !input.hangsUp { exporters.loop.run() }

    var exchange = Exchange()
    exchange.isClosed = wire.isClosed
    exchange.bytes = wire.bytes
    let answers = witness.answers
    if !exchange.isClosed, !input.hangsUp, !witness.isStreaming,
      answers.count != witness.endCount
    {
      exchange.problems.append("\(answers.count) answers to \(witness.endCount) requests")
    }
    // Errors that nobody took are the client's.
    _ = try? channel.finish(acceptAlreadyClosed: true)
    let load = exporter.load
    if load != (0, 0, 0) { exchange.problems.append("counted after the end: \(load)") }
    judge(&exchange, answers, kind)
    return exchange
  }

  private func take(_ step: RequestInput.Step, _ channel: EmbeddedChannel) throws {
    switch step {
    case .send(let bytes): _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
    case .run: exporters.loop.run()
    case .expire: exporters.loop.advanceTime(to: .now())
    case .publish: try exporters.publish()
    case .takes(let takes):
      channel.isWritable = takes
      channel.pipeline.fireChannelWritabilityChanged()
    case .fail: channel.pipeline.fireErrorCaught(ChannelError.ioOnClosedChannel)
    }
  }

  private func judge(
    _ exchange: inout Exchange, _ answers: [ExchangeWitness.Answer], _ kind: Exporters.Kind
  ) {
    var reader = AnswerReader(exchange.bytes)
    do throws(AnswerReader.Problem) {
      for (number, witnessed) in answers.enumerated() {
        // What came too late for its client was not sent.
        if reader.isAtEnd, exchange.isClosed { break }
        let answer = try reader.next(isToHEAD: witnessed.request?.method == .HEAD)
        exchange.statuses.append(answer.status)
        let problems = AnswerRules.broken(by: answer, to: witnessed, kind)
        exchange.problems += problems.map { "answer \(number): \($0)" }
        if answer.isLast || kind == .ending {
          if !exchange.isClosed { exchange.problems.append("open after its last answer") }
          break
        }
      }
      if !reader.isAtEnd { exchange.problems.append("more is sent than answers") }
    } catch {
      exchange.problems.append(error.text)
    }
  }
}
