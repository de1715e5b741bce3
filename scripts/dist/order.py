#!/usr/bin/env python3
"""Says in which order functions are to stand in the program: what every call needs, what a start needs, what some calls need,
and, after all of these, the rest. What runs together then lies together, and the rest is never read from disk. Of constants most have no
name to order them by. Those that have one are nearly all tables for curves and alphabets that nobody uses: with these aside the others lie
together too.

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
# Bytes of a constant that is worth a place of its own.
LARGE = 1024


class Symbols:
    """Where each function stands, and each part of one that the compiler has split; and the names of large constants."""

    def __init__(self, program):
        listing = ["nm", "--defined-only", "--print-size", "--format=posix", program]
        listed = subprocess.run(listing, check=True, capture_output=True, text=True).stdout
        found, self.large = {}, []
        for line in listed.splitlines():
            # Names of C++ apart, which nobody has here, a name has no blanks.
            name, kind, at, *size = line.split()
            if kind in "tTwW":
                found.setdefault(int(at, 16), []).append(name)
            elif kind in "rR" and size and int(size[0], 16) >= LARGE:
                self.large.append(name)
        self.starts = sorted(found)
        self.names = [found[at] for at in self.starts]

    def at(self, address):
        """The names of what stands there: functions of which the linker found that they are the same have several."""
        index = bisect.bisect_right(self.starts, address) - 1
        return self.names[index] if index >= 0 else []


def executed(callgrind, program):
    """Addresses in the program, and how many instructions each of them ran. Callgrind's own names do not tell a part that was
    split off from what it was split off.

    >>> ours = ["ob=(1) /bin/it", "fn=(1) f", "0x10 7 5", "+4 7 2", "calls=3 0x99 0", "* 7 900", "-8 7 1"]
    >>> theirs = ["ob=(2) /lib/other", "0x30 7 4", "ob=(1)", "0x40 7 6"]
    >>> [(hex(address), cost) for address, cost in executed(ours + theirs, "/bin/it")]
    [('0x10', 5), ('0x14', 2), ('0xc', 1), ('0x40', 6)]
    """
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
    """The functions of which anything ran, those that ran most first: what callgrind did not see may run yet, and then lies near what
    it did.

    >>> some = ["  a:", "    Block counts: [1, 20]", "  proxy.rs;b:", "    Block counts: [300]", "  never:", "    Block counts: [0, 0]"]
    >>> counted([*some, "  egress.rs;b:", "    Block counts: []"])
    ['b', 'a']
    """
    name, most = None, {}
    for line in profile:
        if match := re.match(r"  (\S.*):$", line):
            # A function that only one part of the program knows is named with that part.
            name = match[1].rpartition(";")[2]
        elif line.startswith("    Block counts: ["):
            # Each part that knows it has counts of its own.
            most[name] = max([most.get(name, 0), *map(int, re.findall(r"\d+", line))])
    return sorted(filter(most.get, most), key=most.get, reverse=True)


def main():
    profile, *watched = sys.argv[1:]
    ran, large = {}, []
    if watched:
        program, *runs = watched
        symbols = Symbols(program)
        large = symbols.large
        for run in runs:
            with open(run) as lines:
                for address, cost in executed(lines, program):
                    for name in symbols.at(address):
                        ran[name] = ran.get(name, 0) + cost
    if watched and not ran:
        sys.exit(f"{program}: callgrind has seen nothing of it, so there is no order to take from it")
    # Within a group the order hardly matters.
    first = sorted(ran, key=lambda name: ran[name] < OFTEN)
    with open(profile) as lines:
        for name in dict.fromkeys([*large, *first, *counted(lines)]):
            print(name)


if __name__ == "__main__":
    main()
