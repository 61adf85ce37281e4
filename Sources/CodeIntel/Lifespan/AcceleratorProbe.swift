#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the engine computes on, as a limit: this build has kernels for the CPU only (seed features S33, S34).
public enum AcceleratorProbe {
  private static let devices = ["/dev/nvidiactl", "/dev/kfd", "/dev/davinci_manager"]

  /// The limits of the machine at hand.
  ///
  /// - Parameters:
  ///   - isSkipped: whether `SKIP_GPU_WARMUP` asks not to look.
  ///   - exists: whether a device file is there; default: asks the file system.
  public static func limits(
    isSkipped: Bool, exists: ((String) -> Bool)? = nil
  ) -> [String] {
    let exists = exists ?? { FileManager.default.fileExists(atPath: $0) }
    if isSkipped { return ["computing on the CPU: the accelerator probe was skipped by SKIP_GPU_WARMUP"] }
    guard let device = devices.first(where: exists) else { return ["computing on the CPU: no accelerator was found"] }
    return ["computing on the CPU: this build does not use the accelerator at \(device)"]
  }
}
