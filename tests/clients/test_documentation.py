"""What the documentation shows is what works.

The examples of the page are run from top to bottom in one folder, as somebody would who reads it. Blocks marked `not-run` need what
a demo does not have (a platform that issues identities, a listener with TLS); what they show is held by the gateway's own tests.
"""

import contextlib
import io
import pathlib
import re
import shutil
import subprocess

import pytest

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "clients.md"
PROGRAMS = ("bash", "curl", "openssl")


def examples():
    """The blocks of the page that are meant to be run, each with its language."""
    return re.findall(r"^```(sh|python)\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)


def made_real(code, demo):
    """An example with the demo's address and credentials in place of the made-up ones."""
    client = "data-analytics"
    real = {"http://127.0.0.1:8080": demo.gateway, "https://gateway.example.com": demo.gateway, "nightly-report": client}
    for shown, meant in real.items():
        code = code.replace(shown, meant)
    return code.replace("tgs_...", demo.secret(client)).replace("tga_...", demo.token(client))


def with_ticketgate(demo, folder):
    """The environment of a reader's shell: `ticketgate` is the demo's, and curl says when it was refused."""
    programs = folder / "programs"
    programs.mkdir()
    (programs / "ticketgate").write_text(f'#!/bin/sh\nexec "{demo.binary}" "$@" --data-dir "{demo.data_dir}"\n')
    (programs / "ticketgate").chmod(0o755)
    (folder / ".curlrc").write_text("silent\nshow-error\nfail\n")
    return {"PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "CURL_HOME": str(folder)}


def run_python(code):
    """What an example prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(PAGE), "exec"), {})
    return printed.getvalue()


@pytest.mark.skipif(not all(map(shutil.which, PROGRAMS)), reason=f"needs {', '.join(PROGRAMS)}")
def test_the_examples_of_the_page_work_from_top_to_bottom(start, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with start() as demo:
        publish(demo, "nightly")
        run_all(demo, tmp_path)


def publish(demo, client):
    """A manifest for one more client, which the page takes for granted."""
    manifests = pathlib.Path(demo.data_dir) / "manifests"
    shutil.copy(manifests / "data-analytics.toml", manifests / f"{client}.toml")
    demo.command("apply")


def run_all(demo, folder):
    """Every example, one after the other."""
    environment = with_ticketgate(demo, folder)
    blocks = examples()
    assert {language for language, _ in blocks} == {"sh", "python"}
    for language, shown in blocks:
        code = made_real(shown, demo)
        if language == "python":
            said = run_python(code)
            assert said.strip(), shown
            if '"keys"' in said:
                pathlib.Path("nightly.jwks.json").write_text(said)
            continue
        command = ["bash", "-euo", "pipefail", "-c", code]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert ran.returncode == 0, f"{shown}\n{ran.stdout}{ran.stderr}"
        assert ran.stdout or "curl" not in shown, shown
