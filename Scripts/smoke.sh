#!/usr/bin/env bash
# Runs the built command as a user would and looks at what comes out: Scripts/smoke.sh .build/release/shallows
#
# A case is one call of "check"; add yours at the end. The working directory is a fresh one, removed afterwards.
set -euo pipefail

binary=$(cd "$(dirname "${1:?the path of the command}")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
passed=0
failed=0

# check NAME STATUS PATTERN ARGUMENTS...: the command must exit with STATUS, and what it writes to stdout and stderr
# together must contain a line that matches the extended regular expression PATTERN ("" matches anything).
check() {
  local name=$1 expected=$2 pattern=$3 status=0
  shift 3
  "$binary" "$@" >out 2>err </dev/null || status=$?
  if [[ $status != "$expected" ]]; then
    report "$name" "exit status $status instead of $expected" "$@"
  elif [[ -n $pattern ]] && ! cat out err | grep -qE -e "$pattern"; then
    report "$name" "no line matches /$pattern/" "$@"
  else
    passed=$((passed + 1))
  fi
}

report() {
  failed=$((failed + 1))
  printf 'FAILED %s: %s\n  command: shallows %s\n' "$1" "$2" "${*:3}"
  sed 's/^/  stdout: /' out | head -n 20
  sed 's/^/  stderr: /' err | head -n 20
}

check "help" 0 'Two-layer networks' --help
check "unknown option" 64 "Unknown option" --no-such-option

printf 'Command line: %d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
