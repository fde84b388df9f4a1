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

all=(path import quotes credits payments gateways debits paying cards stripe clicks doubleclick reminders recurring statements files portal-lists plans subscribe contracts contract-files contract-sharing contract-centres contract-money invite groups show signin privacy requests register access contacts contracts-portal permissions axe window users lan hours chat chat-portal api notices firm)
: "${E2E_SECONDS:=3000}" # for all of them
passed=0 failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for name in "${@:-${all[@]}}"; do
  echo "== $name"
  start=$SECONDS
  # Nothing holds up the rest for ever: not a script that hangs, and not a process it left behind (hence a file, no pipe).
  left=$((E2E_SECONDS - SECONDS))
  run=(timeout -k 10 $((left > 1500 ? 1500 : left > 1 ? left : 1)) node "$name.mjs")
  [ "$name" != window ] || run=(../scripts/with-display "${run[@]}")
  "${run[@]}" >"$log" 2>&1
  rc=$?
  cat "$log"
  if [[ $(tail -n 1 "$log") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    p=${BASH_REMATCH[1]} f=${BASH_REMATCH[2]}
  else
    p=0 f=1 # it died before it could count
  fi
  [ "$rc" = 0 ] || [ "$f" != 0 ] || f=1
  passed=$((passed + p)) failed=$((failed + f))
  [ "$rc" != 124 ] || echo "FAIL $name: not ended in its time"
  echo "   $name: $((SECONDS - start)) s, $p passed, $f failed"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
