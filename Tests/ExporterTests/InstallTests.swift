import Kernel
import OutputTestKit
import Testing

/// What scripts/install says of a file is what it did.
@Suite struct InstallTests {
  @Test func `a file that cannot be placed ends it, and is not called written`() throws {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
      .joined(separator: "/")
    try withFolder { folder in
      // Its own function, as its own shell has it.
      let script = """
        set -euo pipefail
        eval "$(sed -n '/^place() {/,/^}/p' "$1/scripts/install")"
        echo new >"$2/source"
        place 644 "$2/source" "$2/below/target"
        place 644 "$2/source" "$2/below/target"
        : >"$2/file"
        place 644 "$2/source" "$2/file/target"
        echo after
        """
      let run = try Program("/bin/bash", ["-c", script, "bash", root, folder]).run()
      #expect(
        run.text == "  written    \(folder)/below/target\n  unchanged  \(folder)/below/target\n")
      #expect(run.end == .status(1), "\(run.message)")
    }
  }
}
