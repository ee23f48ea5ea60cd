// A load test that asks before it connects, and records itself. A program over the libraries Headroom and
// Recording:
//
//     sudo swift run AdmissionExample run.ullage            asks; as root, in a namespace of 200 ports
//     sudo swift run AdmissionExample run.ullage blind      does not ask, and meets the end of the ports
//     swift run AdmissionExample run.ullage ask here        in the namespace where it is started
//     ullage report run.ullage

import Headroom
import Inet
import Kernel
import KernelTestKit
import Recording
import Verdicts

/// Opens 400 connections over loopback and holds them, or as many as leave ten ports.
@main
enum AdmissionExample {
  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    guard let path = words.first else {
      return print("usage: AdmissionExample FILE [blind] [here]")
    }
    if !words.contains("here") {
      let namespace = try TestNamespace.enter()
      try namespace.setPortRange(40_000, 40_199)
    }
    let listener = try TestSocket.listener(.loopback(5000))
    var options = RecordingOptions()
    options.replaces = true
    let recording = try RunRecording.start(to: path, options)
    var load = Load(destination: .loopback(5000), asks: !words.contains("blind"))

    recording.mark("connecting")
    try load.connect(400, recording)
    recording.mark("holding")
    Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 300_000_000)

    let verdict = try recording.stop()
    print("connects \(load.connections.count) failed \(load.failed) left \(load.left ?? -1)")
    print(
      "source ports were the limit: \(verdict.limit.rawValue), confidence \(verdict.confidence.rawValue)"
    )
    withExtendedLifetime(listener) {}
  }
}

/// The connections, and what became of those that are none.
struct Load {
  let destination: Endpoint
  let asks: Bool
  var connections: [TestSocket] = []
  var failed = 0
  /// What was left when it was asked last.
  var left: Int?
  private var admission = Admission(floor: 10)

  init(destination: Endpoint, asks: Bool) {
    (self.destination, self.asks) = (destination, asks)
  }

  /// Connects `count` times, as far as there is room.
  mutating func connect(_ count: Int, _ recording: RunRecording) throws {
    for _ in 0..<count {
      if asks, !isAdmitted(recording) { return }
      do throws(SystemCallError) {
        connections.append(try TestSocket.connected(to: destination))
      } catch {
        guard error.errno == .addressNotAvailable else { throw error }
        failed += 1
      }
    }
  }

  /// Asks, and asks again for some seconds: the next count may know more.
  private mutating func isAdmitted(_ recording: RunRecording) -> Bool {
    for _ in 0..<200 {
      let answer = recording.headroom(to: destination.address, port: destination.port)
      switch admission.ask(answer) {
      case .admitted(let left):
        self.left = left
        return true
      case .refused(let left, let isSettled):
        self.left = left
        if isSettled { return false }
      case .unknown(let why):
        print("not known: \(why)")
        return false
      }
      Clock.sleep(untilMonotonicNanoseconds: Clock.monotonicNanoseconds() + 25_000_000)
    }
    return false
  }
}
