import OutputTestKit

/// Certificates of an authority that was made up, by openssl: good, expired, and of somebody else.
struct Certificates {
  let folder: String

  /// Makes them in a folder.
  init(in folder: String) throws {
    self.folder = folder
    let script = """
      set -e
      cd "$1"
      authority() {
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
          -keyout "$1.key" -out "$1.pem" -subj "/CN=$1"
      }
      signed() { # NAME AUTHORITY DAYS USE
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
          -keyout "$1.key" -out "$1.csr" -subj "/CN=$1"
        printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=%s\n' "$4" >"$1.ext"
        openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial \
          -days "$3" -extfile "$1.ext" -out "$1.pem"
      }
      authority ours
      authority theirs
      signed server ours 2 serverAuth
      signed server2 ours 2 serverAuth
      signed client ours 2 clientAuth
      signed expired ours -1 clientAuth
      signed stranger theirs 2 clientAuth
      """
    let run = try Program("/bin/bash", ["-c", script, "bash", folder]).run()
    guard run.end == .status(0) else { throw Failed(message: run.message) }
  }

  /// openssl could not make them.
  struct Failed: Error { let message: String }

  /// The path of a certificate.
  func certificate(_ name: String) -> String { "\(folder)/\(name).pem" }

  /// The path of its key.
  func key(_ name: String) -> String { "\(folder)/\(name).key" }
}
