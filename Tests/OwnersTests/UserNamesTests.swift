import Owners
import Testing

/// Names of users out of /etc/passwd.
@Suite struct UserNamesTests {
  @Test func `the first line of a number counts, and what makes no sense is passed over`() {
    let text = """
      root:x:0:0:root:/root:/bin/bash
      toor:x:0:0::/root:/bin/sh
      # a remark
      nologin
      :x:7:7::/:/bin/sh
      minus:x:-1:0::/:/bin/sh
      large:x:4294967296:0::/:/bin/sh
      last:x:4294967295:0::/:/bin/sh
      short:x:12
      www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
      """
    let names = UserNames(parsing: Array(text.utf8))
    #expect(names.name(0) == "root")
    #expect(names.name(33) == "www-data")
    #expect(names.name(12) == "short")
    #expect(names.name(.max) == "last")
    #expect(names.name(7) == nil)
    #expect(names.name(1000) == nil)
  }

  @Test func `no file and no text are no names`() {
    #expect(UserNames(path: "/nonexistent/passwd").name(0) == nil)
    #expect(UserNames(parsing: []).name(0) == nil)
    #expect(UserNames(parsing: [0xff, 0x3a, 0x00, 0x0a, 0x3a]).name(0) == nil)
  }

  @Test func `this host's own file knows root`() {
    #expect(UserNames().name(0) == "root")
  }
}
