# shellcheck shell=bash
# Debian packages: installed only when missing, and named exactly when they cannot be.

# missing_packages NAME...: those that are not installed.
missing_packages() {
  local name
  for name in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s\n' "$name"
  done
}

# as_root COMMAND...: by root itself or by sudo; never asks for a password without a terminal.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif ! command -v sudo >/dev/null; then
    return 126
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

# need_packages NAME...: installs what is missing, or says what is and how to get it.
need_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    fail "this is no Debian system; install the equivalents of: $*" 69
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    fail "Debian packages are missing and only root may install them. As root run: apt-get install ${missing[*]}" 69
  fi
  note "installing ${missing[*]}"
  # The lists may be absent (a fresh image) or older than the mirror: one refresh, then one more attempt.
  apt_install "${missing[@]}" || { apt_update && apt_install "${missing[@]}"; } || {
    tail -n 5 "$APT_LOG" >&2
    fail "these Debian packages are missing and could not be installed: ${missing[*]}
    Without network, fetch them elsewhere (apt-get download), then: dpkg -i *.deb
    The log is $APT_LOG" 69
  }
}

APT_LOG=${TMPDIR:-/tmp}/runtime-cells-apt.$(id -u).log

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@" >"$APT_LOG" 2>&1 </dev/null
}

apt_update() {
  as_root apt-get update >"$APT_LOG" 2>&1 </dev/null
}
