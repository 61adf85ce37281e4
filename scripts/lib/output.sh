# shellcheck shell=bash
# Progress goes to stderr, so that a script's stdout is its result. Colour only on a terminal that wants it.

if [ -t 2 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  BOLD=$'\e[1m' RED=$'\e[31m' PLAIN=$'\e[0m'
else
  BOLD='' RED='' PLAIN=''
fi

# The command to run again when the current step fails; a step sets it.
RERUN=''

# step TITLE [RERUN]: a new stage begins.
step() {
  RERUN=${2:-$RERUN}
  printf '%s==> %s%s\n' "$BOLD" "$1" "$PLAIN" >&2
}

note() { printf '    %s\n' "$*" >&2; }

# fail MESSAGE [EXIT]: what happened, why, what to do. Exit 69: something needed is not there.
fail() {
  printf '%serror:%s %s\n' "$RED" "$PLAIN" "$1" >&2
  exit "${2:-1}"
}

# Says which command to run again when a step dies; scripts with steps install it by `trap on_exit EXIT`.
on_exit() {
  local status=$?
  if [ "$status" -ne 0 ] && [ -n "$RERUN" ]; then
    printf '%sstopped%s (exit %s). When the cause is gone, run again: %s\n' "$RED" "$PLAIN" "$status" "$RERUN" >&2
  fi
}

# usage: the comment block at the top of the running script.
usage() { sed -n '2,/^[^#]/{/^#/{s/^# \{0,1\}//;p;};}' "$0"; }
