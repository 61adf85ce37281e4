# shellcheck shell=bash
# The user's cache, and files in it that are what they should be.

# Where models and downloads live, shared by all clones of this user.
cache_folder() {
  if [ -n "${XDG_CACHE_HOME:-}" ]; then
    printf '%s/runtime-cells\n' "$XDG_CACHE_HOME"
  else
    [ -n "${HOME:-}" ] || fail "neither XDG_CACHE_HOME nor HOME is set; set one: the cache lives below it" 78
    printf '%s/.cache/runtime-cells\n' "$HOME"
  fi
}

# has_checksum FILE SHA256
has_checksum() {
  [ -f "$1" ] && printf '%s  %s\n' "$2" "$1" | sha256sum --check --status -
}

# require_checksum FILE SHA256 WHAT
require_checksum() {
  has_checksum "$1" "$2" && return
  fail "$3 is not the expected file: sha256 $(sha256sum "$1" | cut -d' ' -f1), expected $2. Delete $1 and try again." 74
}
