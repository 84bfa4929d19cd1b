#!/usr/bin/env bash
# Sweeps over several processes: Tests/MPI/run.sh COMMAND COMMAND_WITH_MPI
#
# COMMAND is the program without MPI, whose tables are the reference; COMMAND_WITH_MPI that built under the package trait
# MPI, or "LAUNCHER --mpi". Runs three processes on however many processors there are. Needs mpirun.
set -euo pipefail

plain=$(realpath "${1:?the program without MPI}")
mpi=$(realpath "${2:?the program with MPI}")
shift 2
options=("$@")

work=$(mktemp -d)
started=()
finish() {
  for pid in ${started[@]+"${started[@]}"}; do kill -9 "$pid" 2>/dev/null || true; done
  umount "$work/disk" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
cd "$work"

failures=0
fail() {
  failures=$((failures + 1))
  printf 'FAILED %s: %s\n' "$part" "$*"
  for file in out err; do [[ -e $file ]] && sed "s/^/  $file: /" "$file" | head -n 20; done
  return 0
}
expect() { "$@" || fail "$*"; }

# One processor for each rank where there are enough, more ranks than processors where not.
ranks() { mpirun --oversubscribe --allow-run-as-root --bind-to none -n 3 "$@"; }
# sweep NAME ARGUMENTS...: with three ranks; the exit status is in $status.
sweep() {
  status=0
  ranks "$mpi" ${options[@]+"${options[@]}"} sweep "$@" --jobs 1 >out 2>err </dev/null || status=$?
}
# The same in the background, with its process in $job. The output goes to files, for kill -9 to find nobody waiting.
sweep_aside() {
  ranks "$mpi" ${options[@]+"${options[@]}"} sweep "$@" --jobs 1 >out 2>err </dev/null &
  job=$!
  started+=("$job")
}

alike() { cmp -s "reference/$1/table.csv" "runs/$1/table.csv" && cmp -s "reference/$1/summary.csv" "runs/$1/summary.csv"; }
statuses() { find "runs/$1" -name status.json 2>/dev/null; }
completed() { statuses "$1" | xargs -r grep -l '"completed"' 2>/dev/null | wc -l; }
processes() { statuses "$1" | xargs -r sed -nE 's/.*"process": ([0-9]+).*/\1/p' | sort -u; }
rank_of() { tr '\0' '\n' <"/proc/$1/environ" 2>/dev/null | sed -n 's/^OMPI_COMM_WORLD_RANK=//p'; }
# A process of the sweep that has the given rank and is at work on a run.
process_of_rank() {
  local pid
  for pid in $(processes "$1"); do if [[ $(rank_of "$pid") == "$2" ]]; then echo "$pid"; return; fi; done
}
# Waits until so many runs of a sweep are complete.
wait_for() {
  local i
  for ((i = 0; i < 1200; i++)); do (($(completed "$1") >= $2)) && return; sleep 0.05; done
  fail "fewer than $2 complete runs of $1 in a minute"
}

{ echo a,b,y; for i in {1..30}; do echo "$i,$((i * i % 17)),$((i * 7 % 11)).5"; done; } >table.csv
cat >short.toml <<'END'
verb = "fit"
seeds = 20
[base]
data = "table.csv"
goal = 0
iterations = 30
[grid]
width = [2, 4, 6]
END
cat >long.toml <<'END'
verb = "fit"
seeds = 6
[base]
data = "digits"
samples = 400
method = "psgd"
goal = 0
epochs = 6000
[grid]
width = [24, 32]
END
for name in short long; do "$plain" sweep "$name.toml" --runs reference --quiet >/dev/null; done

part="the same tables"
sweep short.toml
expect test "$status" = 0
expect alike short
expect test "$(processes short | wc -l)" = 3
expect test "$(grep -c 'short: 60 completed' err)" = 1
expect test "$(grep -c 'Medians over seeds' out)" = 1
expect test "$(statuses short | xargs grep -l '"attempts": 1,' | wc -l)" = 60
expect test -z "$(find runs -name '.*.tmp' -o -name 'checkpoint*')"

part="a second time there is nothing to do"
sweep short.toml
expect test "$status" = 0
expect alike short
expect test "$(statuses short | xargs grep -l '"attempts": 1,' | wc -l)" = 60

part="a dry run speaks once"
sweep long.toml --dry-run
expect test "$status" = 0
expect test "$(grep -c '12 of 12 runs would be run' out)" = 1
expect test ! -e runs/long

part="an error is told once and ends all"
echo 'verb = "fly"' >bad.toml
sweep bad.toml
expect test "$status" = 1
expect test "$(grep -c 'verb = "fly"' err)" = 1
sed 's/goal = 0/goal = 0.001/' short.toml >other.toml
sweep other.toml
expect test "$status" = 0
sed -i 's/0.001/0.002/' other.toml
sweep other.toml
expect test "$status" = 1
expect test "$(grep -c 'goal: 0.001 -> 0.002' err)" = 1

for rank in 1 0; do
  part="rank $rank is killed"
  rm -rf runs/long
  sweep_aside long.toml
  wait_for long 2
  victim=$(process_of_rank long "$rank")
  expect test -n "$victim"
  [[ -z $victim ]] || kill -9 "$victim"
  status=0
  wait "$job" || status=$?
  expect test "$status" != 0
  expect test "$(completed long)" -lt 12
  sweep long.toml
  expect test "$status" = 0
  expect alike long
done

for rank in 2 0; do
  part="rank $rank gets SIGTERM"
  rm -rf runs/long
  sweep_aside long.toml
  wait_for long 1
  victim=$(process_of_rank long "$rank")
  expect test -n "$victim"
  [[ -z $victim ]] || kill -TERM "$victim"
  status=0
  wait "$job" || status=$?
  expect test "$status" = 75
  expect test "$(grep -c 'of 12 runs are complete. To continue:' err)" = 1
  expect test -z "$(statuses long | xargs grep -l 'in flight')"
  sweep long.toml
  expect test "$status" = 0
  expect alike long
done

part="mpirun gets SIGINT"
rm -rf runs/long
sweep_aside long.toml
wait_for long 1
# A job in the background of a script ignores SIGINT unless it sets a handler; mpirun does.
kill -INT "$(pgrep -P "$job" mpirun || echo "$job")"
status=0
wait "$job" || status=$?
expect test "$status" != 0
sweep long.toml
expect test "$status" = 0
expect alike long

part="a command without MPI beside it"
rm -rf runs/long
sweep_aside long.toml
"$plain" sweep long.toml --jobs 1 --quiet >/dev/null
status=0
wait "$job" || status=$?
expect test "$status" = 0
expect alike long
expect test "$(statuses long | xargs grep -l '"attempts": 1,' | wc -l)" = 12

part="a program without MPI under mpirun"
rm -rf runs/short
status=0
ranks "$plain" sweep short.toml >out 2>err </dev/null || status=$?
expect test "$status" = 0
expect alike short
expect test "$(grep -c 'built without MPI' err)" = 1
expect test "$(statuses short | xargs grep -l '"attempts": 1,' | wc -l)" = 60

part="a full disk"
mkdir disk
if mount -t tmpfs -o size=700k tmpfs disk 2>/dev/null; then
  rm -rf runs/short
  sweep short.toml --runs disk
  expect test "$status" = 1
  expect test "$(grep -c 'No space left on device' err)" = 1
  expect mount -o remount,size=64m disk
  sweep short.toml --runs disk
  expect test "$status" = 0
  expect cmp -s reference/short/table.csv disk/short/table.csv
  umount disk
else
  echo "MPI: the full disk was left out, since mounting a file system is not allowed here"
fi

if ((failures)); then
  echo "MPI: $failures expectations failed"
  exit 1
fi
echo "MPI: passed"
