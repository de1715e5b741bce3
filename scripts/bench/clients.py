#!/usr/bin/env python3
"""What many clients cost: memory with 10,000 clients and 1,000 manifests loaded, and a call's CPU beside a gateway with ten.

    scripts/dist.sh && scripts/bench/clients.py target/release target/optimised/ticketgate
"""

import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from gateway import Gateway
from measure import ROOT, load
from processes import Program

BINARIES = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "target/release"
FEW = {"clients": 10, "manifests": 10}
MANY = {"clients": 10_000, "manifests": 1_000}
REQUESTS, ROUNDS = 20_000, 5
GATEWAY = Path(sys.argv[2]) if len(sys.argv) > 2 else BINARIES / "ticketgate"


def main():
    with ExitStack() as running, tempfile.TemporaryDirectory() as temporary:
        upstream = running.enter_context(Program([BINARIES / "bench-upstream"], announces=True))
        gateways = {}
        for name, sizes in {"few": FEW, "many": MANY}.items():
            gateway = running.enter_context(
                Gateway(GATEWAY, Path(temporary) / name, upstream.address, clients=sizes["manifests"])
            )
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(gateway.register, (f"more-{number}" for number in range(sizes["clients"] - 1))))
            gateways[name] = gateway
            print(f"{name}: {sizes}, {gateway.program.peak_megabytes():.0f} MB at rest", file=sys.stderr)
        costs = {name: [] for name in gateways}
        for number in range(ROUNDS):
            for name in list(gateways)[:: 1 if number % 2 else -1]:
                gateway = gateways[name]
                before = gateway.program.cpu_seconds()
                load(BINARIES, gateway.origin + "/rest/api/3/issue/REL-1", REQUESTS, 32, gateway.authorization)
                costs[name].append((gateway.program.cpu_seconds() - before) / REQUESTS * 1e6)
        ratio = statistics.median(many / few for many, few in zip(costs["many"], costs["few"]))
        print("| clients | manifests | peak MB | CPU us/request |\n|---|---|---|---|")
        for name, sizes in {"few": FEW, "many": MANY}.items():
            peak = gateways[name].program.peak_megabytes()
            print(f"| {sizes['clients']} | {sizes['manifests']} | {peak:.0f} | {statistics.median(costs[name]):.1f} |")
        print(f"\nA call with many costs {ratio:.2f} times one with few.")


if __name__ == "__main__":
    main()
