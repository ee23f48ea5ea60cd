import Collector
import Console
import HostFacts
import Inet
import Kernel
import Pools
import Rendering
import SocketDiag

/// Makes a plan of what was asked: from this host's ports and settings, or those given.
enum PlanRun {
  /// The plan and what its numbers come from, read in the calling thread's namespace.
  static func plan(
    _ command: PlanCommand, namespace: String
  ) throws(Failure) -> (CapacityPlan, PlanBasis) {
    let ticks = TimerTick.ticksPerSecond()
    // Where HZ is not known the longest distance of teeth is the sure one.
    let comb = ReleaseComb(ticksPerSecond: ticks ?? 100)
    var basis: PlanBasis
    var facts: NamespaceFacts?
    let ports: Int, cliff: Int
    if let number = command.other.ports {
      basis = PlanBasis(.number)
      (ports, cliff) = (number, number - number / 2)
    } else if let range = command.other.range {
      basis = PlanBasis(.range, range: range)
      let space = PortSpace(range: range, reserved: PortSet(), blocked: PortSet())
      basis.proposal = RangeProposal(over: space, reserved: nil, listeners: PortSet())
      (ports, cliff) = (space.connectCapacity, space.cliff)
    } else {
      let read = try Failure.rewording { () throws(FactError) in try NamespaceFacts.read() }
      facts = read
      basis = PlanBasis(.host(namespace: namespace), range: read.range)
      let space = space(read, &basis)
      basis.proposal = RangeProposal(
        over: space, reserved: read.reserved, listeners: basis.listeners,
        lowest: ConnectSettings.read().unprivilegedPortStart ?? 1024)
      (ports, cliff) = (space.connectCapacity, space.cliff)
    }
    var plan = CapacityPlan(
      connectsPerSecond: command.rate, holdSeconds: seconds(command.hold), ports: ports,
      cliffPorts: cliff, toothSeconds: comb.toothSeconds)
    if basis.range != nil { plan.widestPorts = basis.proposal?.capacity ?? ports }
    plan.destinations = command.destinations
    plan.sources = command.sources
    plan.closesHere = !command.peerCloses
    if let timeWait = command.other.timeWait {
      plan.timeWaitSeconds = seconds(timeWait)
      plan.toothSeconds = 0
    } else {
      basis.ticksPerSecond = ticks
      reuse(facts?.settings, asked: command.reuse, &plan, &basis)
    }
    return (plan, basis)
  }

  /// This namespace's ports, and what is known of them.
  private static func space(_ facts: NamespaceFacts, _ basis: inout PlanBasis) -> PortSpace {
    if let error = facts.reservedError { basis.notes.append("reserved ports: \(error)") }
    basis.reservedPorts = facts.reserved
    let blocked = blocked(&basis)
    let space = PortSpace(
      range: facts.range, reserved: facts.reserved ?? PortSet(), blocked: blocked ?? PortSet())
    basis.reserved = facts.reserved == nil ? nil : space.reserved.count
    basis.blocked = blocked == nil ? nil : space.blocked.count
    return space
  }

  /// The ports of listeners and idle binds, in the range and outside; nil where they cannot be listed.
  private static func blocked(_ basis: inout PlanBasis) -> PortSet? {
    var ports = PortSet(), listeners = PortSet()
    let states = StateSet.listen.union(.boundInactive)
    let lister = SocketLister(
      filter: .states(states), transports: [.tcp])
    do throws(SampleError) {
      _ = try lister.list { socket in
        ports.insert(socket.sourcePort)
        if socket.state == .listen { listeners.insert(socket.sourcePort) }
      }
      basis.listeners = listeners
      if !SocketLister.knowsIdleBinds {
        basis.notes.append(
          "idle binds are not seen by this kernel (6.8 does); they block ports too")
      }
      return ports
    } catch {
      basis.notes.append("blocked ports: \(error)")
      return nil
    }
  }

  /// tcp_tw_reuse as asked, or as this host is set.
  private static func reuse(
    _ settings: Settings?, asked: Bool?, _ plan: inout CapacityPlan, _ basis: inout PlanBasis
  ) {
    let settings = settings ?? Settings()
    let rule = settings.reuse(on: .running())
    plan.reuseDelaySeconds = rule.delaySeconds
    plan.timeWaitSocketsMax = settings.maxTimeWaitBuckets
    let lacksTimestamps = settings.timestamps == 0
    plan.isReusing = asked ?? (rule.mode == 1 && !lacksTimestamps)
    guard plan.closesHere else { return }
    if lacksTimestamps {
      basis.notes.append(
        "tcp_timestamps is 0 here: without timestamps no TIME_WAIT is ever taken over")
    } else if rule.mode == 2, asked == nil {
      basis.notes.append(
        "tcp_tw_reuse is 2 here: between loopback addresses reuse is in effect already (--reuse)")
    }
    if let most = settings.maxTimeWaitBuckets, let sockets = plan.outcome.timeWaitSockets,
      sockets > most
    {
      basis.notes.append(
        "more TIME_WAIT than tcp_max_tw_buckets (\(most)): the kernel would drop the rest at once")
    }
  }

  private static func seconds(_ span: TimeSpan) -> Double { Double(span.nanoseconds) / 1e9 }
}
