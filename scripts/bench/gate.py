#!/usr/bin/env python3
"""Counts instructions per proxied request (callgrind) and compares them with what is committed.

    scripts/gate.sh             fails when the count is 5 % above scripts/bench/gate.json
    scripts/gate.sh --accept    writes the new count there

Counted is (Ir(2N) - Ir(N)) / N over two runs of the gateway, so starting and stopping cancel out. One worker, everything on.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from gateway import Gateway
from processes import Program

ROOT = Path(__file__).resolve().parents[2]
BINARIES = ROOT / "target/release"
COMMITTED = Path(__file__).parent / "gate.json"
REQUESTS = 4000
TOLERATED = 1.05


def instructions(count, keep=None):
    """Instructions of a whole run of the gateway that answers `count` requests."""
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(keep or Path(temporary) / "callgrind.out")
        wrapper = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
        with Program([BINARIES / "bench-upstream"], announces=True) as upstream:
            with Gateway(BINARIES / "ticketgate", Path(temporary) / "g", upstream.address, wrapper=wrapper) as gateway:
                url = gateway.origin + "/rest/api/3/issue/REL-1"
                subprocess.run(
                    [BINARIES / "bench-load", url, str(count), "32", gateway.authorization],
                    check=True, stdout=subprocess.DEVNULL,
                )
        return int(re.search(r"^(?:summary|totals): (\d+)", out.read_text(), re.M)[1])


def main():
    few = instructions(REQUESTS)
    many = instructions(2 * REQUESTS, keep=sys.argv[2] if sys.argv[1:2] == ["--keep"] else None)
    counted = round((many - few) / REQUESTS)
    if "--accept" in sys.argv:
        COMMITTED.write_text(json.dumps({"instructions_per_request": counted}) + "\n")
    committed = json.loads(COMMITTED.read_text())["instructions_per_request"]
    print(f"note: {counted} instructions per request, committed {committed}, {counted / committed - 1:+.1%}")
    if counted > committed * TOLERATED:
        sys.exit("A request costs more than 5 % more than it did. If that is worth it: scripts/gate.sh --accept")


if __name__ == "__main__":
    main()
