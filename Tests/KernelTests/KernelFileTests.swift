import Kernel
import Testing

@Suite struct KernelFileTests {
  @Test func `a small file is read whole`() throws {
    let bytes = try KernelFile.read("/proc/sys/kernel/ostype")
    #expect(String(decoding: bytes, as: UTF8.self) == "Linux\n")
  }

  @Test func `a file that fills the limit is an error and never data`() {
    #expect(throws: SystemCallError("read", "/proc/sys/kernel/ostype", .tooLarge)) {
      try KernelFile.read("/proc/sys/kernel/ostype", limit: 6)
    }
  }

  @Test func `a file that comes a page at a time is read to its end`() throws {
    let path = "/proc/self/maps"
    let page = try KernelFile.read(path)
    let whole = try KernelFile.readWhole(path)
    #expect(page.count <= 4096 && whole.count > 4096)
    #expect(whole.last == UInt8(ascii: "\n"))
    #expect(throws: SystemCallError("read", path, .tooLarge)) {
      try KernelFile.readWhole(path, limit: 4096)
    }
    #expect(throws: SystemCallError("open", "/proc/no such", .noEntry)) {
      try KernelFile.readWhole("/proc/no such")
    }
  }

  @Test func `the head of a file ends soon after the line that is wanted`() throws {
    let whole = try KernelFile.read("/proc/self/status")
    let head = try KernelFile.readHead("/proc/self/status", throughLine: "Pid:", limit: 65_536)
    #expect(head.starts(with: whole.prefix(20)))
    #expect(String(decoding: head, as: UTF8.self).contains("\nPid:\t"))
    let all = try KernelFile.readHead("/proc/sys/kernel/ostype", throughLine: "no", limit: 4096)
    #expect(String(decoding: all, as: UTF8.self) == "Linux\n")
    let cut = try KernelFile.readHead("/proc/sys/kernel/ostype", throughLine: "no", limit: 3)
    #expect(String(decoding: cut, as: UTF8.self) == "Lin")
    #expect(throws: SystemCallError("open", "/proc/no such", .noEntry)) {
      try KernelFile.readHead("/proc/no such", throughLine: "no", limit: 10)
    }
  }

  @Test func `a file that is not there is named in the error`() {
    #expect(throws: SystemCallError("open", "/proc/no such", .noEntry)) {
      try KernelFile.read("/proc/no such")
    }
  }

  @Test func `a directory cannot be read as a file`() {
    #expect(throws: SystemCallError("read", "/proc", Errno(rawValue: 21))) {
      try KernelFile.read("/proc")
    }
  }

  @Test func `a directory lists names without itself and its parent`() throws {
    let names = try Directory.names(in: "/proc/sys")
    #expect(names.contains("net"))
    #expect(!names.contains(".") && !names.contains(".."))
    #expect(throws: SystemCallError("list", "/proc/no such", .noEntry)) {
      try Directory.names(in: "/proc/no such")
    }
  }

  @Test func `writing to a full disk is an error`() throws {
    let full = try Descriptor(opening: "/dev/full", flags: 1)
    let stream = ByteStream(descriptor: full.number)
    let name = "descriptor \(full.number)"
    #expect(throws: SystemCallError("write to", name, .noSpace)) { try stream.write([1]) }
    try stream.write([])
  }
}
