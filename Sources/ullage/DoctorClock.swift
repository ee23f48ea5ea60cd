import HostFacts
import Kernel
import Pools
import Rendering

/// When TIME_WAIT ends: the distance of the teeth, and where they stand.
enum DoctorClock {
  /// HZ.
  static func tick() -> DoctorReport.Fact {
    let gives = "how far apart ports come back"
    let tick = Clock.tickNanoseconds()
    guard tick > 0 else {
      return DoctorReport.Fact(
        "timer_tick", "timer tick", gives: gives, .no, found: "the coarse clock has no resolution")
    }
    let ticks = Int((1e9 / Double(tick)).rounded())
    let milliseconds = Int((ReleaseComb(ticksPerSecond: ticks).toothSeconds * 1000).rounded())
    return DoctorReport.Fact(
      "timer_tick", "timer tick", gives: gives, .yes,
      found: "HZ \(ticks): ports come back every \(milliseconds) ms")
  }

  /// The phase of the teeth.
  static func phase(_ context: DoctorContext) -> DoctorReport.Fact {
    let gives = "the exact moments from the first sample on"
    let path = "/proc/timer_list"
    do throws(SystemCallError) {
      _ = try Descriptor(opening: path)
      return DoctorReport.Fact(
        "release_phase", "release phase", gives: gives, .yes, found: "\(path) is readable")
    } catch {
      return DoctorReport.Fact(
        "release_phase", "release phase", gives: gives, .partly,
        found: "\(error); learned from the first ports that come back",
        need: error.errno == .noEntry
          ? .init("a kernel with CONFIG_PROC_FS and \(path)")
          : context.need([.dacReadSearch]) ?? .init("\(path) not hidden"))
    }
  }
}
