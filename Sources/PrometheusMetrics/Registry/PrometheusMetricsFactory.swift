public import CoreMetrics

/// Makes swift-metrics handles that keep their values in a ``PrometheusRegistry``.
///
/// Hand it to whoever takes a `MetricsFactory`, or scope it with `withMetricsFactory(_:)`; a program may also give it to
/// `MetricsSystem.bootstrap(_:)`. Two handles with the same label and dimensions share one value.
///
/// | handle | metric |
/// | --- | --- |
/// | `Counter`, `FloatingPointCounter` | counter, suffix `_total` |
/// | `Meter`, `Gauge` | gauge |
/// | `Recorder` | histogram |
/// | `Timer` | histogram in seconds, suffix `_seconds` |
public struct PrometheusMetricsFactory: MetricsFactory {
  /// Where the values are kept.
  public let registry: PrometheusRegistry

  /// A factory for a registry.
  public init(registry: PrometheusRegistry) { self.registry = registry }

  /// The value behind a `Counter`.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    registry.series(label, .counter, dimensions) as? CounterSeries ?? NOOPMetricsHandler.instance
  }

  /// The value behind a `FloatingPointCounter`.
  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    registry.series(label, .counter, dimensions) as? CounterSeries ?? NOOPMetricsHandler.instance
  }

  /// The value behind a `Meter`.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    registry.series(label, .gauge, dimensions) as? GaugeSeries ?? NOOPMetricsHandler.instance
  }

  /// The value behind a `Recorder`, or behind a `Gauge` when it does not aggregate.
  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    if aggregate {
      registry.series(label, .recorder, dimensions) as? HistogramSeries ?? NOOPMetricsHandler.instance
    } else {
      registry.series(label, .gauge, dimensions) as? GaugeSeries ?? NOOPMetricsHandler.instance
    }
  }

  /// The value behind a `Timer`. Durations are shown in seconds, whatever unit the timer prefers.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    registry.series(label, .timer, dimensions) as? HistogramSeries ?? NOOPMetricsHandler.instance
  }

  /// Ends the series of a counter.
  public func destroyCounter(_ handler: any CounterHandler) { registry.remove(handler) }

  /// Ends the series of a counter.
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { registry.remove(handler) }

  /// Ends the series of a meter.
  public func destroyMeter(_ handler: any MeterHandler) { registry.remove(handler) }

  /// Ends the series of a recorder.
  public func destroyRecorder(_ handler: any RecorderHandler) { registry.remove(handler) }

  /// Ends the series of a timer.
  public func destroyTimer(_ handler: any TimerHandler) { registry.remove(handler) }
}
