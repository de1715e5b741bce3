"""Fixtures: demos (gateway, stand-in Atlassian, three clients), and the ways a client can come in."""

import os
import pathlib

import pytest

from demo import Demo
from entrances import BY_NAME


@pytest.fixture(scope="session")
def start(tmp_path_factory):
    """Starts a demo of its own for whoever calls it: `with start() as demo`."""
    binary = os.environ.get("TICKETGATE_BIN")
    if not binary or not pathlib.Path(binary).is_file():
        pytest.fail("TICKETGATE_BIN must name the ticketgate binary: cargo build --bin ticketgate")
    return lambda: Demo.started(binary, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def demo(start):
    """A running demo that tests share: what one creates the others see."""
    with start() as running:
        yield running


@pytest.fixture(params=[name for name in BY_NAME if name != "direct"])
def through(request):
    """Every way through the gateway, by name."""
    return request.param
