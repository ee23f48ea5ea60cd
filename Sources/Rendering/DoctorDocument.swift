/// The document `ullage.doctor/1`.
public enum DoctorDocument {
  /// The document of `report`, one line.
  public static func json(_ report: DoctorReport, names: Names = Names()) -> [UInt8] {
    var names = names
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", "ullage.doctor/1")
      writer.member("host", names.host(report.host))
      writer.member("namespace", names.namespace(report.namespace))
      writer.member("kernel", report.kernel)
      writer.object("user") { writer in
        writer.member("id", report.userID)
        writer.array("capabilities") { writer in
          for name in report.capabilities { writer.string(name) }
        }
        if let isHost = report.isHostUserNamespace {
          writer.member("host_user_namespace", isHost)
        } else {
          writer.null("host_user_namespace")
        }
      }
      writer.object("count") { writer in
        for state in DoctorReport.State.allCases {
          writer.member(state.rawValue, report.count(state))
        }
      }
      writer.array("facts") { writer in
        for fact in report.facts { writer.object { Self.fact(fact, names, &$0) } }
      }
      writer.member("grant", report.grant)
    }
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  private static func fact(
    _ fact: DoctorReport.Fact, _ names: Names, _ writer: inout JSONWriter
  ) {
    writer.member("id", fact.id)
    writer.member("title", fact.title)
    writer.member("gives", fact.gives)
    writer.member("state", fact.state.rawValue)
    writer.member("tried", fact.isTried)
    writer.member("found", fact.found(names))
    writer.member("place", fact.place.map(names.freeText))
    guard let need = fact.need else { return writer.null("need") }
    writer.object("need") { writer in
      writer.member("text", need.text)
      writer.array("capabilities") { writer in
        for name in need.capabilities { writer.string(name) }
      }
      writer.member("command", need.command)
    }
  }
}

extension DoctorReport.Fact {
  /// What was found, without the place's path where names are redacted.
  func found(_ names: Names) -> String {
    guard let place, !place.isEmpty else { return found }
    return found.replacing(place, with: names.freeText(place))
  }
}
