import CellContract

/// Remembers events.
final class Recorder: CellObserver {
  private let box = Box<CellEvent>()
  var events: [CellEvent] { box.values }
  func observe(_ event: CellEvent) { box.add(event) }

  var initializations: [CellEvent.Initialization] {
    events.compactMap { if case .initialized(let details) = $0.kind { details } else { nil } }
  }
  var disposals: [CellEvent.Disposal] {
    events.compactMap { if case .disposed(let details) = $0.kind { details } else { nil } }
  }
  var closings: [CellEvent.Closing] {
    events.compactMap { if case .closed(let details) = $0.kind { details } else { nil } }
  }
}
