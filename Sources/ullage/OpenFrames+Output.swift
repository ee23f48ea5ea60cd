import Console
import Frames
import Kernel

extension OpenFrames {
  /// Throws where the file that is to be written is the one whose frames are read: they would be lost, and a
  /// collector that writes them with them.
  func check(output path: String?) throws(Failure) {
    guard let path, path != "-", let output = try? FileIdentity(at: path),
      output == (try? FileIdentity(at: self.path))
    else { return }
    throw Failure("cannot write to \(path): the frames are read from it; name another file")
  }
}
