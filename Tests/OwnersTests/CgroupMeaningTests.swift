import Testing

@testable import Owners

/// Paths as they are found on real hosts.
@Suite struct CgroupMeaningTests {
  private static let id = "3f9a1c0de4b52a6679c8f0e1d2c3b4a5968778695a4b3c2d1e0f9a8b7c6d5e4f"
  private static let pod = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
  private static let nested = "0a1b2c3d_4e5f_6071_8293_a4b5c6d7e8f9"

  /// A path and what is to be read from it: unit, runtime, id, pod, user, name.
  private struct Case {
    var path: String
    var unit: String?
    var runtime: String?
    var id: String?
    var pod: String?
    var user: UInt32?
    var name: String
  }

  private static let cases = [
    Case(path: "/", name: "/"),
    Case(path: "", name: "/"),
    Case(path: "/init.scope", unit: "init.scope", name: "init.scope"),
    Case(path: "/system.slice", name: "system.slice"),
    Case(
      path: "/system.slice/haproxy.service", unit: "haproxy.service", name: "haproxy.service"),
    Case(
      path: "/system.slice/system-postgresql.slice/postgresql@15-main.service",
      unit: "postgresql@15-main.service", name: "postgresql@15-main.service"),
    Case(
      path: #"/system.slice/dev-disk-by\x2dlabel-swap.swap"#, unit: "dev-disk-by-label-swap.swap",
      name: "dev-disk-by-label-swap.swap"),
    Case(
      path: "/system.slice/ssh.service/sub/tree", unit: "ssh.service", name: "ssh.service"),
    Case(
      path: "/system.slice/snap.lxd.daemon.service", unit: "snap.lxd.daemon.service",
      name: "snap.lxd.daemon.service"),
    Case(
      path: "/user.slice/user-1000.slice/session-3.scope", unit: "session-3.scope", user: 1000,
      name: "user 1000 session 3"),
    Case(
      path: "/user.slice/user-1000.slice/user@1000.service/app.slice/app-firefox-812.scope",
      unit: "app-firefox-812.scope", user: 1000, name: "user 1000: app-firefox-812.scope"),
    Case(
      path: "/user.slice/user-1000.slice/user@1000.service", unit: "user@1000.service", user: 1000,
      name: "user 1000"),
    Case(
      path: "/user.slice/user-1000.slice/user@1000.service/init.scope", unit: "init.scope",
      user: 1000, name: "user 1000: init.scope"),
    // Docker with either driver, and without root.
    Case(path: "/docker/\(id)", runtime: "docker", id: id, name: "docker 3f9a1c0de4b5"),
    Case(
      path: "/system.slice/docker-\(id).scope", runtime: "docker", id: id,
      name: "docker 3f9a1c0de4b5"),
    Case(
      path: "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-\(id).scope",
      unit: "user@1000.service", runtime: "docker", id: id, user: 1000,
      name: "user 1000: docker 3f9a1c0de4b5"),
    // A user who calls something of his own like a container or a pod.
    Case(
      path: "/user.slice/user-1000.slice/user@1000.service/docker-\(id).scope",
      unit: "user@1000.service", runtime: "docker", id: id, user: 1000,
      name: "user 1000: docker 3f9a1c0de4b5"),
    Case(
      path:
        "/user.slice/user-1000.slice/user@1000.service/kubepods-pod\(nested).slice/crio-\(id).scope",
      unit: "user@1000.service", runtime: "cri-o", id: id, pod: pod, user: 1000,
      name: "user 1000: pod 0a1b2c3d cri-o 3f9a1c0de4b5"),
    Case(
      path: "/user.slice/user-1000.slice/user@1000.service/kubepods-pod\(nested).slice",
      unit: "user@1000.service", pod: pod, user: 1000, name: "user 1000: pod \(pod)"),
    // A user inside of a container has not made it.
    Case(
      path: "/docker/\(id)/user.slice/user-1000.slice/session-3.scope", unit: "session-3.scope",
      runtime: "docker", id: id, user: 1000, name: "docker 3f9a1c0de4b5: session-3.scope"),
    Case(
      path: "/system.slice/docker.service", unit: "docker.service", name: "docker.service"),
    Case(
      path: "/docker/\(id)/init.scope", runtime: "docker", id: id, name: "docker 3f9a1c0de4b5"),
    // systemd as the first process of a container.
    Case(
      path: "/docker/\(id)/system.slice/nginx.service", unit: "nginx.service", runtime: "docker",
      id: id, name: "docker 3f9a1c0de4b5: nginx.service"),
    // Podman: a container, its monitor, without root.
    Case(
      path: "/machine.slice/libpod-\(id).scope/container", runtime: "podman", id: id,
      name: "podman 3f9a1c0de4b5"),
    Case(
      path: "/machine.slice/libpod-conmon-\(id).scope", unit: "libpod-conmon-\(id).scope",
      name: "libpod-conmon-\(id).scope"),
    Case(
      path: "/libpod_parent/libpod-\(id)", runtime: "podman", id: id, name: "podman 3f9a1c0de4b5"),
    Case(
      path: "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-\(id).scope",
      unit: "user@1000.service", runtime: "podman", id: id, user: 1000,
      name: "user 1000: podman 3f9a1c0de4b5"),
    // Kubernetes with the driver "systemd": containerd, CRI-O, cri-dockerd; guaranteed, burstable.
    Case(
      path: "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod\(nested).slice/"
        + "cri-containerd-\(id).scope", runtime: "containerd", id: id, pod: pod,
      name: "pod 0a1b2c3d containerd 3f9a1c0de4b5"),
    Case(
      path: "/kubepods.slice/kubepods-pod\(nested).slice/crio-\(id).scope", runtime: "cri-o",
      id: id, pod: pod, name: "pod 0a1b2c3d cri-o 3f9a1c0de4b5"),
    Case(
      path: "/kubepods.slice/kubepods-pod\(nested).slice/crio-conmon-\(id).scope",
      unit: "crio-conmon-\(id).scope", pod: pod, name: "pod \(pod)"),
    Case(
      path: "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod\(nested).slice/"
        + "docker-\(id).scope", runtime: "docker", id: id, pod: pod,
      name: "pod 0a1b2c3d docker 3f9a1c0de4b5"),
    Case(
      path: "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/"
        + "kubelet-kubepods-burstable-pod\(nested).slice/cri-containerd-\(id).scope",
      runtime: "containerd", id: id, pod: pod, name: "pod 0a1b2c3d containerd 3f9a1c0de4b5"),
    // With the driver "cgroupfs", where the path does not tell the runtime; static pods have no dashes.
    Case(
      path: "/kubepods/burstable/pod\(pod)/\(id)", runtime: "container", id: id, pod: pod,
      name: "pod 0a1b2c3d container 3f9a1c0de4b5"),
    Case(
      path: "/kubepods/pod0a1b2c3d4e5f60718293a4b5c6d7e8f9/\(id)", runtime: "container", id: id,
      pod: "0a1b2c3d4e5f60718293a4b5c6d7e8f9", name: "pod 0a1b2c3d container 3f9a1c0de4b5"),
    Case(
      path: "/kubepods/burstable/pod\(pod)/crio-\(id)", runtime: "cri-o", id: id, pod: pod,
      name: "pod 0a1b2c3d cri-o 3f9a1c0de4b5"),
    Case(
      path: "/kubepods/burstable/pod\(pod)/cri-containerd-\(id)", runtime: "containerd", id: id,
      pod: pod, name: "pod 0a1b2c3d containerd 3f9a1c0de4b5"),
    Case(
      path: "/kubepods/burstable/pod\(pod)/crio-conmon-\(id)", pod: pod, name: "pod \(pod)"),
    Case(path: "/kubepods/besteffort/pod\(pod)", pod: pod, name: "pod \(pod)"),
    // The other driver's notation under containerd.
    Case(
      path: "/system.slice/containerd.service/kubepods-burstable-pod\(nested).slice:"
        + "cri-containerd:\(id)", unit: "containerd.service", runtime: "containerd", id: id,
      pod: pod,
      name: "pod 0a1b2c3d containerd 3f9a1c0de4b5"),
    Case(path: "/kubepods.slice/kubepods-burstable.slice", name: "kubepods-burstable.slice"),
    // Others.
    Case(
      path: "/system.slice/nerdctl-\(id).scope", runtime: "containerd", id: id,
      name: "containerd 3f9a1c0de4b5"),
    Case(path: "/lxc/web", runtime: "lxc", id: "web", name: "lxc web"),
    Case(
      path: "/lxc.payload.web/system.slice/nginx.service", unit: "nginx.service", runtime: "lxc",
      id: "web", name: "lxc web: nginx.service"),
    Case(path: "/lxc.monitor.web", name: "/lxc.monitor.web"),
    Case(
      path: "/machine.slice/systemd-nspawn@build.service/payload", runtime: "nspawn", id: "build",
      name: "nspawn build"),
    Case(
      path: #"/machine.slice/machine-qemu\x2d7\x2dweb.scope/libvirt/emulator"#, runtime: "machine",
      id: "qemu-7-web", name: "machine qemu-7-web"),
    Case(path: "/actions_job/\(id)", runtime: "container", id: id, name: "container 3f9a1c0de4b5"),
    Case(path: "/openrc.sshd", unit: "sshd", name: "sshd"),
    Case(path: "/a b/c", name: "/a b/c"),
    Case(path: "/_cgroup.test.service", unit: "cgroup.test.service", name: "cgroup.test.service"),
    // Almost, but not.
    Case(
      path: "/system.slice/docker-cafe.scope", unit: "docker-cafe.scope", name: "docker-cafe.scope"),
    Case(path: "/user.slice/user-.slice", name: "user-.slice"),
    Case(
      path: "/kubepods.slice/kubepods-podnonsense.slice", name: "kubepods-podnonsense.slice"),
    Case(
      path: "/docker/" + String(repeating: "g", count: 64),
      name: "/docker/" + String(repeating: "g", count: 64)),
    Case(path: "/x.slice:cri-containerd:", name: "/x.slice:cri-containerd:"),
  ]

