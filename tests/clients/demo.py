"""Starts `ticketgate demo` and stops it again, and knows what it said about itself."""

import contextlib
import json
import signal
import subprocess
import time

import requests

START_SECONDS = 60
STOP_SECONDS = 20
AUDIT_SECONDS = 5


class Demo:
    """What the ready file says, and the hands that steer the stand-in."""

    def __init__(self, binary, data_dir, process, ready):
        self.binary = binary
        self.data_dir = data_dir
        self.process = process
        self.gateway = ready["gateway"].rstrip("/")
        self.standin = ready["standin"].rstrip("/")
        self.token_url = ready["token_url"]
        self.operator_token = ready["operator_token"]
        self.cloud_id = next(site["cloud_id"] for site in ready["sites"] if site["name"] == "demo")
        self.clients = {client["name"]: client for client in ready["clients"]}
        facts = requests.get(f"{self.standin}/standin/facts", timeout=10).json()
        self.users = {user["name"]: user for user in facts["users"]}

    @classmethod
    @contextlib.contextmanager
    def started(cls, binary, folder):
        """Runs the demo until the block ends; then it must stop on Ctrl-C, cleanly."""
        ready_file, data_dir = folder / "ready.json", folder / "data"
        command = [binary, "demo", "--listen", "127.0.0.1:0", "--data-dir", data_dir, "--ready-file", ready_file]
        with open(folder / "output.txt", "wb") as output:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield cls(binary, data_dir, process, ready_when_written(process, ready_file, folder / "output.txt"))
            process.send_signal(signal.SIGINT)
            assert process.wait(STOP_SECONDS) == 0, f"Ctrl-C: {(folder / 'output.txt').read_text()}"
        finally:
            process.kill()
            process.wait()

    def secret(self, client):
        """The secret of a client."""
        return self.clients[client]["client_secret"]

    def client_id(self, client):
        """The client id of a client."""
        return self.clients[client]["client_id"]

    def token(self, client, **form):
        """An access token of a client."""
        form = {"grant_type": "client_credentials", **form}
        answer = requests.post(self.token_url, data=form, auth=(self.client_id(client), self.secret(client)), timeout=10)
        answer.raise_for_status()
        return answer.json()["access_token"]

    def command(self, *words):
        """What a command against this demo prints; it must succeed."""
        command = [self.binary, *words, "--data-dir", self.data_dir]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def audit(self, *words, enough=1):
        """The records `ticketgate audit search` finds, as soon as there are enough: those of reads are written a moment
        after the answer."""
        deadline = time.monotonic() + AUDIT_SECONDS
        while len(found := self.audit_now(*words)) < enough and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def audit_now(self, *words):
        """The records `ticketgate audit search --json` finds."""
        command = [self.binary, "audit", "search", "--json", "--data-dir", self.data_dir, *words]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert ran.returncode == 0, ran.stderr
        return [found["record"] for found in parsed(ran.stdout)]


def ready_when_written(process, ready_file, output):
    """The content of the ready file, as soon as there is one."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
            return json.loads(ready_file.read_text())
        assert process.poll() is None, f"the demo ended by itself: {output.read_text()}"
        time.sleep(0.02)
    raise AssertionError(f"the demo is not ready after {START_SECONDS} s: {output.read_text()}")


def parsed(text):
    """One JSON document holding the records, or one record a line."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return document.get("records", [document]) if isinstance(document, dict) else document
