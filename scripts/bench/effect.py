#!/usr/bin/env python3
"""How long after an operator pauses a client a call is still let through, while calls keep coming.

    cargo build --release --bins -p ticketgate -p bench && scripts/bench/effect.py

Four threads call without a pause as one client, each call timed. A pause is sent through the control API; what counts is, per
pause, the time from sending it to the start of the last call that was still let through, or to the control API's answer if
no call was let through after it was sent. Then the client is resumed.
"""

import http.client
import json
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from gateway import Gateway
from processes import Program

BINARIES = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "target/release"
PAUSES = 50
THREADS = 4


class Caller(threading.Thread):
    """Calls again and again, and remembers when each call that was let through had begun."""

    def __init__(self, gateway):
        super().__init__(daemon=True)
        self.gateway, self.going, self.last_let_through, self.refused = gateway, True, 0.0, 0.0

    def run(self):
        connection = http.client.HTTPConnection(self.gateway.origin.removeprefix("http://"), timeout=30)
        while self.going:
            began = time.monotonic()
            connection.request("GET", "/rest/api/3/issue/REL-1", headers={"Authorization": self.gateway.authorization})
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                self.last_let_through = began
            else:
                self.refused = time.monotonic()


def pause_once(gateway, callers):
    """Milliseconds from sending a pause to the last moment a call could still begin and be let through."""
    sent = time.monotonic()
    gateway.control("POST", "/api/v1/clients/bench-0/pause", {})
    answered = time.monotonic()
    deadline = answered + 5
    while any(caller.refused < answered for caller in callers) and time.monotonic() < deadline:
        time.sleep(0.001)
    last = max(caller.last_let_through for caller in callers)
    gateway.control("POST", "/api/v1/clients/bench-0/resume", {})
    while any(caller.last_let_through < answered for caller in callers) and time.monotonic() < deadline:
        time.sleep(0.001)
    return max(last - sent, 0) * 1000, (answered - sent) * 1000


def main():
    with tempfile.TemporaryDirectory() as temporary:
        with Program([BINARIES / "bench-upstream"], announces=True) as upstream:
            with Gateway(BINARIES / "ticketgate", Path(temporary) / "g", upstream.address) as gateway:
                callers = [Caller(gateway) for _ in range(THREADS)]
                for caller in callers:
                    caller.start()
                time.sleep(0.5)
                taken = [pause_once(gateway, callers) for _ in range(PAUSES)]
                for caller in callers:
                    caller.going = False
    pairs = list(taken)
    for name, values in [("last call let through", [a for a, _ in taken]), ("answer to the operator", [b for _, b in taken])]:
        values.sort()
        p99 = values[min(len(values) - 1, int(len(values) * 0.99))]
        print(f"| {name} | {statistics.median(values):.1f} | {p99:.1f} |")
    late = sum(last > answered for last, answered in pairs)
    print(json.dumps({"pauses": PAUSES, "threads": THREADS, "let through after the answer": late}), file=sys.stderr)
    sys.exit(1 if late else 0)


if __name__ == "__main__":
    main()
