# Runs named steps, keeps their output, counts what their test runners say. Sourced by ./test.
# shellcheck shell=bash

logs=.cache/logs
rm -rf "$logs"
mkdir -p "$logs"
failed_steps=()
passed=0
failed=0
skipped=0

# step NAME COMMAND...: runs the command, shows its output when it fails or is a test run, adds up its tests.
step() {
  local name=$1 log started status
  shift
  log=$logs/${name// /-}.log
  started=$SECONDS
  printf '== %s\n' "$name"
  "$@" >"$log" 2>&1
  status=$?
  count "$log"
  if [ "$status" -ne 0 ]; then
    failed_steps+=("$name")
    tail -n 200 "$log"
    printf -- '-- %s FAILED with exit code %d after %d s (all of it: %s)\n' "$name" "$status" "$((SECONDS - started))" "$log"
  else
    grep -E '^(note|skipped):' "$log" | sort -u
    printf -- '-- %s passed in %d s\n' "$name" "$((SECONDS - started))"
  fi
}

# count LOG: adds the closing lines of nextest, cargo test, pytest and node found in LOG.
count() {
  local line
  while read -r line; do
    case $line in
      *"tests run:"*) add "$line" ;;
      "test result:"*) add "$line" ;;
      "# pass "* | "# fail "*) add_node "$line" ;;
      *" in "*s | *" in "*s" "*) add "$line" ;;
    esac
  done < <(sed -E 's/\x1b\[[0-9;]*m//g; s/^=+ //; s/ =+$//' "$1" | grep -E '(tests? run:|^test result:|^# (pass|fail) [0-9]+$|^[0-9]+ (passed|failed).* in )')
}

add() {
  passed=$((passed + $(number passed "$1")))
  failed=$((failed + $(number failed "$1") + $(number 'timed out' "$1")))
  skipped=$((skipped + $(number skipped "$1") + $(number ignored "$1")))
}

# add_node LINE: one of the closing lines of node's test runner.
add_node() {
  case $1 in
    "# pass "*) passed=$((passed + ${1##* })) ;;
    "# fail "*) failed=$((failed + ${1##* })) ;;
  esac
}

# number WORD LINE: the number right before WORD in LINE, or 0.
number() {
  local found
  found=$(printf '%s\n' "$2" | grep -oE "[0-9]+ $1" | grep -oE '^[0-9]+' | head -n 1)
  printf '%s' "${found:-0}"
}

# closing: what failed, the count, and the exit code.
closing() {
  printf '\n'
  if [ "${#failed_steps[@]}" -gt 0 ]; then
    printf 'failed steps: %s\n' "${failed_steps[*]}"
    [ "$failed" -gt 0 ] || failed=${#failed_steps[@]}
  fi
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "${#failed_steps[@]}" -eq 0 ]
}
