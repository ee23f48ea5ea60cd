import Kernel
import Testing
import Verdicts

/// The end of a command as the text of an event.
@Suite struct RunEndTests {
  @Test(arguments: [
    RunEnd(.status(0), wallMilliseconds: 12_103, cpuMilliseconds: 23_911),
    RunEnd(.status(255), wallMilliseconds: 0, cpuMilliseconds: .max),
    RunEnd(.signal(9), wallMilliseconds: .max, cpuMilliseconds: 0),
    RunEnd(.status(3), wallMilliseconds: 9, cpuMilliseconds: 8, hostBusyPercent: 100),
  ]) func `an end is read back as it was written`(_ end: RunEnd) {
    #expect(RunEnd(end.text) == end)
  }

  @Test func `the words are as they were`() {
    let end = RunEnd(.status(0), wallMilliseconds: 12_103, cpuMilliseconds: 23_911)
    let words = "the command ended with status 0 after 12103 ms, with 23911 ms of processor time"
    #expect(end.text == words)
    var onBusyHost = end
    onBusyHost.hostBusyPercent = 98
    #expect(onBusyHost.text == words + "; the host was busy to 98 percent")
  }

  @Test(arguments: [
    "", "the command ended with", "the command ended with status 0",
    "the command ended with status x after 1 ms, with 1 ms of processor time",
    "the command ended with grace 0 after 1 ms, with 1 ms of processor time",
    "the command ended with status 0 after -1 ms, with 1 ms of processor time",
    "the command ended with status 0 after 1 ms, with 1 ms of processor time ",
    "the command ended with status 0 after 1 ms, with 1 ms of processor time; the host was busy to x percent",
    "the command ended with status +0 after 1 ms, with 1 ms of processor time",
    "the command ended with status 99999999999 after 1 ms, with 1 ms of processor time",
  ]) func `any other text is no end`(_ text: String) {
    #expect(RunEnd(text) == nil)
  }

  @Test func `cores are known of an end that took time`() {
    #expect(RunEnd(.status(0), wallMilliseconds: 0, cpuMilliseconds: 1).cores == nil)
    #expect(RunEnd(.status(0), wallMilliseconds: 4, cpuMilliseconds: 6).cores == 1.5)
  }
}
