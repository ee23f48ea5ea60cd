/// A node of a YAML document: what stands there, and where.
public struct YAMLNode: Hashable, Sendable {
  /// What a node can be.
  public indirect enum Value: Hashable, Sendable {
    /// Text; `isQuoted` where it stands in quotes, so that it is text and no number or word.
    case scalar(String, isQuoted: Bool)
    /// Nodes one after another.
    case sequence([YAMLNode])
    /// Names and their nodes, in the order of the file; each name once.
    case mapping([Member])
  }

  /// A member of a mapping.
  public struct Member: Hashable, Sendable {
    /// Its name.
    public let key: String
    /// The line of the name, from 1.
    public let line: Int
    /// Its value.
    public let node: YAMLNode
  }

  /// What stands there.
  public let value: Value
  /// The line where it begins, from 1.
  public let line: Int
}

/// Why bytes are no YAML document that is taken here.
public enum YAMLError: Error, Hashable, Sendable {
  /// Not YAML, as libyaml says it.
  case malformed(line: Int, problem: String)
  /// A name stands twice in one mapping.
  case duplicateKey(line: Int, key: String)
  /// A name that is no text.
  case keyIsNoText(line: Int)
  /// Deeper than 16 levels or more than 10,000 nodes, aliases followed.
  case tooLarge
  /// More than one document.
  case severalDocuments(line: Int)
}
