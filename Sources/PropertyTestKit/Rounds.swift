import Glibc

/// How often a property is tried: `usual` times, or as many times more as ULLAGE_TEST_ROUNDS says
/// (scripts/test --all).
public func rounds(_ usual: Int) -> Int {
  // SAFETY: getenv returns NULL or a terminated string; no test changes the environment.
  guard let pointer = unsafe getenv("ULLAGE_TEST_ROUNDS"),
    let factor = Int(unsafe String(cString: pointer)), factor > 0
  else { return usual }
  return usual * factor
}
