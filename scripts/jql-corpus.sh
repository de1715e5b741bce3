#!/usr/bin/env bash
# Constrains a million generated JQL queries and compares with what the stand-in finds; writes docs/jql-corpus.md.
#
#   scripts/jql-corpus.sh [SEED]
#
# JQL_CORPUS_QUERIES changes the size, JQL_CORPUS_LANES how many run side by side (8). About five minutes of two cores to themselves. Ends with
# 1 when a constrained query found something beyond its constraint, or something else within it.
set -euo pipefail
cd "$(dirname "$0")/.."
export JQL_CORPUS_SEED=${1:-1} JQL_CORPUS_OUT=$PWD/docs/jql-corpus.md
cargo test --locked --release --quiet -p standin --lib -- --ignored --nocapture a_million_constrained_queries
printf '%s\n' "$JQL_CORPUS_OUT"
