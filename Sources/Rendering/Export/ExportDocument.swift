public import Frames

/// Frames and events as JSON, one document `ullage.export/1` a line: a stream that may be as long as the
/// ring is.
public enum ExportDocument {
  /// One frame, with the pools that `filter` wants, and a line end.
  public static func line(
    _ frame: Frame, of writer: FrameWriterStatus, filter: PoolFilter = PoolFilter(),
    names: inout Names
  ) -> [UInt8] {
    line(writer, &names) { json, names in
      json.key("frame")
      FrameDocument.write(frame, filter: filter, top: .max, to: &json, &names)
    }
  }

  /// One event, and a line end.
  public static func line(
    _ event: Event, of writer: FrameWriterStatus, names: inout Names
  ) -> [UInt8] {
    line(writer, &names) { json, names in
      json.key("event")
      EventDocument.write(event, to: &json, &names)
    }
  }

  private static func line(
    _ writer: FrameWriterStatus, _ names: inout Names,
    _ body: (inout JSONWriter, inout Names) -> Void
  ) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.member("schema", "ullage.export/1")
      json.member("host", names.host(writer.host))
      json.member("namespace", names.namespace(writer.namespace))
      body(&json, &names)
    }
    json.endLine()
    return json.take()
  }
}
