/// A payload whose `close` may run while it is in use: calls under way then fail, but nothing worse happens.
///
/// Only such a payload can be closed by force when the deadline of a close has passed.
public protocol ForceCloseable: Sendable {}
