internal import Pools

/// Findings as JSON: the same members wherever they stand.
enum FindingDocument {
  /// `owners` are those of the finding's pool, where they were counted.
  static func write(
    _ finding: Finding, owners: [PoolOwner]?, to json: inout JSONWriter, _ names: inout Names
  ) {
    let words = FindingWords(finding, &names)
    json.object { json in
      json.member("id", finding.id.name)
      json.member("severity", finding.severity.name)
      json.member("text", words.sentence)
      json.member("namespace", names.namespace(finding.namespace))
      if let pool = finding.pool {
        json.object("pool") { json in PoolDocument.writeKey(pool, to: &json, &names) }
      } else {
        json.null("pool")
      }
      HolderDocument.write(owners, to: &json, &names)
      json.object("evidence") { json in
        for item in finding.evidence { json.member(item.name.rawValue, item.value, places: 4) }
      }
      json.array("advice") { json in
        for advice in finding.advice {
          let words = AdviceWords(advice, of: finding, &names)
          json.object { json in
            json.member("text", words.text)
            json.member("command", words.command)
            json.member("effect", words.effect)
            json.member("risk", words.risk)
            json.member("gained_ports", advice.gainedPorts)
          }
        }
      }
    }
  }
}
