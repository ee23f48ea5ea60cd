import Frames

/// Where `live` reads from: the one place that knows which kinds of source there are.
enum LiveSource {
  /// The ring at `ring`, or the collector's own of the namespace.
  static func open(
    ring: String?, namespace: NamespaceOption
  ) -> Result<any FrameSource, Failure> {
    let subject = ring ?? "the collector's ring"
    return .failure(
      Failure(
        "cannot open \(subject): this build reads no rings; `ullage --watch 1` shows the state"))
  }
}
