#!/usr/bin/env bash
# Builds the program that is handed to users: the compiler is told what the gateway does all day, and the linker puts that
# together. A call then costs a seventh less than with `cargo build --profile dist`, and the process takes half the memory
# (docs/BENCHMARKS.md).
#
#   scripts/dist.sh [OUT]     writes OUT, target/optimised/ticketgate unless said otherwise
#
# It is built twice: once to count what runs while scripts/dist/exercise.py puts it to use, and once for good, with these counts.
# Half an hour on two processors. For x86-64 Linux with the linker that comes with Rust; needs its component llvm-tools, and
# valgrind, python3, curl and openssl from the distribution.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-target/optimised/ticketgate}
host=$(rustc -vV | sed -n 's/^host: //p')
llvm=$(rustc --print sysroot)/lib/rustlib/$host/bin
[ "$host" = x86_64-unknown-linux-gnu ] || { echo "$host: use cargo build --profile dist"; exit 2; }
[ -x "$llvm/llvm-profdata" ] || { echo "llvm-profdata is missing: rustup component add llvm-tools"; exit 2; }
for tool in valgrind python3 curl openssl; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: install the package of that name"; exit 2; }
done

build=$PWD/target/trained
counts=$build/counts
mkdir -p "$build" "$(dirname "$out")"

# dist FLAGS: one build. For this target by name, so that build scripts and macros are not told anything.
dist() {
  RUSTFLAGS=$1 cargo build --locked --profile dist -p ticketgate --target "$host" --target-dir "$build"
}

echo "1 of 4: the tools of the exercise"
cargo build --locked --release --quiet --bins -p bench
echo "2 of 4: the program that counts what runs"
dist "-Cprofile-generate=$build/elsewhere"
echo "3 of 4: the exercise"
rm -rf "$counts" && mkdir "$counts"
python3 scripts/dist/exercise.py "$build/$host/dist/ticketgate" target/release "$counts"
"$llvm/llvm-profdata" merge -o "$build/ticketgate.profdata" "$counts"/*.profraw
"$llvm/llvm-profdata" show --all-functions --counts "$build/ticketgate.profdata" >"$counts/ticketgate.txt"
python3 scripts/dist/order.py "$counts/ticketgate.txt" >"$build/order.txt"
echo "4 of 4: the program"
flags="-Cprofile-use=$build/ticketgate.profdata"
# What never ran leaves the functions that did: lines and pages then hold what runs and nothing else. By the counts alone, not by how
# they compare with the busiest, because what runs once runs at every start.
flags+=" -Cllvm-args=-enable-split-machine-functions -Cllvm-args=-mfs-psi-cutoff=0 -Cllvm-args=-mfs-count-threshold=1"
# Functions are put in order below, all of them; the compiler's own three groups would keep some from being split.
flags+=" -Cllvm-args=-profile-guided-section-prefix=false"
flags+=" -Clink-arg=-Wl,--symbol-ordering-file=$build/order.txt -Clink-arg=-Wl,--no-warn-symbol-ordering"
# From this C library on a program's relocations need not be a megabyte of it.
glibc=$(getconf GNU_LIBC_VERSION | cut -d' ' -f2)
if [ "$(printf '%s\n' 2.36 "$glibc" | sort -V | head -n 1)" = 2.36 ]; then
  flags+=" -Clink-arg=-Wl,-z,pack-relative-relocs"
fi
mkdir -p "$build/bin"
ln -sf "$PWD/scripts/dist/cc.sh" "$build/bin/cc"
PATH=$build/bin:$PATH TICKETGATE_DIST=$build dist "$flags"
install -m 755 "$build/$host/dist/ticketgate" "$out"
rm -rf "$build/elsewhere" "$counts"
echo "$out: $("$out" --version), $(stat -c %s "$out") bytes"
