// Filled by the next commits: namespaces and sockets for tests.
