# Sourced by every script here: one environment for every build, and small words for what they share.
# Nothing in here may depend on the machine's own `go env -w`, on a filled HOME, or on a terminal.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# A service account or a container may have no home; Go, npm and Chromium all want one.
if [ -z "${HOME:-}" ]; then
  HOME=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6 || true)
  [ -n "$HOME" ] && [ -w "$HOME" ] || HOME="$root/.cache/home"
  mkdir -p "$HOME"
  export HOME
fi

# The same flags in every step: another set would compile SQLite (a minute) once more.
# -fvisibility=hidden keeps our SQLite's symbols out of WebKit's reach.
# No VCS stamping by Go: it fails in a checkout owned by somebody else; scripts/build stamps the commit itself.
tags=sqlite_fts5
window_tags=desktop,production,webkit2_41,$tags
export GOFLAGS="-buildvcs=false -tags=$tags"
# Two of SQLite's own switches: QPSG keeps it from parsing a prepared statement again at every run because of the values
# bound to it, MEMSTATUS from counting memory under a lock. Measured: 20 % less CPU a portal page (ADR 0002).
export CGO_ENABLED=1 CGO_CFLAGS="-O2 -g0 -fvisibility=hidden -DSQLITE_ENABLE_QPSG -DSQLITE_DEFAULT_MEMSTATUS=0"
unset GOOS GOARCH GOEXPERIMENT CGO_CPPFLAGS CGO_LDFLAGS 2>/dev/null || true
export GOWORK=off
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

bin=$root/build/bin/comptoir
cache=$root/.cache
mkdir -p "$cache/stamps" "$cache/bin"

# Where Go usually lives, for shells that do not read a profile (sudo, cron, CI).
command -v go >/dev/null 2>&1 || [ ! -x /usr/local/go/bin/go ] || PATH=$PATH:/usr/local/go/bin

say() { printf '%s\n' "comptoir: $*" >&2; }
die() { say "$*"; exit 1; }

# at_least 1.26.0 1.26.8: is the second version the first or newer?
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

need_go() {
  local want have
  want=$(awk '$1 == "go" { print $2; exit }' go.mod)
  command -v go >/dev/null 2>&1 || die "Go $want or newer is needed: https://go.dev/dl"
  have=$(GOTOOLCHAIN=local go env GOVERSION | sed 's/^go//; s/ .*//')
  # A Go that is new enough never fetches another; an older one may (Go's own toolchain download).
  if at_least "$want" "$have"; then
    export GOTOOLCHAIN=local
  else
    unset GOTOOLCHAIN
    export GOTOOLCHAIN=auto
    say "Go $have is older than $want: Go fetches the newer one itself."
  fi
}

need_node() {
  local want=20.19.0 have
  command -v node >/dev/null 2>&1 || die "Node $want or newer is needed (with npm): https://nodejs.org"
  command -v npm >/dev/null 2>&1 || die "npm is needed beside Node: https://nodejs.org"
  have=$(node --version | sed 's/^v//')
  at_least "$want" "$have" || die "Node $have is too old; $want or newer is needed: https://nodejs.org"
}

# Debian's name, Ubuntu's, Google's.
chromium_path() {
  local c
  for c in "${CHROMIUM:-}" chromium chromium-browser google-chrome-stable google-chrome; do
    [ -n "$c" ] && command -v "$c" 2>/dev/null && return 0
  done
  return 1
}

