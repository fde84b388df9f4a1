# Sourced by check and test: runs steps one after the other, says how each went, goes on after a fault,
# and ends with the line `N passed, N failed` (tests where a step counts them, else steps).
# shellcheck shell=bash
passed=0 failed=0
broken=()
logs=$cache/logs
closing=$cache/closing-line
mkdir -p "$logs"
rm -f "$closing"

# step NAME COMMAND…: the command may leave "passed failed" in the file $STEP_COUNTS.
step() {
  local name=$1 log rc=0 p=1 f=0 start=$SECONDS
  shift
  log=$logs/$(tr -c 'a-z0-9\n' - <<<"${name,,}").log
  export STEP_COUNTS=$cache/step-counts
  rm -f "$STEP_COUNTS"
  printf '… %s\n' "$name"
  ("$@") >"$log" 2>&1 </dev/null || rc=$? # a subshell: a step that dies is one failed step
  [ -s "$STEP_COUNTS" ] && read -r p f <"$STEP_COUNTS"
  # `N passed, N failed` as a script's own last line counts as well.
  if [ ! -s "$STEP_COUNTS" ] && [[ $(grep -v '^$' "$log" | tail -n 1) =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed ]]; then
    p=${BASH_REMATCH[1]} f=${BASH_REMATCH[2]}
  elif [ ! -s "$STEP_COUNTS" ] && [ $rc != 0 ]; then
    p=0 f=1
  fi
  # A command that fails without a failed test has failed nevertheless.
  if [ $rc != 0 ] && [ "$f" = 0 ]; then f=1; fi
  if [ "$f" != 0 ]; then rc=1; fi
  passed=$((passed + p)) failed=$((failed + f))
  if [ $rc = 0 ]; then
    printf '  ok      %s (%d s%s)\n' "$name" $((SECONDS - start)) "$([ "$p" -gt 1 ] && echo ", $p tests")"
    # What was skipped is never silent.
    grep -E '^(SKIP|skipped:)' "$log" || true
  else
    broken+=("$name")
    tail -n 150 "$log" | sed 's/^/    /'
    printf '  FAILED  %s (%d s; all of it: %s)\n' "$name" $((SECONDS - start)) "${log#"$root"/}"
  fi
}

finish() {
  printf '\n%d min %d s\n' $((SECONDS / 60)) $((SECONDS % 60))
  local b
  for b in "${broken[@]}"; do printf 'failed: %s\n' "$b"; done
  printf '%d passed, %d failed\n' "$passed" "$failed" | tee "$closing"
  [ "$failed" = 0 ]
}

formatted() {
  local list
  list=$(find . -name '*.go' -not -name '*_templ.go' -not -path './db/gen/*' -not -path '*/node_modules/*' \
    -not -path './.cache/*' -print0 | xargs -0 gofmt -l)
  [ -z "$list" ] || { printf 'not formatted (make fmt):\n%s\n' "$list"; return 1; }
}

# go_tests [FLAGS…]: all Go tests of the program, counted; a tool the tests start comes by environment.
go_tests() { COMPTOIR_STRIPE_MOCK=$(tool stripe-mock) go test -json -timeout 30m "$@" ./... | node scripts/go-test-report.mjs; }

# scratch: where the tests write, in memory when there is room for it. Their files are as real there, and a program that is
# killed leaves them as on a disk; what falls away is the waiting, commit by commit, for the disk's own flush.
scratch() {
  local free room old
  [ -z "${TMPDIR:-}" ] && [ -r /proc/meminfo ] && [ -w /dev/shm ] || return 0
  for old in /dev/shm/comptoir-test.*; do # of a run that was killed
    [ ! -d "$old" ] || kill -0 "${old##*.}" 2>/dev/null || rm -rf "$old"
  done
  free=$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo)
  room=$(df --output=avail -m /dev/shm | tail -n 1)
  [ "$free" -ge 12000 ] && [ "$room" -ge 6000 ] || return 0
  old=/dev/shm/comptoir-test.$$
  mkdir -m 700 "$old" && printf '#!/bin/sh\n' >"$old/may-run" && chmod 700 "$old/may-run" && "$old/may-run" || { rm -rf "$old"; return 0; }
  # shellcheck disable=SC2064 # the name as it is now
  trap "rm -rf $old" EXIT
  export TMPDIR=$old GOTMPDIR=${GOTMPDIR:-/tmp} # what Go links would fill the memory
}

# The tools' own module: rules about query files and the like.
tools_tests() { (cd tools && GOFLAGS=-buildvcs=false GOTOOLCHAIN=local go vet ./... && GOFLAGS=-buildvcs=false go test -json ./... | node ../scripts/go-test-report.mjs); }

window_check() {
  npm_ci frontend
  (cd frontend && npm run --if-present check && npm run --if-present test)
}

# WebKit must find the system's SQLite, not the one in our program.
own_sqlite() {
  local seen
  [ -x "$bin" ] || { echo "no program was built"; return 1; }
  seen=$(nm -D "$bin" | grep -c ' T sqlite3_' || true)
  [ "$seen" = 0 ] || { echo "$seen sqlite3_ symbols are exported: CGO_CFLAGS lost -fvisibility=hidden"; return 1; }
}

small_enough() {
  local bytes
  bytes=$(stat -c %s "$bin") || return 1
  echo "$bytes bytes"
  [ "$bytes" -lt 40000000 ] || { echo "the program is larger than 40 MB"; return 1; }
}
