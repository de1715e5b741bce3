#!/usr/bin/env python3
"""What the gateway adds to the time a call takes, at 2,000 calls a second: the median, beside going to Atlassian directly.

    scripts/dist.sh && scripts/bench/latency.py --gateway target/optimised/ticketgate

The load is h2load's (Debian: nghttp2-client): 32 connections that begin a little after one another and then send at times of their own,
each as soon as it is time and the call before it is answered. Rounds go through all, every second one in reverse order; the difference
is taken within a round.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import others
from gateway import Gateway
from measure import ROOT
from processes import Program

CONNECTIONS = 32
PER_SECOND = 2_000
SECONDS = 5


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--bin", type=Path, default=ROOT / "target/release", help="folder of the programs")
    parser.add_argument("--gateway", type=Path, help="the gateway, when it is not the one in that folder")
    return parser.parse_args()


def median(url, authorization, log):
    """Microseconds until the end of an answer."""
    log.unlink(missing_ok=True)
    command = [
        "h2load", "--h1", f"--clients={CONNECTIONS}", f"--requests={PER_SECOND * SECONDS}", f"--rps={PER_SECOND / CONNECTIONS}",
        # Each sends every 16 ms: begun 17 ms apart, no two of sixteen send together.
        "--rate=1", "--rate-period=17ms", f"--log-file={log}", url,
    ]
    subprocess.run([*command, f"--header=authorization: {authorization}"], check=True, capture_output=True)
    rows = [line.split() for line in log.read_text().splitlines()]
    if len(rows) != PER_SECOND * SECONDS or any(status != "200" for _, status, _ in rows):
        sys.exit(f"{url}: not every call was answered with 200")
    return statistics.median(int(took) for _, _, took in rows)


def main():
    chosen = arguments()
    with ExitStack() as running, tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        upstream = running.enter_context(Program([chosen.bin / "bench-upstream"], announces=True))
        binary = chosen.gateway or chosen.bin / "ticketgate"
        gateway = running.enter_context(Gateway(binary, directory / "gateway", upstream.address))
        bare = running.enter_context(Program([chosen.bin / "bench-bare", upstream.address], announces=True))
        path = "/rest/api/3/issue/REL-1"
        ways = {"directly": f"http://{upstream.address}{path}", "hyper, bare": f"http://{bare.address}{path}"}
        for name, make in [("nginx, full", others.nginx), ("haproxy, full", others.haproxy)]:
            program, ways[name] = make(directory / name.split(",")[0], upstream.address, gateway.authorization)
            running.enter_context(program)
        ways["**ticketgate**"] = gateway.origin + path

        took = {name: [] for name in ways}
        for number in range(chosen.rounds + 1):
            for name in list(ways) if number % 2 else list(reversed(ways)):
                found = median(ways[name], gateway.authorization, directory / "times")
                if number:  # the first round only warms
                    took[name].append(found)

        print("| | median, us | added, us |\n|---|---|---|")
        for name, times in took.items():
            added = statistics.median(one - other for one, other in zip(times, took["directly"]))
            print(f"| {name} | {statistics.median(times):.0f} | {added:.0f} |")


if __name__ == "__main__":
    main()
