#!/usr/bin/env bash
# End to end against the production program: e2e/run.sh [script…] (without names: all of them).
# Finds the program in $COMPTOIR_BIN and a browser in $CHROMIUM; ends with `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")"
: "${COMPTOIR_BIN:=$PWD/../build/bin/comptoir}"
: "${CHROMIUM:=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}"
export COMPTOIR_BIN CHROMIUM
[ -x "$COMPTOIR_BIN" ] || { echo "no program at $COMPTOIR_BIN: scripts/build makes it"; echo "0 passed, 1 failed"; exit 1; }
# An imitation of Stripe, for stripe.mjs.
export COMPTOIR_STRIPE=${COMPTOIR_STRIPE:-$PWD/../.cache/bin/stripe-imitation}
(cd .. && CGO_ENABLED=0 GOFLAGS=-buildvcs=false go build -o "$COMPTOIR_STRIPE" ./edge/gateway/stripetest/imitation) || echo "the imitation of Stripe did not build"
[ -x "$CHROMIUM" ] || { echo "no Chromium: scripts/setup test installs it"; echo "0 passed, 1 failed"; exit 1; }

# The longest goes first. axe works on every core by itself: it goes alone, at the end.
all=(permissions path import quotes credits payments gateways debits paying cards stripe clicks doubleclick reminders recurring statements files portal-lists plans subscribe contracts contract-files contract-sharing contract-centres contract-money invite groups show signin privacy requests register access contacts contracts-portal window users lan hours chat chat-portal api notices firm axe)
: "${E2E_SECONDS:=3600}" # for all of them
# Each script has a home, a program and a browser of its own: several go side by side, a browser and a program each on a core.
cores=$(nproc)
: "${E2E_LANES:=$((cores / 2 > 3 ? 3 : cores / 2 > 1 ? cores / 2 : 1))}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export work E2E_SECONDS E2E_BEGAN=$(date +%s)
export E2E_DEMOS=$work/demos
mkdir "$E2E_DEMOS"

# one NAME: runs a script; tells of it when it has ended, in one piece; leaves "passed failed" in $work.
one() {
  local name=$1 start=$SECONDS log=$work/$1.log p=0 f=1 rc=0 left run # it may die before it counts
  # Nothing holds up the rest for ever: not a script that hangs, and not a process it left behind (hence a file, no pipe).
  left=$((E2E_SECONDS - $(date +%s) + E2E_BEGAN))
  run=(timeout -k 10 $((left > 2000 ? 2000 : left > 1 ? left : 1)) node "$name.mjs")
  [ "$name" != window ] || run=(../scripts/with-display "${run[@]}")
  "${run[@]}" >"$log" 2>&1 </dev/null || rc=$?
  if [[ $(tail -n 1 "$log") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then p=${BASH_REMATCH[1]} f=${BASH_REMATCH[2]}; fi
  [ "$rc" = 0 ] || [ "$f" != 0 ] || f=1
  echo "$p $f" >"$work/$name.count"
  {
    flock 9
    echo "== $name"
    cat "$log"
    [ "$rc" != 124 ] || echo "FAIL $name: not ended in its time"
    echo "   $name: $((SECONDS - start)) s, $p passed, $f failed"
  } 9>"$work/turn"
}
export -f one

beside=() alone=()
for name in "${@:-${all[@]}}"; do if [ "$name" = axe ]; then alone+=("$name"); else beside+=("$name"); fi; done
[ ${#beside[@]} = 0 ] || printf '%s\n' "${beside[@]}" | xargs -P "$E2E_LANES" -I{} bash -c 'one "$1"' one {}
for name in "${alone[@]}"; do one "$name"; done
passed=0 failed=0
for name in "${beside[@]}" "${alone[@]}"; do
  p=0 f=1
  [ ! -s "$work/$name.count" ] || read -r p f <"$work/$name.count"
  passed=$((passed + p)) failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
