#!/usr/bin/env bash
# Runs the fuzz targets on the project's own compiler, guided by coverage, without what needs a nightly one (the sanitizers of
# memory: there is no unsafe code here for them to watch).
#
#   scripts/fuzz.sh [--seconds N] [TARGET...]     all targets, 5 seconds each
#
# Seeds are in fuzz/seeds/TARGET; what is found on the way is kept in fuzz/corpus/TARGET, which git ignores, and is where the
# next run goes on. Ends with 1 at the first finding; the input that shows it is in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=5
if [ "${1:-}" = --seconds ]; then
  seconds=$2
  shift 2
fi
host=$(rustc -vV | sed -n 's/^host: //p')
# What `cargo fuzz` sets, but for the sanitizer. For this target alone: build scripts and macros stay as they are.
flags="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters"
flags="$flags -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Copt-level=2"
RUSTFLAGS=$flags cargo build --locked --quiet --manifest-path fuzz/Cargo.toml --target "$host" --bins

targets=("$@")
if [ "${#targets[@]}" -eq 0 ]; then
  for file in fuzz/fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi
for target in "${targets[@]}"; do
  mkdir -p "fuzz/corpus/$target" fuzz/artifacts
  folders=("fuzz/corpus/$target")
  if [ -d "fuzz/seeds/$target" ]; then folders+=("fuzz/seeds/$target"); fi
  log=$(mktemp)
  if ! "fuzz/target/$host/debug/$target" "${folders[@]}" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=4096 \
    -artifact_prefix="fuzz/artifacts/$target-" -print_final_stats=1 >"$log" 2>&1; then
    tail -n 40 "$log"
    echo "$target: a finding; see fuzz/artifacts"
    rm -f "$log"
    exit 1
  fi
  printf '%-16s %12s executions in %s s\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$seconds"
  rm -f "$log"
done
