#!/usr/bin/env python3
"""Counts instructions (callgrind) of reading, constraining and printing one JQL query.

    scripts/bench/query.py

Counted is (Ir(2N) - Ir(N)) / N over two runs, so starting and stopping cancel out.
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COUNT = 200
QUERIES = {
    "short": "project = REL ORDER BY created DESC",
    "typical": (
        'project in (REL, DATA) AND (assignee = currentUser() OR reporter in membersOf("release team")) AND '
        'status was not Done AFTER -4w AND summary ~ "roll\\"back" AND cf[10016] > 3 ORDER BY priority DESC, updated'
    ),
    "long": f"key in ({','.join(f'REL-{n}' for n in range(1, 700))}) AND resolution is EMPTY ORDER BY key",
}


def instructions(program, count, query):
    with tempfile.NamedTemporaryFile() as out:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", program, str(count), query]
        subprocess.run(command, check=True, capture_output=True)
        return int(re.search(r"^(?:summary|totals): (\d+)", Path(out.name).read_text(), re.M)[1])


def main():
    build = ["cargo", "build", "--locked", "--release", "--quiet", "-p", "query", "--example", "constrain"]
    subprocess.run(build, check=True, cwd=ROOT)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    program = target / "release/examples/constrain"
    for name, query in QUERIES.items():
        few, many = (instructions(program, count, query) for count in (COUNT, 2 * COUNT))
        print(f"{name}, {len(query)} bytes: {round((many - few) / COUNT)} instructions")


if __name__ == "__main__":
    main()
