/// Reads the components of a cgroup's path, outermost first; what is further in replaces what was found.
struct CgroupPathReader {
  var meaning: CgroupMeaning
  /// The component before.
  private var parent: Substring = ""

  init(_ meaning: CgroupMeaning) { self.meaning = meaning }

  mutating func read(_ component: Substring) {
    // systemd puts "_" before names that would be one of the kernel's own files.
    let name = component.hasPrefix("_") ? component.dropFirst() : component
    defer { parent = name }
    // containerd under the other driver's notation: "…-pod<uid>.slice:cri-containerd:<id>".
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 3, let runtime = Self.runtimes[String(parts[1])], !parts[2].isEmpty {
      readSlice(parts[0])
      return setContainer(runtime, parts[2])
    }
    if name.hasSuffix(".slice") { return readSlice(name) }
    if name.hasSuffix(".scope") { return readScope(name) }
    if name.hasSuffix(".service") { return readService(name) }
    if Self.otherUnits.contains(where: name.hasSuffix) { return setUnit(name) }
    readPlain(name)
  }

  private mutating func readSlice(_ name: Substring) {
    meaning.slice = Self.unescaped(name)
    let base = name.hasSuffix(".slice") ? name.dropLast(6) : name
    if base.hasPrefix("user-"), let uid = UInt32(base.dropFirst(5)) { meaning.userID = uid }
    // "kubepods-burstable-pod0a1b2c3d_4e5f_….slice", "kubelet-kubepods-pod….slice".
    if base.contains("kubepods"), let start = base.lastRange(of: "-pod") {
      setPod(base[start...])
    }
  }

  private mutating func readScope(_ name: Substring) {
    let base = name.dropLast(6)
    if base.hasPrefix("session-") {
      meaning.session = String(base.dropFirst(8))
      return setUnit(name)
    }
    if base.hasPrefix("machine-") {
      return setContainer("machine", Substring(Self.unescaped(base.dropFirst(8))))
    }
    if let (runtime, id) = Self.container(base) { return setContainer(runtime, id) }
    if name != "init.scope" || meaning.container == nil { setUnit(name) }
  }

  /// "docker-<id>", "cri-containerd-<id>"; not "crio-conmon-<id>", its monitor.
  private static func container(_ name: Substring) -> (runtime: String, id: Substring)? {
    guard let dash = name.lastIndex(of: "-"), let runtime = runtimes[String(name[..<dash])] else {
      return nil
    }
    let id = name[name.index(after: dash)...]
    return id.utf8.count >= 12 && Hexadecimal.isAll(id) ? (runtime, id) : nil
  }

  private mutating func readService(_ name: Substring) {
    let base = name.dropLast(8)
    if base.hasPrefix("user@"), let uid = UInt32(base.dropFirst(5)) {
      meaning.userID = uid
    }
    if base.hasPrefix("systemd-nspawn@") {
      return setContainer("nspawn", Substring(Self.unescaped(base.dropFirst(15))))
    }
    setUnit(name)
  }

  /// What is no unit: the trees of container runtimes and of the kubelet's driver "cgroupfs".
  private mutating func readPlain(_ name: Substring) {
    if name.hasPrefix("pod"), Self.isUUID(name.dropFirst(3)) { return setPod(name.dropFirst(3)) }
    if name.utf8.count == 64, Hexadecimal.isAll(name) {
      let runtime = Self.runtimes[String(parent)] ?? "container"
      return setContainer(runtime, name)
    }
    if let (runtime, id) = Self.container(name) { return setContainer(runtime, id) }
    if name.hasPrefix("lxc.payload.") { return setContainer("lxc", name.dropFirst(12)) }
    if parent == "lxc" || parent == "lxc.payload" { return setContainer("lxc", name) }
    if parent == "garden" { return setContainer("garden", name) }
    if name.hasPrefix("openrc.") { return setUnit(name.dropFirst(7)) }
  }

  private mutating func setContainer(_ runtime: String, _ id: Substring) {
    meaning.container = CgroupMeaning.Container(runtime: runtime, id: String(id))
    meaning.unitIsInside = false
    meaning.containerUserID = meaning.userID
  }

  private mutating func setUnit(_ name: Substring) {
    meaning.unit = Self.unescaped(name)
    meaning.unitIsInside = meaning.container != nil
  }

  /// The uid of a pod: with underscores where systemd's slices nest by dashes. Static pods have 32 digits
  /// without either.
  private mutating func setPod(_ text: Substring) {
    let uid = text.split(separator: "_").joined(separator: "-")
    if Self.isUUID(uid) || uid.utf8.count == 32 && Hexadecimal.isAll(uid) { meaning.pod = uid }
  }

  private static func isUUID(_ text: some StringProtocol) -> Bool {
    if text.utf8.count == 32 { return Hexadecimal.isAll(text) }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { Hexadecimal.isAll($0) }
  }

  /// "a\x2db" is "a-b": systemd's way to write what its names may not have.
  static func unescaped(_ text: some StringProtocol) -> String {
    guard text.contains("\\") else { return String(text) }
    var result: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "x"), rest.count >= 3,
        let value = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
      else {
        result.append(byte)
        continue
      }
      result.append(value)
      rest = rest.dropFirst(3)
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// What stands before an id, and who writes it.
  private static let runtimes = [
    "docker": "docker", "cri-containerd": "containerd", "containerd": "containerd",
    "nerdctl": "containerd", "crio": "cri-o", "libpod": "podman", "libpod_parent": "podman",
    "podman": "podman",
  ]

  private static let otherUnits = [".socket", ".mount", ".swap"]
}

extension Substring {
  /// Where what follows the last `text` begins.
  fileprivate func lastRange(of text: String) -> Index? {
    var index = endIndex
    while index > startIndex {
      if self[..<index].hasSuffix(text) { return index }
      index = self.index(before: index)
    }
    return nil
  }
}
