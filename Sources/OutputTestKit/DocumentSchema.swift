public import Kernel

/// A JSON Schema, and documents held against it by python3-jsonschema: a reader that is not ours.
public struct DocumentSchema: Sendable {
  private let path: String

  /// The schema in the file at `path`.
  public init(path: String) { self.path = path }

  /// The schema `name`, "ullage.snapshot-1", of this repository.
  public init(_ name: String, filePath: String = #filePath) {
    let root = filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    path = "\(root)/Tests/RenderingTests/Schemas/\(name).schema.json"
  }

  /// What is wrong with documents of one line each, one line a fault; nil when nothing is.
  ///
  /// A missing validator is a fault too: what is not checked is not right.
  public func faults(_ documents: [UInt8]) throws(SystemCallError) -> String? {
    var program = Program("/usr/bin/python3", ["-W", "ignore", "-c", Self.validator, path])
    program.input = documents
    let run = try program.run()
    if run.end == .status(0), run.text == "ok\n" { return nil }
    return run.text + run.message
  }

  private static let validator = """
    import json, sys
    try:
        from jsonschema import Draft202012Validator, RefResolver
    except ImportError:
        sys.exit('documents are not checked: apt-get install python3-jsonschema')

    def unique(pairs):
        keys = [key for key, _ in pairs]
        if len(set(keys)) != len(keys):
            raise ValueError('a key stands twice: %s' % keys)
        return dict(pairs)

    def refuse(word):
        raise ValueError('%s is no JSON' % word)

    schema = json.load(open(sys.argv[1]))
    Draft202012Validator.check_schema(schema)
    # A schema may refer to another one beside it.
    resolver = RefResolver('file://' + sys.argv[1], schema)
    validator = Draft202012Validator(schema, resolver=resolver)
    faults, count = 0, 0
    for line in sys.stdin.buffer:
        count += 1
        try:
            document = json.loads(
                line.decode('utf-8'), object_pairs_hook=unique, parse_constant=refuse)
        except ValueError as error:
            faults += 1
            print('document %d: %s' % (count, error))
            continue
        for error in list(validator.iter_errors(document))[:10]:
            faults += 1
            print('document %d: %s: %s' % (count, error.json_path, error.message[:300]))
    if count == 0:
        faults = 1
        print('there is no document')
    if faults == 0:
        print('ok')
    sys.exit(1 if faults else 0)
    """
}
