import Frames
import FramesTestKit
import Kernel
import OutputTestKit
import Pools
import PropertyTestKit
import Testing

@testable import Metrics

@Suite struct ExpositionTests {
  @Test func `both formats are as they were when somebody last looked`() throws {
    var register = MetricRegister(version: "1.2.3")
    let story = Story.told(seconds: 256)
    for frame in story.frames { register.observe(frame, of: "host") }
    register.note(.lost, of: "netns:4026532200")
    let now = try #require(story.frames.last).takenAtNanoseconds
    let golden = Golden(besides: #filePath)
    for (format, name) in [(ExpositionFormat.openMetrics, "openmetrics"), (.text, "prom")] {
      var bytes = Array("what was there before".utf8)
      register.write(format, now: now, into: &bytes)
      _ = try MetricsText(bytes, openMetrics: format == .openMetrics)
      #expect(try golden.difference("story.\(name)", bytes) == nil)
    }
  }

  @Test func `names that others chose neither end their label nor outgrow it`() throws {
    let names = [
      "a\"b", "a\\", "\\\"", "a\nb", "\u{202e}evil", "} 1\nullage_up 1", "",
      String(repeating: "ü", count: 500), "\u{0}\u{7f}\u{9b}", "🙂", "{a=\"b\"}", "# EOF",
    ]
    var register = MetricRegister(version: "1\"2\n")
    for name in names {
      var frame = try #require(Story.told(seconds: 1).frames.last)
      frame.owners = [OwnerRecord(kind: .cgroup, id: 1, name: name, ports: 7, timeWait: 0)]
      frame.alarms = [
        AlarmRecord(
          rule: name, subject: .host, severity: .major, isRaised: true, hits: 1, value: 1,
          threshold: 0, sinceNanoseconds: 0)
      ]
      register.observe(frame, of: name)
    }
    for format in ExpositionFormat.allCases {
      let text = try MetricRegisterTests.text(register, format, now: 0)
      let told = text.samples.filter { $0.name == "ullage_owner_ports" }
      #expect(told.count == names.count)
      for sample in text.samples {
        for value in sample.labels.values {
          #expect(value.utf8.count <= ExpositionWriter.labelByteCountMax)
          #expect(value.unicodeScalars.allSatisfy { !$0.isSteering })
        }
      }
      let owners = Set(told.compactMap { $0.labels["owner"] })
      #expect(
        owners.isSuperset(of: ["a\"b", "a\\", "\\\"", "a?b", "?evil", "🙂", "{a=\"b\"}", "# EOF"]))
    }
  }

  @Test func `numbers are read back as they were`() throws {
    func text(_ value: MetricValue) -> String {
      var bytes: [UInt8] = []
      ExpositionWriter.append(value, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
    let table: [(MetricValue, String)] = [
      (.count(0), "0"), (.count(28_232), "28232"), (.count(.max), "18446744073709551615"),
      (.nanoseconds(0), "0"), (.nanoseconds(1), "0.000000001"), (.nanoseconds(10), "0.00000001"),
      (.nanoseconds(999_999_999), "0.999999999"), (.nanoseconds(1_000_000_000), "1"),
      (.nanoseconds(1_500_000_000), "1.5"), (.nanoseconds(100_000_000_000), "100"),
      (.nanoseconds(.max), "18446744073.709551615"),
      (.number(0), "0"), (.number(0.805), "0.805"), (.number(1), "1"), (.number(-2.5), "-2.5"),
      (.number(1e-7), "1e-07"), (.number(123_456_789_012), "123456789012"),
      (.number(1e300), "1e+300"), (.number(.infinity), "+Inf"), (.number(-.infinity), "-Inf"),
      (.number(.nan), "NaN"),
    ]
    for (value, expected) in table { #expect(text(value) == expected) }
    var random = SeededGenerator.fresh()
    for _ in 0..<rounds(2000) {
      let count = random.next() >> UInt64(random.small(64))
      #expect(text(.count(count)) == "\(count)")
      #expect(Double(text(.nanoseconds(count))) == Double("\(count)e-9"))
      let number = Double(bitPattern: random.next())
      guard number.isFinite, let back = Double(text(.number(number))) else { continue }
      #expect((back - number).magnitude <= max(1e-9, number.magnitude * 1e-15), "\(random.replay)")
    }
  }

  @Test func `frames of any words are written, and trap nothing`() throws {
    var random = SeededGenerator.fresh()
    var register = MetricRegister(version: "1")
    for _ in 0..<rounds(300) {
      var frame = random.frame(poolCount: random.small(12))
      for index in frame.pools.indices where random.oneIn(2) {
        frame.pools[index].forecast.secondsToExhaustion = random.pick([
          3e38, -3e38, .nan, .infinity, -.infinity,
        ])
      }
      var words: [UInt64] = []
      frame.write(into: &words, capacity: FrameCapacity(wordCount: 1024))
      for _ in 0..<random.small(4) {
        words[random.small(words.count)] = random.pick([
          0, 1, .max, 1 << 62, 1 << 63, random.next(),
        ])
      }
      // Words that are no frame are no reader's.
      guard let read = try? Frame(words.span) else { continue }
      register.observe(read, of: random.pick(["host", "web"]))
      if random.oneIn(10) { register.note(random.pick([.written, .lost, .ended]), of: "web") }
      let now = random.pick([0, read.takenAtNanoseconds, .max, random.next()])
      for format in ExpositionFormat.allCases {
        let text = try MetricRegisterTests.text(register, format, now: now)
        #expect(text.samples.allSatisfy { $0.value.isFinite }, "\(random.replay)")
      }
    }
  }

  @Test func `memory is kept from one exposition to the next`() {
    var register = MetricRegister(version: "1")
    for frame in Story.told(seconds: 3).frames { register.observe(frame, of: "host") }
    var bytes: [UInt8] = []
    register.write(.text, now: 0, into: &bytes)
    let (first, capacity) = (bytes, bytes.capacity)
    register.write(.text, now: 0, into: &bytes)
    #expect(bytes == first)
    #expect(bytes.capacity == capacity)
  }
}
