#!/usr/bin/env python3
"""Says in which order functions are to stand in the program: what every call needs, what a start needs, what some calls need,
and, after all of these, the rest. What runs together then lies together, and the rest is never read from disk.

    scripts/dist/order.py PROFILE > ORDER
    scripts/dist/order.py PROFILE PROGRAM CALLGRIND... > ORDER

PROFILE is what `llvm-profdata show --all-functions --counts` says of everything that was exercised. CALLGRIND is what
`callgrind --dump-instr=yes` wrote about a start and some calls of PROGRAM.
"""

import bisect
import re
import subprocess
import sys

# Instructions that a part of the program ran in some thousand calls, if it is part of each.
OFTEN = 5_000


class Symbols:
    """Where each function stands, and each part of one that the compiler has split."""

    def __init__(self, program):
        listed = subprocess.run(["nm", "--defined-only", program], check=True, capture_output=True, text=True).stdout
        lines = (line.split(" ", 2) for line in listed.splitlines())
        found = sorted((int(at, 16), name) for at, kind, name in lines if kind in "tTwW")
        self.starts, self.names = [at for at, _ in found], [name for _, name in found]

    def at(self, address):
        index = bisect.bisect_right(self.starts, address) - 1
        return self.names[index] if index >= 0 else None


def executed(callgrind, program):
    """Addresses in the program, and how many instructions each of them ran. Callgrind's own names do not tell a part that was
    split off from what it was split off."""
    objects, ours, address, inclusive = {}, False, 0, False
    for line in callgrind:
        if match := re.match(r"(c?ob)=\((\d+)\)(?: (.*))?$", line.rstrip()):
            kind, number, path = match.groups()
            if path:
                objects[number] = path
            if kind == "ob":
                ours = objects.get(number) == program
        elif line.startswith("calls="):
            # The next line says what the callee cost.
            inclusive = True
        elif line[0] in "0+-*":
            position, _, cost, *_ = line.split()
            if position[0] in "+-":
                # Relative to the line before.
                address += int(position, 0)
            elif position != "*":
                address = int(position, 16)
            if ours and not inclusive:
                yield address, int(cost)
            inclusive = False


def counted(profile):
    """The functions of which anything ran."""
    name = None
    for line in profile:
        if match := re.match(r"  (\S.*):$", line):
            # A function that only one part of the program knows is named with that part.
            name = match[1].rpartition(";")[2]
        elif line.startswith("    Block counts: [") and re.search(r"[1-9]", line):
            yield name


def main():
    profile, *watched = sys.argv[1:]
    ran = {}
    if watched:
        program, *runs = watched
        symbols = Symbols(program)
        for run in runs:
            with open(run) as lines:
                for address, cost in executed(lines, program):
                    name = symbols.at(address)
                    ran[name] = ran.get(name, 0) + cost
    if watched and not ran:
        sys.exit(f"{program}: callgrind has seen nothing of it, so there is no order to take from it")
    # Within a group the order hardly matters.
    first = sorted(filter(None, ran), key=lambda name: ran[name] < OFTEN)
    with open(profile) as lines:
        for name in dict.fromkeys([*first, *counted(lines)]):
            print(name)


if __name__ == "__main__":
    main()