has_display() { [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; }

# digest FILE…|DIR…: one hash over names and contents, the same on every machine.
digest() {
  local p
  for p in "$@"; do [ -e "$p" ] && printf '%s\0' "$p"; done |
    xargs -0 -r -I{} find {} -type f \
      -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/dist-gallery/*' -not -path '*/.cache/*' -print0 |
    LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -c1-32
}

# locked NAME COMMAND…: one at a time in this checkout (two terminals may both want the tools built).
locked() {
  local name=$1
  shift
  (flock 9 && "$@") 9>"$cache/$name.lock"
}

# fresh NAME DIGEST: was this step done for exactly this content? done_with marks it.
fresh() { [ "$(cat "$cache/stamps/$1" 2>/dev/null)" = "$2" ]; }
done_with() { printf '%s\n' "$2" >"$cache/stamps/$1"; }

# tool NAME: the pinned tool, built on first use; prints its path.
tool() {
  local name=$1 dir pkg stamp
  case $name in
    sqlc) dir=tools pkg=github.com/sqlc-dev/sqlc/cmd/sqlc ;;
    templ) dir=tools pkg=github.com/a-h/templ/cmd/templ ;;
    golangci-lint) dir=tools/lint pkg=github.com/golangci/golangci-lint/v2/cmd/golangci-lint ;;
    mailpit) dir=tools/mail pkg=github.com/axllent/mailpit ;;
    stripe-mock) dir=tools/stripe pkg=github.com/stripe/stripe-mock ;;
    *) die "no such tool: $name" ;;
  esac
  stamp=$(cat "$dir/go.mod" "$dir/go.sum" | sha256sum | cut -c1-16)-$(go env GOVERSION)
  if ! { fresh "tool-$name" "$stamp" && [ -x "$cache/bin/$name" ]; }; then
    say "building $name (once)"
    # Without cgo: these need no C, and the C variant of sqlc's parser takes minutes.
    (cd "$dir" && CGO_ENABLED=0 GOFLAGS=-buildvcs=false locked "tool-$name" go build -o "$cache/bin/$name" "$pkg") >"$cache/tool-$name.log" 2>&1 || {
      cat "$cache/tool-$name.log" >&2
      die "could not build $name"
    }
    done_with "tool-$name" "$stamp"
  fi
  printf '%s\n' "$cache/bin/$name"
}

# npm_ci DIR: exactly the lock file's packages; nothing to do when they are there.
npm_ci() {
  [ -f "$1/package-lock.json" ] || return 0
  node scripts/npm-in-step.mjs "$1" && return 0
  say "npm packages of $1"
  (cd "$1" && locked npm npm ci --prefer-offline --loglevel=error </dev/null >"$cache/npm.log" 2>&1) || {
    head -n 30 "$cache/npm.log" >&2 # its help text follows
    die "npm ci failed in $1"
  }
}

# main.go embeds frontend/dist: the folder must exist for vet and tests, built or not.
ensure_dist() { mkdir -p frontend/dist && { [ -e frontend/dist/.gitkeep ] || : >frontend/dist/.gitkeep; }; }

build_frontend() {
  local stamp
  npm_ci frontend
  stamp=$(digest frontend core/locale/texts)-$(node --version)
  if ! { fresh frontend "$stamp" && [ -f frontend/dist/index.html ]; }; then
    say "building the pages"
    (cd frontend && locked frontend npm run --silent build </dev/null >&2) || die "the pages did not build"
    done_with frontend "$(digest frontend core/locale/texts)-$(node --version)"
  fi
  ensure_dist
}

# Without inlining: three megabytes less of program (ADR 0002). Not what every page or every row goes through: the database,
# figures and dates and texts (core, rules), the templates' own runtime.
lean=(-gcflags='comptoir/...=-l' -gcflags='comptoir/core/...=' -gcflags='comptoir/rules/...=' -gcflags='comptoir/db='
  -gcflags='github.com/...=-l' -gcflags='github.com/mattn/go-sqlite3=' -gcflags='github.com/a-h/templ/...=' -gcflags='golang.org/x/...=-l'
  -gcflags='net/...=-l' -gcflags='crypto/x509/...=-l' -gcflags='vendor/...=-l' -gcflags='encoding/xml=-l' -gcflags='encoding/asn1=-l'
  -gcflags='text/template/...=-l' -gcflags='html/template=-l' -gcflags='image/...=-l' -gcflags='go/...=-l' -gcflags='debug/...=-l')

# build_program headless|window
build_program() {
  local with=$tags version commit
  [ "$1" = window ] && with=$window_tags
  version=$(sed -n 's/^## \[\{0,1\}\([0-9][0-9.]*\)\]\{0,1\}.*/\1/p' CHANGELOG.md | head -n 1)
  commit=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
  [ -z "$(git status --porcelain -uno 2>/dev/null | head -n 1)" ] || commit=$commit-changed
  mkdir -p build/bin
  say "building the program ($1)"
  locked program pack_and_link "$with" "-s -w -X main.version=${version:-0.0.0} -X main.commit=$commit" || die "the program did not build"
}

# pack_and_link TAGS LDFLAGS: the texts go into one file first (tag packed): smaller, and read in a third of the time.
pack_and_link() { go run ./build/texts && go build -tags "$1,packed" "${lean[@]}" -ldflags "$2" -o "$bin" .; }

# make_demo FOLDER: the demo company, where there is none. The mark tells one that was interrupted from a finished one.
make_demo() {
  local making=$1.making
  [ ! -e "$1" ] || [ -e "$making" ] || return 0
  say "making the demo company in $1 (once)"
  mkdir -p "$(dirname "$1")"
  : >"$making"
  if [ -e "$1" ]; then "$bin" demo --data "$1" --reset >&2; else "$bin" demo --data "$1" >&2; fi || die "the demo company was not made"
  rm -f "$making"
}
