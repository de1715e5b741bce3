#!/usr/bin/env python3
"""What a proxied request costs, beside bare hyper, nginx and HAProxy: same upstream, same run.

    scripts/dist.sh && scripts/bench/measure.py --gateway target/optimised/ticketgate

CPU is the change of user and system time of the process tree over a round, divided by its requests; rounds run through all
proxies, every second round in reverse order, and the median is shown with its ratio to bare hyper paired within the round.
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
from processes import Program

ROOT = Path(__file__).resolve().parents[2]
# As many as the others know keys.
CLIENTS = 100


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--requests", type=int, default=40_000)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--bin", type=Path, default=ROOT / "target/release", help="folder of the programs")
    parser.add_argument("--gateway", type=Path, help="the gateway, when it is not the one in that folder")
    return parser.parse_args()


def load(binaries, url, count, connections, authorization):
    command = [binaries / "bench-load", url, str(count), str(connections)]
    subprocess.run([*command, authorization] if authorization else command, check=True, stdout=subprocess.DEVNULL)


def main():
    chosen = arguments()
    with ExitStack() as running, tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        upstream = running.enter_context(Program([chosen.bin / "bench-upstream"], announces=True))
        binary = chosen.gateway or chosen.bin / "ticketgate"
        gateway = running.enter_context(Gateway(binary, directory / "gateway", upstream.address, clients=CLIENTS))
        for number in range(1, CLIENTS):
            gateway.register(f"bench-{number}")
        bare = running.enter_context(Program([chosen.bin / "bench-bare", upstream.address], announces=True))
        key = gateway.authorization
        path = "/rest/api/3/issue/REL-1"
        proxies = {"hyper, bare": (bare, f"http://{bare.address}{path}", None)}
        for name, make, authorization in [
            ("nginx, bare", others.nginx, None),
            ("haproxy, bare", others.haproxy, None),
            ("nginx, full", others.nginx, key),
            ("haproxy, full", others.haproxy, key),
            ("haproxy, full and careful", others.haproxy_careful, key),
            *([("nginx with Lua, full", others.nginx_with_lua, key)] if others.LUA.exists() else []),
            ("nginx with auth_request, full", others.nginx_asking, key),
        ]:
            program, url = make(directory / name.replace(",", "").replace(" ", "-"), upstream.address, authorization)
            proxies[name] = (running.enter_context(program), url, authorization)
        proxies["**ticketgate**"] = (gateway.program, gateway.origin + path, key)

        costs = {name: [] for name in proxies}
        for number in range(chosen.rounds + 1):
            order = list(proxies) if number % 2 else list(reversed(proxies))
            for name in order:
                program, url, authorization = proxies[name]
                before = program.cpu_seconds()
                load(chosen.bin, url, chosen.requests, chosen.connections, authorization)
                spent = (program.cpu_seconds() - before) / chosen.requests * 1e6
                if number:  # the first round only warms
                    costs[name].append(spent)
                print(f"round {number} {name}: {spent:.1f} us", file=sys.stderr)

        ours = "**ticketgate**"
        print(f"| | CPU us/request | x hyper, bare | {ours} x this | peak MB |\n|---|---|---|---|---|")
        for name, (program, _, _) in proxies.items():
            cost, peak = statistics.median(costs[name]), program.peak_megabytes()
            of_bare, ours_of = ratio(costs[name], costs["hyper, bare"]), ratio(costs[ours], costs[name])
            print(f"| {name} | {cost:.1f} | {of_bare:.2f} | {ours_of:.2f} | {peak:.0f} |")


def ratio(these, those):
    """Paired within each round."""
    return statistics.median(a / b for a, b in zip(these, those))


if __name__ == "__main__":
    main()
