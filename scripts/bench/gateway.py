"""The gateway under measurement, set up the way an operator does it: settings, a manifest, a grant, a client."""

import base64
import json
import subprocess
import time
import urllib.request
from pathlib import Path

from processes import Program

SETTINGS = """
listen = "127.0.0.1:0"
data_dir = "{dir}/data"
manifests = "{dir}/manifests"
[sites.bench]
url = "{upstream}"
cloud_id = "11111111-2222-4333-8444-555555555555"
api_origin = "{upstream}"
[log]
level = "warn"
{more}"""

# One, as every proxy beside it has.
ONE_WORKER = "[runtime]\nworkers = 1\n"

MANIFEST = """
owner = "bench@example.com"
purpose = "Measures what a call costs."
site = "bench"
grant = "bench-service-account"
scopes = ["read:jira-work"]
operations = {{ ids = ["getIssue"], effects = ["read"], products = ["jira"] }}
# {name}
"""


class Gateway:
    """A running gateway with `clients` clients and as many manifests; the first client's token is in `authorization`.

    `upstream` is an address, or an origin; `more` are further settings."""

    def __init__(self, binary, directory, upstream, clients=1, wrapper=(), more=ONE_WORKER):
        self.binary, self.directory, self.clients = Path(binary), Path(directory), clients
        self.upstream = upstream if "://" in upstream else f"http://{upstream}"
        self.wrapper, self.more = list(wrapper), more

    def __enter__(self):
        manifests = self.directory / "manifests"
        manifests.mkdir(parents=True)
        self.config = self.directory / "ticketgate.toml"
        self.config.write_text(SETTINGS.format(dir=self.directory, upstream=self.upstream, more=self.more))
        names = [f"bench-{number}" for number in range(self.clients)]
        for name in names:
            (manifests / f"{name}.toml").write_text(MANIFEST.format(name=name))
        self.start()
        self.run("grant", "add", "bench-service-account", "--kind", "service-account", "--site", "bench",
                 "--client-id", "bench", "--token-url", f"{self.upstream}/oauth/token",
                 "--secret-file", "-", stdin=b"a-secret-for-measuring")
        secret_file = self.directory / "secret"
        self.run("client", "register", names[0], "--owner", "bench", "--purpose", "measures",
                 "--secret-file", secret_file)
        self.secret = secret_file.read_text().strip()
        self.basic = "Basic " + base64.b64encode(f"{names[0]}:{self.secret}".encode()).decode()
        self.authorization = "Bearer " + self.token()
        return self

    def start(self):
        command = [*self.wrapper, self.binary, "--config", self.config, "serve"]
        self.program = Program(command, log=self.directory / "gateway.log")
        self.origin = self.wait_for_address()

    def __exit__(self, *exit_arguments):
        self.program.__exit__(*exit_arguments)

    def register(self, name):
        """One more client, through the control API; its secret is thrown away."""
        self.control("POST", "/api/v1/clients", {"client": name, "owner": "bench", "purpose": "is there"})

    def control(self, method, path, body):
        file = json.loads((self.directory / "data" / "gateway.json").read_text())
        request = urllib.request.Request(
            self.origin + path, method=method, data=json.dumps(body).encode(),
            headers={"Authorization": "Bearer " + file["token"], "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def run(self, *arguments, stdin=b""):
        command = [self.binary, "--config", self.config, *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(map(str, arguments))}: {done.stderr.decode()}")
        return done.stdout.decode()

    def wait_for_address(self):
        deadline = time.monotonic() + 120
        path = self.directory / "data" / "gateway.json"
        while time.monotonic() < deadline and self.program.process.poll() is None:
            try:
                return json.loads(path.read_text())["url"]
            except (OSError, ValueError, KeyError):
                time.sleep(0.05)
        raise RuntimeError("the gateway did not start: " + (self.directory / "gateway.log").read_text()[-2000:])

    def token(self):
        request = urllib.request.Request(
            self.origin + "/oauth/token", data=b"grant_type=client_credentials", headers={"Authorization": self.basic}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["access_token"]
