/// The right to hand out permits for swaps. The application makes one, gives it to its cells and to its admin layer, and
/// to nobody else: whoever does not hold it cannot swap.
public final class SwapAuthority: Sendable {
  /// Makes an authority whose permits are good for the cells that are configured with it.
  public init() {}

  /// A permit for swaps.
  ///
  /// - Parameter reason: who asked for it and why; goes into logs.
  public func permit(reason: String) -> SwapPermit { SwapPermit(authority: self, reason: reason) }
}

/// Shows that the admin layer wants a swap. Can be had from a ``SwapAuthority`` only.
public struct SwapPermit: Sendable {
  let authority: SwapAuthority
  /// Who asked for it and why.
  public let reason: String

  init(authority: SwapAuthority, reason: String) {
    self.authority = authority
    self.reason = reason
  }
}
