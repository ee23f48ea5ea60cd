internal import Frames
internal import Inet
internal import Pools

extension NamespaceMetrics {
  /// Writes the samples of a family, none where nothing is known. Of a namespace whose frames are lost only
  /// what stays true: counters, and when the last frame was; of one that ended counters alone.
  func write(_ family: MetricFamily, to writer: inout ExpositionWriter, now: UInt64) {
    switch family {
    case .up:
      if state == .ended { return }
      writer.sample(labels, is: .count(state == .written && newest != nil ? 1 : 0))
    case .sampleTimestamp:
      if let newest, state != .ended {
        writer.sample(labels, is: .nanoseconds(newest.takenAtNanoseconds))
      }
    case .samples: if newest != nil { writer.sample(labels, is: .count(samples)) }
    case .sampleCPU: writeSum(.cpuNanoseconds, isTime: true, &writer)
    case .samplesLate: writeSum(.lateTicks, &writer)
    case .samplesSkipped: writeSum(.skippedTicks, &writer)
    case .samplesDeferred: writeSum(.deferredDumps, &writer)
    case .samplesFailed: writeSum(.failedSamples, &writer)
    case .connects: writeSum(.activeOpens, &writer)
    case .timeWaitOverflows: writeSum(.timeWaitOverflows, &writer)
    case .timeWaitReused: writeSum(.timeWaitReused, &writer)
    case .failuresAttributed:
      if let failuresKnownHere { writer.sample(labels, is: .count(failuresKnownHere)) }
    case .aboveCliff:
      if let aboveCliff {
        writer.sample(labels, MetricLabels.kinds[0], is: .nanoseconds(aboveCliff))
      }
    case .aboveThreshold:
      for (kind, time) in zip(MetricLabels.kinds, aboveThreshold) {
        if let time { writer.sample(labels, kind, is: .nanoseconds(time)) }
      }
    case .poolFailures:
      for entry in connects.entries {
        if let failures = entry.value.failures {
          writer.sample(labels, entry.labels, is: .count(failures))
        }
      }
    default:
      if let newest, state == .written { write(family, of: newest, to: &writer, now: now) }
    }
  }

  private func writeSum(
    _ name: HostCounter, isTime: Bool = false, _ writer: inout ExpositionWriter
  ) {
    guard let sum = sums[name] else { return }
    writer.sample(labels, is: isTime ? .nanoseconds(sum) : .count(sum))
  }

  /// The gauges.
  private func write(
    _ family: MetricFamily, of frame: Frame, to writer: inout ExpositionWriter, now: UInt64
  ) {
    switch family {
    case .sampleDuration:
      if let durationNanoseconds { writer.sample(labels, is: .nanoseconds(durationNanoseconds)) }
    case .countAge:
      if let age = frame.gauges[.countAge] {
        writer.sample(labels, is: .nanoseconds(UInt64(age.last) * 1_000_000))
      }
    case .rangePorts: writer.sample(labels, is: .count(UInt64(frame.range.count)))
    case .reservedPorts where !frame.flags.contains(.reservedUnavailable):
      writer.sample(labels, is: .count(UInt64(clamping: frame.reserved)))
    case .blockedPorts where !frame.flags.contains(.notCounted):
      writer.sample(labels, is: .count(UInt64(clamping: frame.blocked)))
    case .rangePortsInUse:
      writeGauge(.tcpPortsInUse, MetricLabels.tcp, frame, &writer)
      writeGauge(.udpPortsInUse, MetricLabels.udp, frame, &writer)
    case .sockets:
      for (gauge, state) in MetricLabels.states { writeGauge(gauge, state, frame, &writer) }
      writeGauge(.udpSockets, MetricLabels.udp, frame, &writer)
    case .pools: writeGauge(.connectPools, MetricLabels.kinds[0], frame, &writer)
    case .worstUsage, .worstUsagePeak, .worstExhaustion: writeWorst(family, &writer, now: now)
    case .ownerPorts:
      for entry in owners.entries where entry.isListed {
        writer.sample(labels, entry.labels, is: .count(entry.value))
      }
    case .alarmActive:
      // A frame that has no room for alarms says nothing of them.
      guard !frame.flags.contains(.brief) else { return }
      for entry in alarms.entries {
        writer.sample(labels, entry.labels, is: .count(entry.isListed ? 1 : 0))
      }
    case .addressInUse, .addressCapacity, .addressHeadroom:
      let isKnown = frame.listsAllAddresses
      for entry in addresses.entries where entry.isListed || isKnown {
        let record = entry.isListed ? entry.value.record : nil
        write(record, capacity: frame.bindCapacity, family, entry.labels, &writer)
      }
    default: writePools(family, frame, &writer)
    }
  }

  private func writeGauge(
    _ name: HostGauge, _ more: [UInt8], _ frame: Frame, _ writer: inout ExpositionWriter
  ) {
    if let gauge = frame.gauges[name] {
      writer.sample(labels, more, is: .count(UInt64(gauge.last)))
    }
  }

  private func writeWorst(
    _ family: MetricFamily, _ writer: inout ExpositionWriter, now: UInt64
  ) {
    for place in PoolKind.allCases.indices {
      let value: Double? =
        switch family {
        case .worstUsage: worst[place]?.usage
        case .worstUsagePeak: peaks[place].lastFull(at: now)
        default: worst[place]?.secondsToExhaustion
        }
      if let value { writer.sample(labels, MetricLabels.kinds[place], is: .number(value)) }
    }
  }

  /// Those that have a place, those that belong to no address, and what the others can be.
  private func writePools(
    _ family: MetricFamily, _ frame: Frame, _ writer: inout ExpositionWriter
  ) {
    let isKnown = frame.listsAllConnectPools
    for entry in connects.entries where entry.isListed || isKnown {
      let record = entry.isListed ? entry.value.record : nil
      write(record, capacity: frame.connectCapacity, family, entry.labels, &writer)
    }
    // What connects take over and search for is nothing to these.
    guard family.scope != .connectPool else { return }
    for entry in shared.entries where entry.isListed {
      write(
        entry.value.record, capacity: frame.bindCapacity, family, entry.labels, &writer)
    }
    guard let other else { return }
    switch family {
    case .poolInUse: writer.sample(labels, MetricLabels.other, is: .count(other.inUse))
    case .poolCapacity: writer.sample(labels, MetricLabels.other, is: .count(other.capacity))
    case .poolHeadroom: writer.sample(labels, MetricLabels.other, is: .count(other.headroom))
    default: break
    }
  }

  /// A pool as it is listed; nil: it is not, and nothing of it is in use.
  private func write(
    _ record: PoolRecord?, capacity: Int, _ family: MetricFamily, _ more: [UInt8],
    _ writer: inout ExpositionWriter
  ) {
    let value: MetricValue
    switch family {
    case .poolInUse, .addressInUse: value = .count(UInt64(record?.inUse.last ?? 0))
    case .poolCapacity, .addressCapacity:
      value = .count(UInt64(clamping: record?.capacity ?? capacity))
    case .poolHeadroom, .addressHeadroom:
      value = .count(record.map { UInt64($0.headroom.last) } ?? UInt64(clamping: capacity))
    case .poolReclaimable: value = .count(UInt64(clamping: record?.reclaimable ?? 0))
    case .poolSearching: value = .count(record?.isSearching == true ? 1 : 0)
    case .poolExhaustion:
      guard let left = record?.forecast.secondsToExhaustion, left.isFinite else { return }
      value = .number(Double(max(0, left)))
    default: return
    }
    writer.sample(labels, more, is: value)
  }
}
