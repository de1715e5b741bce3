#!/usr/bin/env python3
"""Puts the gateway to what it is used for, so that a compiler can be told what is used much, little and never.

    scripts/dist/exercise.py BINARY TOOLS [FOLDER]                 everything
    scripts/dist/exercise.py BINARY TOOLS FOLDER --under-callgrind  a start and a few reads

BINARY is the gateway, TOOLS the folder of bench-load and bench-upstream. A gateway that counts what runs leaves its counts in
FOLDER; callgrind leaves 0.callgrind and 1.callgrind there. Everything stays on 127.0.0.1 and ends by itself.
"""

import base64
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))
from gateway import ONE_WORKER, Gateway
from processes import Program

ISSUE = "/rest/api/3/issue/REL-1"
ROUNDS = 300
# One for each processor, and one alone, which is another kind of runtime.
WORKERS = ["", ONE_WORKER]


def main():
    binary, tools, *where = sys.argv[1:]
    binary, tools = Path(binary).resolve(), Path(tools)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        counts = Path(where[0]).resolve() if where else folder
        if where[1:] == ["--under-callgrind"]:
            for number, workers in enumerate(WORKERS):
                out = counts / f"{number}.callgrind"
                wrapper = ["valgrind", "--tool=callgrind", "--dump-instr=yes", f"--callgrind-out-file={out}"]
                reads(binary, tools, folder / str(number), 3_000, wrapper=wrapper, more=workers)
        else:
            os.environ["LLVM_PROFILE_FILE"] = str(counts / "%p.profraw")
            for number, workers in enumerate(WORKERS):
                reads(binary, tools, folder / str(number), 20_000, more=workers)
            encrypted(binary, folder)
            demo(binary, folder)


