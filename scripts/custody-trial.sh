#!/usr/bin/env bash
# Tries at full size whether a grant can be lost, and writes what came of it to docs/custody-trial.md. See docs/custody.md.
#
#   scripts/custody-trial.sh [SEED]
#
# KILLS_SQLITE, KILLS_POSTGRES and KILLS_NAIVE change the sizes; LANES how many gateways run side by side; MODEL=no leaves the
# model at its large size out. About forty minutes on two cores. Ends with 1 when a grant was lost, a token redeemed too late
# or an access token sent after its end.
set -euo pipefail
cd "$(dirname "$0")/.."
seed=${1:-1}
lanes=${LANES:-8}
out=docs/custody-trial.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Kills need no disk: what a process wrote is there for the next one. In memory starts are quick.
folder=/dev/shm
[ -w "$folder" ] || folder=$work
status=0

cargo build --locked --release --quiet --features failpoints -p ticketgate
cargo build --locked --release --quiet -p testkit
programs=${CARGO_TARGET_DIR:-target}/release
cp "$programs/ticketgate" "$programs/custody-trial" "$work"
trial=$work/custody-trial
gateway=$work/ticketgate

# run NAME ARGUMENTS...: one trial; its report, in JSON, goes to NAME.json.
run() {
  local name=$1
  shift
  printf '== %s\n' "$name" >&2
  "$trial" run --json --seed "$seed" --folder "$folder" "$@" >"$work/$name.json"
}

run one-process --gateway "$gateway" --kills "${KILLS_SQLITE:-10000}" --lanes "$lanes" || status=1
run three-processes --gateway "$gateway" --store postgres --kills "${KILLS_POSTGRES:-2000}" --lanes 5 || status=1
# They lose: that is what they are for.
naive=(--kills "${KILLS_NAIVE:-300}" --lanes 4 --retry new-pair-replaces --seconds-at-most 300)
run lock-that-ends --naive lock-that-ends --processes 3 "${naive[@]}" || true
run written-later --naive written-later "${naive[@]}" || true
printf '== crowd\n' >&2
"$trial" crowd --gateway "$gateway" >"$work/crowd" || status=1
model="left out"
if [ "${MODEL:-yes}" = yes ]; then
  printf '== model\n' >&2
  cargo test --locked --release --quiet -p broker --lib -- --ignored large --nocapture >"$work/model" 2>&1 || status=1
  model=$(cat "$work/model")
fi

{
  # shellcheck disable=SC2016
  printf '# The custody trial\n\nWritten by `scripts/custody-trial.sh %s`; what it means is in [custody.md](custody.md).\n\n' "$seed"
  "$trial" table "$work"/{one-process,three-processes,lock-that-ends,written-later}.json
  printf '\n## A crowd on an expired token\n\n'
  sed 's/^./    &/' "$work/crowd"
  printf '\n## The model at its large size\n\n'
  printf '%s\n' "$model" | sed -n 's/^\(.*[^ ].*\)$/    \1/p'
  printf '\n## In full\n\n'
  for name in one-process three-processes lock-that-ends written-later; do
    # shellcheck disable=SC2016
    printf '```json\n'
    cat "$work/$name.json"
    printf '```\n\n'
  done
} >"$out"
printf '%s\n' "$out"
exit "$status"
