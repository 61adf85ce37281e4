# shellcheck shell=bash
# The Swift toolchain and what its runs print.

# need_swift: 6.2 or later, or a clear end.
need_swift() {
  command -v swift >/dev/null ||
    fail "swift is not on PATH. Install Swift 6.2 or later (https://www.swift.org/install/linux/), then run this again." 69
  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
  [ -n "$version" ] || fail "swift --version says no version; is the toolchain complete?" 69
  if [ "${version%%.*}" -lt 6 ] || { [ "${version%%.*}" -eq 6 ] && [ "${version#*.}" -lt 2 ]; }; then
    fail "Swift $version is too old: the package needs 6.2 or later (https://www.swift.org/install/linux/)." 69
  fi
}

# warnings_of LOG: compiler warnings in our own files, each once.
warnings_of() {
  grep -E "^${ROOT}/(Sources|Tests|Conformance)/[^ ]+: warning:" "$1" | sed "s|^${ROOT}/||" | sort -u || true
}

# no_warnings LOG: fails when there are any.
no_warnings() {
  local found
  found=$(warnings_of "$1")
  [ -z "$found" ] || fail "the build has warnings in our targets:
$found"
}

# test_target NAME: whether the test target has anything in it yet.
test_target() {
  [ -n "$(find "$ROOT/Tests/$1" -name '*.swift' -print -quit 2>/dev/null)" ]
}

# present_targets NAME...: those that exist, joined by commas as RC_ONLY wants them.
present_targets() {
  local name list=''
  for name in "$@"; do
    if test_target "$name"; then list="$list${list:+,}$name"; fi
  done
  printf '%s\n' "$list"
}