def reads(binary, tools, folder, count, **how):
    """Nearly every call of nearly every installation: a read with a token, or with a name and a secret."""
    with Program([tools / "bench-upstream"], announces=True) as upstream:
        with Gateway(binary, folder / "reads", upstream.address, **how) as gateway:
            token, basic = gateway.authorization, gateway.basic
            for authorization, share, connections in [(token, count, 32), (basic, count // 3, 32), (token, count // 3, 128)]:
                command = [tools / "bench-load", gateway.origin + ISSUE, str(share), str(connections), authorization]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
                dawdle(gateway)


def dawdle(gateway):
    """Somebody who takes time, so that what is only for waiting runs too: a connection that says nothing at first, a head in pieces, a
    pause between two calls."""
    at = urlsplit(gateway.origin)
    head = f"GET {ISSUE} HTTP/1.1\r\nhost: {at.netloc}\r\nauthorization: {gateway.authorization}\r\n\r\n"
    with socket.create_connection((at.hostname, at.port), timeout=60) as client:
        for _ in range(3):
            for piece in [head[:1], head[1:20], head[20:]]:
                time.sleep(0.3)
                client.sendall(piece.encode())
            answer = http.client.HTTPResponse(client)
            answer.begin()
            text = answer.read()
            assert answer.status == 200, text


class Upstream(BaseHTTPRequestHandler):
    """Atlassian, as far as a read over TLS needs it."""

    protocol_version = "HTTP/1.1"
    # Head and body in one piece: two wait for each other's acknowledgement.
    wbufsize = -1
    token = json.dumps({"access_token": "upstream", "expires_in": 3600, "token_type": "Bearer", "scope": "read:jira-work"})
    issue = json.dumps({"id": "10001", "key": "REL-1", "fields": {"summary": "release notes " * 140}})

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(self.token)

    def do_GET(self):
        self.answer(self.issue)

    def answer(self, text):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())
        self.wfile.flush()

    def log_message(self, *_):
        pass


def encrypted(binary, folder):
    """TLS on both sides, and HTTP/2 from clients."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    upstream = f"https://127.0.0.1:{server.server_port}"
    with Gateway(binary, folder / "encrypted", upstream, more=f'[upstream]\nca = ["{cert}"]\n' + ONE_WORKER) as gateway:
        # What was set up without TLS goes on with it.
        gateway.program.__exit__()
        with gateway.config.open("a") as settings:
            settings.write(f'[tls]\ncert = "{cert}"\nkey = "{key}"\n')
        (gateway.directory / "data" / "gateway.json").unlink(missing_ok=True)
        gateway.start()
        trusting = ssl.create_default_context(cafile=cert)
        for _ in range(20):
            origin = http.client.HTTPSConnection(urlsplit(gateway.origin).netloc, context=trusting)
            for _ in range(ROUNDS // 5):
                origin.request("GET", ISSUE, headers={"Authorization": gateway.authorization})
                answer = origin.getresponse()
                assert answer.status == 200, answer.read()
                answer.read()
            origin.close()
        subprocess.run(
            ["curl", "-sSf", "--http2", "--cacert", cert, "-H", f"Authorization: {gateway.authorization}",
             "-o", folder / "answer", f"{gateway.origin}/rest/api/3/issue/REL-[1-{ROUNDS}]"],
            check=True, capture_output=True,
        )
    server.shutdown()


BOUNDED = """owner = "team-bench@example.com"
purpose = "Measures"
site = "demo"
grant = "demo-service-account"
scopes = ["read:jira-work", "write:jira-work"]
operations = { effects = ["read", "write"] }
projects = { allow = ["REL"] }
"""


class Origin:
    """One kept connection to the demo."""

    def __init__(self, url):
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc)

    def ask(self, method, path, body=None, authorization=None):
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
        if authorization:
            headers["Authorization"] = authorization
        if isinstance(body, str):
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


def demo(binary, folder):
    """What clients do beside reading one issue: searches, changes, boundaries, refusals, tokens; and operators."""
    ready, data = folder / "ready.json", folder / "demo"
    with Program([binary, "demo", "--listen", "127.0.0.1:0", "--ready-file", ready, "--data-dir", data]):
        deadline = time.monotonic() + 120
        while not ready.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        ready = json.loads(ready.read_text())
        gateway, operator = Origin(ready["gateway"]), "Bearer " + ready["operator_token"]
        secrets = {client["client_id"]: client["client_secret"] for client in ready["clients"]}
        (data / "manifests/bounded.toml").write_text(BOUNDED)
        asked = {"client": "bounded", "owner": "team bench", "purpose": "measures"}
        secrets["bounded"] = json.loads(gateway.ask("POST", "/api/v1/clients", asked, operator)[1])["client_secret"]
        gateway.ask("POST", "/api/v1/manifests/publish", None, operator)
        keys = {
            client: "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()
            for client, secret in secrets.items()
        }
        pages = [("GET", f"/api/v1/{page}", None) for page in ["clients", "grants", "manifests", "audit/tail"]]
        token = ("POST", "/oauth/token", "grant_type=client_credentials")
        heard = {}
        for number in range(ROUNDS):
            seldom = number % 10 == 0
            asked = [(key, call) for key in keys.values() for call in [*calls(number), *([token] if seldom else [])]]
            for key, (method, path, body) in asked + [(operator, page) for page in pages if seldom]:
                status, text = gateway.ask(method, path, body, key)
                heard.setdefault((method, path.replace(f"REL-{number % 100 + 1}", "KEY")), {})[status] = text
        for call, answers in heard.items():
            # Allowed to some and refused to others, which is as well: but to nobody would be a mistake of this file.
            assert any(status < 300 for status in answers), f"{call}: {answers}"


def calls(number):
    """One round of what a client asks for."""
    jql = "project = REL AND status != Done ORDER BY created DESC"
    search = {"jql": jql, "maxResults": 20, "fields": ["summary", "status", "assignee"]}
    issue = f"/rest/api/3/issue/REL-{number % 100 + 1}"
    summary = {"fields": {"summary": f"number {number}"}}
    fresh = {"fields": {"project": {"key": "REL"}, "issuetype": {"name": "Task"}, **summary["fields"]}}
    yield "GET", issue, None
    yield "GET", "/rest/api/3/myself", None
    yield "GET", "/rest/api/3/project/search", None
    yield "POST", "/rest/api/3/search/jql", search
    yield "PUT", issue, summary
    yield "POST", f"{issue}/comment", {"body": {"type": "doc", "version": 1, "content": []}}
    yield "GET", f"{issue}/transitions", None
    yield "GET", "/rest/agile/1.0/board", None
    yield "GET", "/wiki/api/v2/pages?limit=5", None
    if number % 5 == 0:
        yield "POST", "/rest/api/3/issue", fresh


if __name__ == "__main__":
    main()
