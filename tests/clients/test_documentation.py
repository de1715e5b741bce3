"""What the documentation shows is what works."""

import pathlib
import re
import shlex
import shutil
import subprocess

import pytest

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "clients.md"


def examples(language):
    """The blocks of the page in a language."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert blocks, f"no {language} examples in {PAGE}"
    return blocks


def made_real(code, demo):
    """An example with the demo's address and credentials in place of the made-up ones."""
    client = "data-analytics"
    real = {"http://127.0.0.1:8080": demo.gateway, "nightly-report": client}
    for shown, meant in real.items():
        code = code.replace(shown, meant)
    return code.replace("tgs_...", demo.secret(client)).replace("tga_...", demo.token(client))


@pytest.mark.parametrize("code", examples("python"))
def test_the_python_examples_work(demo, code, capsys):
    exec(compile(made_real(code, demo), str(PAGE), "exec"), {})
    assert capsys.readouterr().out.strip()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("code", examples("sh"))
def test_the_curl_examples_work(demo, code):
    lines = [line for line in made_real(code, demo).splitlines() if line.startswith("curl ")]
    assert lines
    for line in lines:
        command = [*shlex.split(line), "--silent", "--show-error", "--fail"]
        ran = subprocess.run(command, capture_output=True, timeout=30, check=False)
        assert ran.returncode == 0 and ran.stdout, ran.stderr.decode()
