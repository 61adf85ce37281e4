# shellcheck shell=bash
# What every script here starts with: strict mode, the package's folder, and the shared functions.
set -euo pipefail

LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$LIB/../.." && pwd)
export LIB ROOT

# shellcheck source=scripts/lib/output.sh
. "$LIB/output.sh"
# shellcheck source=scripts/lib/cache.sh
. "$LIB/cache.sh"
# shellcheck source=scripts/lib/apt.sh
. "$LIB/apt.sh"
# shellcheck source=scripts/lib/swift.sh
. "$LIB/swift.sh"
