internal import CLibyaml

/// Reads YAML with libyaml.
///
/// The only reader that could be had as a Swift package brings all of Foundation with it, several times the
/// size of the program that would read one small file with it.
public enum YAMLDocument {
  private static var depthLimit: Int { 16 }
  private static var nodeLimit: Int { 10_000 }

  /// The one document in `bytes`; nil when there is nothing but comments.
  public static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode? {
    // SAFETY: libyaml fills and frees both structs; the parser lives until the end of the call, and the
    // bytes that it reads do as well.
    var parser = unsafe yaml_parser_t()
    guard unsafe yaml_parser_initialize(&parser) == 1 else { throw .tooLarge }
    defer { unsafe yaml_parser_delete(&parser) }
    let result = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      return Result { () throws(YAMLError) in
        guard let node = try unsafe load(&parser) else { return nil as YAMLNode? }
        // What comes after it must be nothing.
        var rest = unsafe yaml_document_t()
        guard unsafe yaml_parser_load(&parser, &rest) == 1 else {
          throw try unsafe problem(parser)
        }
        defer { unsafe yaml_document_delete(&rest) }
        if let more = unsafe yaml_document_get_root_node(&rest) {
          throw .severalDocuments(line: unsafe line(more))
        }
        return node
      }
    }
    return try result.get()
  }

  private static func load(
    _ parser: inout yaml_parser_t
  ) throws(YAMLError) -> YAMLNode? {
    // SAFETY: the document owns every node that is looked at, and is freed after the last look.
    var document = unsafe yaml_document_t()
    guard unsafe yaml_parser_load(&parser, &document) == 1 else {
      throw try unsafe problem(parser)
    }
    defer { unsafe yaml_document_delete(&document) }
    guard let root = unsafe yaml_document_get_root_node(&document) else { return nil }
    var left = nodeLimit
    return try unsafe node(root, in: &document, depth: 0, &left)
  }

  private static func node(
    _ node: UnsafeMutablePointer<yaml_node_t>, in document: inout yaml_document_t, depth: Int,
    _ left: inout Int
  ) throws(YAMLError) -> YAMLNode {
    left -= 1
    guard left > 0, depth < depthLimit else { throw .tooLarge }
    // SAFETY: the tag of a node says which member of its union libyaml has filled; items lie from start up to
    // top, and each is the number of a node of the same document.
    let line = unsafe line(node)
    switch unsafe node.pointee.type {
    case YAML_SCALAR_NODE:
      let style = unsafe node.pointee.data.scalar.style
      return YAMLNode(
        value: .scalar(unsafe text(node), isQuoted: style != YAML_PLAIN_SCALAR_STYLE), line: line)
    case YAML_SEQUENCE_NODE:
      var nodes: [YAMLNode] = []
      let items = unsafe node.pointee.data.sequence.items
      guard var item = unsafe items.start, let top = unsafe items.top else { break }
      while unsafe item < top {
        guard let inner = unsafe yaml_document_get_node(&document, item.pointee) else { break }
        nodes.append(try unsafe self.node(inner, in: &document, depth: depth + 1, &left))
        unsafe item += 1
      }
      return YAMLNode(value: .sequence(nodes), line: line)
    case YAML_MAPPING_NODE:
      var members: [YAMLNode.Member] = []
      var names: Set<String> = []
      let pairs = unsafe node.pointee.data.mapping.pairs
      guard var pair = unsafe pairs.start, let top = unsafe pairs.top else { break }
      while unsafe pair < top {
        guard let key = unsafe yaml_document_get_node(&document, pair.pointee.key),
          let value = unsafe yaml_document_get_node(&document, pair.pointee.value)
        else { break }
        let keyLine = unsafe self.line(key)
        guard unsafe key.pointee.type == YAML_SCALAR_NODE else {
          throw .keyIsNoText(line: keyLine)
        }
        let name = unsafe text(key)
        guard names.insert(name).inserted else { throw .duplicateKey(line: keyLine, key: name) }
        members.append(
          YAMLNode.Member(
            key: name, line: keyLine,
            node: try unsafe self.node(value, in: &document, depth: depth + 1, &left)))
        unsafe pair += 1
      }
      return YAMLNode(value: .mapping(members), line: line)
    default: break
    }
    return YAMLNode(value: .scalar("", isQuoted: false), line: line)
  }

  private static func text(_ node: UnsafeMutablePointer<yaml_node_t>) -> String {
    // SAFETY: a scalar node has that many bytes, which libyaml has found to be UTF-8.
    let scalar = unsafe node.pointee.data.scalar
    return unsafe String(
      decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
  }

  private static func line(_ node: UnsafeMutablePointer<yaml_node_t>) -> Int {
    // SAFETY: the node is one of a document that lives.
    unsafe Int(node.pointee.start_mark.line) + 1
  }

  private static func problem(_ parser: yaml_parser_t) throws(YAMLError) -> YAMLError {
    // SAFETY: the problem is nil or one of libyaml's own constant strings.
    let words = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "no memory"
    return .malformed(line: unsafe Int(parser.problem_mark.line) + 1, problem: words)
  }
}
