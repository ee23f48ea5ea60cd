extension Program {
  /// This program as a user who may do nothing: nobody, without groups and capabilities.
  public var unprivileged: Program {
    var result = self
    // The build directory may be closed to others, so a copy is run, in a folder that is not.
    result.path = "/bin/sh"
    let script = """
      folder=$(mktemp -d) && chmod 755 "$folder" && cp "$0" "$folder/" || exit 99
      setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all -- \
        "$folder/${0##*/}" "$@"
      status=$?
      rm -r "$folder"
      exit $status
      """
    result.arguments = ["-c", script, path] + arguments
    return result
  }
}
