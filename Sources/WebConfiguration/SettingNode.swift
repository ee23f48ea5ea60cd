internal import YAML

/// A node of the file, with the path of keys that leads to it.
struct SettingNode {
  let node: YAMLNode
  let source: String
  let key: String

  /// The members of a mapping, by their names, which must be among `keys`; an empty value is an empty mapping.
  func members(_ keys: [String]) throws(WebConfigurationError) -> [String: SettingNode] {
    var found: [String: SettingNode] = [:]
    for member in try pairs() {
      guard keys.contains(member.key) else {
        throw .unknownKey(source: source, line: member.line, key: path(member.key))
      }
      // `key:` with nothing behind it says nothing, as the toolkit has it.
      if member.node.isEmpty { continue }
      found[member.key] = child(member)
    }
    return found
  }

  /// The members of a mapping whose names are not ours to know.
  func freeMembers() throws(WebConfigurationError) -> [(name: String, value: SettingNode)] {
    try pairs().map { ($0.key, child($0)) }
  }

  /// Text, not empty.
  func text() throws(WebConfigurationError) -> String {
    guard case .scalar(let text, _) = node.value, !text.isEmpty, !text.utf8.contains(0) else {
      throw refused("text")
    }
    return text
  }

  /// The text, if it is one of `words`.
  func word(_ words: [String]) throws(WebConfigurationError) -> String {
    let text = try text()
    guard words.contains(text) else { throw refused(words.joined(separator: ", ")) }
    return text
  }

  /// `true` or `false`.
  func flag() throws(WebConfigurationError) -> Bool { try word(["true", "false"]) == "true" }

  /// A list of texts.
  func texts() throws(WebConfigurationError) -> [String] {
    guard case .sequence(let nodes) = node.value else { throw refused("a list") }
    var texts: [String] = []
    for node in nodes {
      texts.append(try SettingNode(node: node, source: source, key: key).text())
    }
    return texts
  }

  /// The error that this value is not `allowed`. The value is not in it: it may be a secret.
  func refused(_ allowed: String) -> WebConfigurationError {
    .value(source: source, line: node.line, key: key, allowed: allowed)
  }

  private func pairs() throws(WebConfigurationError) -> [YAMLNode.Member] {
    if node.isEmpty { return [] }
    guard case .mapping(let members) = node.value else { throw refused("keys with values") }
    return members
  }

  private func child(_ member: YAMLNode.Member) -> SettingNode {
    SettingNode(node: member.node, source: source, key: path(member.key))
  }

  private func path(_ name: String) -> String { key.isEmpty ? name : "\(key).\(name)" }
}

extension YAMLNode {
  /// Whether nothing stands there.
  fileprivate var isEmpty: Bool {
    switch value {
    case .scalar(let text, let isQuoted):
      !isQuoted && (text.isEmpty || text == "~" || text == "null")
    case .sequence, .mapping: false
    }
  }
}
