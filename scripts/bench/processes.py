"""Starts and stops the programs of a measurement, and reads what they cost from /proc."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Program:
    """A child process, ended when the `with` block is left."""

    def __init__(self, command, *, env=None, announces=False, log=None):
        self.log = open(log, "ab") if log else subprocess.DEVNULL
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if announces else self.log,
            stderr=self.log,
            env={**os.environ, **(env or {})},
        )
        self.address = self.process.stdout.readline().decode().strip() if announces else None
        if announces and not self.address:
            raise RuntimeError(f"{command[0]} said no address; see {log}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def tree(self):
        """This process and its children: nginx and HAProxy do their work in a worker."""
        found, front = [], [self.process.pid]
        while front:
            pid = front.pop()
            found.append(pid)
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                front += [int(child) for child in task.read_text().split()]
        return found

    def cpu_seconds(self):
        total = 0
        for pid in self.tree():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS_PER_SECOND

    def peak_megabytes(self):
        total = 0
        for pid in self.tree():
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    total += int(line.split()[1])
        return total / 1024


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until_answers(url, headers=None, seconds=60):
    """Waits until `url` answers with a status below 500."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=5).status
        except urllib.error.HTTPError as error:
            if error.code < 500 or time.monotonic() > deadline:
                return error.code
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.05)
