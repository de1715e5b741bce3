#!/usr/bin/env bash
# Stands in front of the C compiler while scripts/dist.sh builds for good, which calls it `cc`, and links once more what it links.
#
# Which functions a start and some calls run, and which parts of functions that the compiler has split, can be seen only in the
# finished program. So it is linked, watched under callgrind, and linked again from the same parts in that order. Everything else is
# passed on as it is.
#
# TICKETGATE_DIST is the folder scripts/dist.sh works in.
set -euo pipefail
PATH=${PATH//"$TICKETGATE_DIST/bin:"/}
cc "$@"

out='' before=''
for word in "$@"; do
  if [ "$before" = -o ]; then out=$word; fi
  before=$word
done
case $out in */deps/ticketgate-*) ;; *) exit 0 ;; esac

counts=$TICKETGATE_DIST/counts
python3 scripts/dist/exercise.py "$out" target/release "$counts" --under-callgrind
python3 scripts/dist/order.py "$counts/ticketgate.txt" "$(realpath "$out")" "$counts"/*.callgrind >"$TICKETGATE_DIST/order.txt"
exec cc "$@"
