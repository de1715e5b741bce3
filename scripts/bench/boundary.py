#!/usr/bin/env python3
"""What a boundary costs a call: questions to Atlassian, and time, beside the same call of a client without one.

    scripts/bench/boundary.py target/release

Both clients call the same demo in turns; `cold` asks for another issue each time, `warm` for the same one.
"""

import base64
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

HEAD = """owner = "team-bench@example.com"
purpose = "Measures"
site = "demo"
grant = "demo-service-account"
scopes = ["read:jira-work"]
[operations]
effects = ["read"]
"""
CLIENTS = {"free": "", "bounded": '[projects]\nallow = ["REL"]\n'}
ROUNDS = 100
SEARCH = ("POST", "/rest/api/3/search/jql", {"jql": "", "maxResults": 50, "fields": ["*all"]})
CALLS = {
    "read an issue, cold": lambda n: ("GET", f"/rest/api/3/issue/REL-{n % 120 + 1}", None),
    "read an issue, warm": lambda _: ("GET", "/rest/api/3/issue/REL-1", None),
    "search, 50 issues with all fields": lambda _: SEARCH,
    "list projects": lambda _: ("GET", "/rest/api/3/project/search", None),
    "read an issue outside": lambda n: ("GET", f"/rest/api/3/issue/DATA-{n % 110 + 1}", None),
}


class Origin:
    def __init__(self, url):
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc)

    def ask(self, method, path, body=None, authorization=None):
        headers = {"Accept": "application/json"}
        if authorization:
            headers["Authorization"] = authorization
        if body is not None:
            headers["Content-Type"] = "application/json"
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


def main():
    binary = Path(sys.argv[1]).resolve() / "ticketgate"
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        data = Path(folder) / "data"
        demo = subprocess.Popen(
            [binary, "demo", "--listen", "127.0.0.1:0", "--ready-file", ready, "--data-dir", data],
            stdout=subprocess.DEVNULL,
        )
        try:
            while not ready.exists():
                time.sleep(0.05)
            measure(json.loads(ready.read_text()), data)
        finally:
            demo.terminate()
            demo.wait()


def measure(ready, data):
    gateway, standin = Origin(ready["gateway"]), Origin(ready["standin"])
    operator = "Bearer " + ready["operator_token"]
    keys = {}
    for client, tables in CLIENTS.items():
        (data / f"manifests/{client}.toml").write_text(HEAD + tables)
        asked = {"client": client, "owner": "team bench", "purpose": "measures"}
        status, made = gateway.ask("POST", "/api/v1/clients", asked, operator)
        assert status == 201, made
        secret = json.loads(made)["client_secret"]
        keys[client] = "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()
    status, said = gateway.ask("POST", "/api/v1/manifests/publish", None, operator)
    assert status == 200, said
    print("| | questions per call | without, ms | with, ms |\n|---|--:|--:|--:|")
    for name, call in CALLS.items():
        times = {client: [] for client in CLIENTS}
        asked = 0
        for n in range(ROUNDS):
            for client, key in keys.items():
                standin.ask("DELETE", "/standin/requests")
                begun = time.perf_counter()
                gateway.ask(*call(n), key)
                times[client].append((time.perf_counter() - begun) * 1000)
                if client == "bounded":
                    _, seen = standin.ask("GET", "/standin/requests?limit=1000")
                    asked += len(json.loads(seen)["requests"])
        outside = "outside" in name
        extra = asked / ROUNDS - (0 if outside else 1)
        medians = [statistics.median(times[client]) for client in CLIENTS]
        print(f"| {name} | {extra:.2f} | {medians[0]:.2f} | {medians[1]:.2f} |")


if __name__ == "__main__":
    main()
