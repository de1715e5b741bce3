#!/usr/bin/env bash
# The instruction-count gate: builds what it measures, then counts. See scripts/bench/gate.py.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --locked --release --quiet --bins -p ticketgate -p bench
exec python3 scripts/bench/gate.py "$@"
