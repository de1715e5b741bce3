"""schemathesis asks the control API everything its own description allows, and much that it forbids."""

import json
import os
import pathlib
import re
import subprocess
import sys

import requests

CONFIG = pathlib.Path(__file__).with_name("schemathesis.toml")
SECONDS = 110


def test_the_control_api_is_what_its_description_says(start, tmp_path):
    with start() as demo:
        address = f"{demo.gateway}/api/v1"
        authorization = {"Authorization": f"Bearer {demo.operator_token}"}
        served = requests.get(f"{address}/openapi.json", headers=authorization, timeout=10)
        assert served.status_code == 200, served.text
        document = tmp_path / "openapi.json"
        document.write_text(json.dumps(served.json()))
        command = [
            pathlib.Path(sys.executable).with_name("schemathesis"),
            f"--config-file={CONFIG}",
            "run",
            document,
            f"--url={address}",
            f"--header=Authorization: Bearer {demo.operator_token}",
        ]
        environment = {**os.environ, "PYTHONPATH": str(CONFIG.parent)}
        ran = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        asked = re.search(r"(\d+) generated", ran.stdout)
        assert asked and int(asked[1]) > 1000, ran.stdout
        # The gateway is as it was for whoever calls it, and its own operator is still let in.
        assert requests.get(f"{demo.gateway}/healthz", timeout=10).status_code == 200
        assert requests.get(f"{address}/sites", headers=authorization, timeout=10).status_code == 200
