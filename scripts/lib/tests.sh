# shellcheck shell=bash
# Running tests and counting them.

# Where logs and results of the runs go.
REPORTS=${TEST_REPORT_DIR:-$ROOT/.build/reports}

# without_starts: the run without its "started" lines; an empty run is no failure of grep's.
without_starts() { grep --line-buffered -v -E '^(◇|↳ )' || true; }

# run_tests NAME ARGUMENTS...: swift test, output shown and kept in NAME.log, results in NAME.xml.
run_tests() {
  local name=$1 status=0
  shift
  mkdir -p "$REPORTS"
  # All tests at once hold well over a thousand descriptors, and Foundation's Process.run reads beyond its buffer then.
  export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-6}
  rm -f "$REPORTS/$name.xml" "$REPORTS/$name-swift-testing.xml"
  (cd "$ROOT" && swift test --disable-xctest --xunit-output "$REPORTS/$name.xml" "$@") 2>&1 |
    tee "$REPORTS/$name.log" | without_starts || status=${PIPESTATUS[0]}
  if [ -f "$REPORTS/$name-swift-testing.xml" ]; then
    mv "$REPORTS/$name-swift-testing.xml" "$REPORTS/$name.xml"
  fi
  return "$status"
}

# summary NAME...: which tests were left out and why, which failed, and "N passed, N failed" as the last line.
summary() {
  local name files=()
  for name in "$@"; do files+=("$REPORTS/$name.xml"); done
  "$LIB/summary" "${files[@]}"
}