  @Test(arguments: cases.indices) func `a path means what it stands for`(_ index: Int) {
    let expected = Self.cases[index]
    let meaning = CgroupMeaning(expected.path)
    #expect(meaning.unit == expected.unit, "\(expected.path)")
    #expect(meaning.container?.runtime == expected.runtime, "\(expected.path)")
    #expect(meaning.container?.id == expected.id, "\(expected.path)")
    #expect(meaning.pod == expected.pod, "\(expected.path)")
    #expect(meaning.userID == expected.user, "\(expected.path)")
    #expect(meaning.name == expected.name, "\(expected.path)")
    #expect(meaning.path == expected.path)
  }

  @Test func `the innermost container and slice count`() {
    let other = String(Self.id.reversed())
    let meaning = CgroupMeaning("/docker/\(Self.id)/docker/\(other)")
    #expect(meaning.container?.id == other)
    #expect(CgroupMeaning("/a.slice/a-b.slice/x.service").slice == "a-b.slice")
    #expect(CgroupMeaning("/user.slice/user-7.slice/session-c2.scope").session == "c2")
  }

  @Test func `nonsense is called by its path, whatever it is`() {
    for path in [
      "//", "/ /", "/.slice", "/.scope", "/-.slice", "/:::", "/\\x", "/\u{0}", "/_", "/__.service",
    ] {
      let meaning = CgroupMeaning(path)
      #expect(!meaning.name.isEmpty)
      #expect(meaning.container == nil)
    }
    let deep = String(repeating: "/x.service", count: 10_000)
    #expect(CgroupMeaning(deep).unit == "x.service")
  }

