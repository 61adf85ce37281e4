import Foundation
import NIOSSL

/// A certificate that signs itself, made when a test needs it: no key is kept anywhere.
struct Certificate {
  static let canBeMade = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: $0 + "/openssl")
  }

  let path: String
  let keyPath: String

  /// `names` is a subjectAltName, for example `IP:127.0.0.1`.
  init(in scratch: Scratch, names: String) throws {
    path = scratch.path + "/certificate.pem"
    keyPath = scratch.path + "/key.pem"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
      "-subj", "/CN=runtime-cells test", "-addext", "subjectAltName=\(names)", "-keyout", keyPath, "-out", path,
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
  }

  var serverConfiguration: TLSConfiguration {
    get throws {
      let chain = try NIOSSLCertificate.fromPEMFile(path).map { NIOSSLCertificateSource.certificate($0) }
      return .makeServerConfiguration(
        certificateChain: chain, privateKey: .privateKey(try NIOSSLPrivateKey(file: keyPath, format: .pem)))
    }
  }
}
