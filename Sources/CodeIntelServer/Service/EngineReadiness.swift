import CellContract
public import CodeIntel
import ProblemDetails
public import RuntimeCells

/// Readiness by the cells alone: each required cell must be ready. For programs without a lifespan.
///
/// A cell that is not required never counts, so a lazy service is ready from the start (design decision D18).
public struct EngineReadiness: ReadinessSource {
  private let engine: ApplicationContext
  private let required: [String]

  /// Readiness of an engine.
  ///
  /// - Parameter required: names of the cells that must be ready.
  public init(engine: ApplicationContext, required: [String] = []) {
    self.engine = engine
    self.required = required
  }

  /// The cells as they are now.
  public func readiness(excluding excluded: Set<String>) -> ReadinessPage {
    let cells = engine.snapshot()
    let ready = Set(cells.filter { $0.initState == .ready }.map(\.name))
    let checks = required.map { name in
      ReadinessPage.Check(name: name, passed: ready.contains(name) || excluded.contains(name))
    }
    let isReady = checks.allSatisfy(\.passed)
    return ReadinessPage(
      isReady: isReady, checks: checks,
      members: ["ready": .bool(isReady), "cells": CellTable.rows(cells)])
  }
}
