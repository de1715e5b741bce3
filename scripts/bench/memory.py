#!/usr/bin/env python3
"""The most memory a gateway with default settings and one client has taken: at rest, and after 40,000 calls over 32 and over 128
connections.

    scripts/dist.sh && scripts/bench/memory.py target/release target/optimised/ticketgate
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from gateway import Gateway
from measure import ROOT, load
from processes import Program

BINARIES = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "target/release"
GATEWAY = Path(sys.argv[2]) if len(sys.argv) > 2 else BINARIES / "ticketgate"
REQUESTS = 40_000


def main():
    print("| connections | peak MB | of it mapped from the program and libraries |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        with Program([BINARIES / "bench-upstream"], announces=True) as upstream:
            with Gateway(GATEWAY, Path(temporary) / "gateway", upstream.address, more="") as gateway:
                show("none", gateway)
                for connections in [32, 128]:
                    url = gateway.origin + "/rest/api/3/issue/REL-1"
                    load(BINARIES, url, REQUESTS, connections, gateway.authorization)
                    show(connections, gateway)


def show(connections, gateway):
    status = Path(f"/proc/{gateway.program.process.pid}/status").read_text()
    files = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssFile:"))
    print(f"| {connections} | {gateway.program.peak_megabytes():.1f} | {files / 1024:.1f} |")


if __name__ == "__main__":
    main()