  @Test(arguments: [
    ("0::/system.slice/cron.service\n", "/system.slice/cron.service"),
    ("12:net_cls:/a\n1:name=systemd:/system.slice/a.service\n0::/\n", "/system.slice/a.service"),
    ("1:name=systemd:/b\n0::/c:d\n", "/c:d"), ("3:cpu:/x\n", "/x"), ("0::/\n", "/"),
    ("", nil), ("nonsense\n0:\n", nil),
  ]) func `a process's cgroup is the one that says something`(_ text: String, _ path: String?) {
    #expect(CgroupMeaning.path(inProcessFile: Array(text.utf8)) == path)
  }

  @Test func `a namespace is called by its pod, its container, its unit, or not at all`() {
    #expect(CgroupMeaning("/").namespaceName == nil)
    #expect(CgroupMeaning("/somewhere").namespaceName == nil)
    #expect(CgroupMeaning("/system.slice").namespaceName == nil)
    #expect(CgroupMeaning("/system.slice/haproxy.service").namespaceName == "haproxy.service")
    #expect(CgroupMeaning("/docker/\(Self.id)").namespaceName == "docker 3f9a1c0de4b5")
    let pod =
      "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod\(Self.nested).slice/"
      + "cri-containerd-\(Self.id).scope"
    #expect(CgroupMeaning(pod).namespaceName == "pod 0a1b2c3d")
    let own = "/user.slice/user-7.slice/user@7.service/docker-\(Self.id).scope"
    #expect(CgroupMeaning(own).namespaceName == "user 7: docker 3f9a1c0de4b5")
    // Commands cannot reach one by such a name.
    for one in Self.cases {
      guard let name = CgroupMeaning(one.path).namespaceName, one.path.contains("/") else {
        continue
      }
      #expect(CgroupMeaning.canName(name) || name == one.unit, "\(name)")
    }
    for name in ["web", "a b", "x; reboot", "podman-net", "usernet"] {
      #expect(!CgroupMeaning.canName(name))
    }
  }

  @Test func `a long name of a namespace lacks its middle, and is known by its ends still`() {
    for part in ["x", "\u{1F9EA}", "e\u{301}"] {
      let long = String(repeating: part, count: 200)
      for path in ["/system.slice/\(long).service", "/lxc/\(long)"] {
        guard let name = CgroupMeaning(path).namespaceName else {
          Issue.record("no name of \(path)")
          continue
        }
        #expect(name.utf8.count <= 64 && name.unicodeScalars.contains("…"), "\(name)")
        #expect(CgroupMeaning.canName(name), "\(name)")
      }
    }
    let exact = String(repeating: "x", count: 56)
    #expect(CgroupMeaning("/system.slice/\(exact).service").namespaceName == "\(exact).service")
  }

  @Test func `our own cgroup can be read, that of nobody cannot`() {
    #expect(CgroupMeaning(ofProcess: 0) == nil)
    #expect(CgroupMeaning(ofProcess: 1) != nil)
  }
}
