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
  elif [[ -n $pattern ]] && ! grep -qE -e "$pattern" out err; then
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

check "help" 0 'Two-layer neural networks' --help
check "unknown option" 64 "Unknown option" --no-such-option

# A closed pipe ends the program silently; output that is lost is an error.
{ echo a,b,y; for i in {1..30}; do echo "$i,$((i * i % 17)),$((i * 7 % 11)).5"; done; } >table.csv
check "fit a table" 0 "width-rank" fit table.csv --quiet
check "data" 0 "^samples +30$" data table.csv
check "missing file" 1 "missing.csv: found no such file" fit missing.csv
check "usage" 64 "width 0" fit table.csv --width 0
{ "$binary" fit table.csv --quiet 2>err || true; } | head -n 1 >out
if [[ ! -s err ]]; then
  passed=$((passed + 1))
else
  report "closed pipe" "a message on standard error" fit table.csv
fi
if [[ -w /dev/full ]] && "$binary" fit table.csv --quiet --json >/dev/full 2>err; then
  report "full disk" "exit status 0" fit table.csv --json
else
  passed=$((passed + 1))
fi
check "imitate" 0 "^spurious +[0-9]+ of 20 are at rest" imitate --dimension 8 --seeds 20 --quiet
check "imitate in the plane" 0 "Paths of the units" \
  imitate --teacher 22.3,58.3,149.3 --student abs --width 6 --seeds 1 --quiet
check "imitate, no teacher" 1 "missing.csv.*no such file" imitate --teacher missing.csv
check "fit, saved" 0 "" fit table.csv --width 8 --iterations 2 --quiet --save model
check "fit, started" 0 "from model" fit table.csv --start model --quiet
check "recover" 0 "^verdict +RELIABLE" recover --quiet
check "recover, a file" 0 "^verdict +RELIABLE" recover planted --dimension 4 --noise 0.01 --quiet --write planted.npz
check "recover, saved" 0 "^saved +recovered" recover planted.npz --bootstrap 0 --quiet --save recovered
check "predict, recovered" 0 "root mean square error 0.1" predict recovered planted.npz
check "recover, wrong model" 2 "^verdict +FAILED" recover planted --planted 10 --responses 3 --quiet
check "recover, no data" 1 "missing.npz: there is no such file" recover missing.npz
check "attack" 0 "^root mean square error" attack model table.csv --epsilon 0.1 --certify --quiet
check "attack, digits" 0 "" fit digits --target parity --quiet --save parity
check "attack, images" 0 "^classes .* were wrong already" \
  attack parity digits --target parity --samples 50 --images worst.svg --quiet
check "attack, wrong loss" 1 "loss margin: for classes" attack model table.csv --loss margin
# The quick form of every experiment.
for experiment in jacobian-rank distance boundary memorisation cliff gauss-newton width-sweep digits region saad-solla \
  safran-shamir safran-yehudai-shamir zhou-claim-2 zhou-rate xu-du zhou-figure-1 ge-table ge-figure-2 ge-figure-3 \
  ge-figure-4 recover-verdicts ge-descent attack-scale-law attack-width attack-steps attack-input-scale \
  attack-training; do
  check "reproduce $experiment" 0 "written to out-experiments/$experiment.json" \
    reproduce "$experiment" --quick --quiet --out out-experiments
done
check "reproduce --list" 0 "^memorisation" reproduce --list
printf 'verb = "fit"\nseeds = 2\n[base]\ndata = "table.csv"\n[grid]\nwidth = [2, 4]\n' >sweep.toml
check "sweep, dry" 0 "^4 of 4 runs would be run" sweep sweep.toml --dry-run
check "sweep" 0 "sweep: 4 completed" sweep sweep.toml
check "sweep again" 0 "sweep: 4 runs, 4 completed" sweep sweep.toml

if [[ -e .shallows ]]; then report "nothing left behind" "a folder .shallows"; fi

printf 'Command line: %d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
