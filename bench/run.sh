#!/usr/bin/env bash
# Prints the table of spec/performance: the production program over loopback, works inside the process, the floor beside.
# The companies are made once and kept in COMPTOIR_BENCH_CACHE (default: the user's cache). --most 10000 leaves out the largest.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${COMPTOIR_BIN:-build/bin/comptoir}
export GOFLAGS="${GOFLAGS:-} -tags=sqlite_fts5"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/floor" ./bench/floor
go build -o "$work/table" ./bench/table
"$work/table" -program "$bin" -floor "$work/floor" "$@"
