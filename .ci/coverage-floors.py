#!/usr/bin/env python3
"""Sums an lcov file by package and fails below the floors: `coverage-floors.py FILE`. What stands behind a file's
`#[cfg(test)]`, and files of tests, are not counted."""

import collections
import pathlib
import sys

# Package: least percentage of lines, of branches (0: not held).
FLOORS = {
    "qris-core": (98, 95),
    "qris-cpm": (98, 0),
    "qris-tables": (90, 0),
    "qris-bulk": (90, 0),
    "qris-render": (90, 0),
    "qris-snap": (90, 0),
    "qris-client": (90, 0),
    "qris-gateway": (90, 0),
    "qris-cli": (90, 0),
    "qris-testkit": (90, 0),
}


def tests_begin(path):
    """The line of the first `#[cfg(test)]` that a module in the same file follows."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if line == "#[cfg(test)]" and number < len(lines) and lines[number].endswith("{"):
            return number
    return len(lines) + 1


def main():
    root = pathlib.Path.cwd()
    lines, branches = collections.Counter(), collections.Counter()
    missing = collections.defaultdict(list)
    package, end, name = None, 0, ""
    for text in open(sys.argv[1], encoding="utf-8"):
        key, _, value = text.strip().partition(":")
        if key == "SF":
            path = pathlib.Path(value).relative_to(root)
            name = str(path)
            counted = path.parts[0] == "crates" and path.parts[2] == "src" and not path.stem.endswith("tests")
            package = path.parts[1] if counted else None
            end = tests_begin(path)
        elif package and key in ("DA", "BRDA"):
            line, *rest = value.split(",")
            if int(line) >= end:
                continue
            seen = rest[-1] not in ("0", "-") if key == "BRDA" else rest[0] != "0"
            counter = branches if key == "BRDA" else lines
            counter[package, seen] += 1
            if not seen:
                missing[name].append(("b" if key == "BRDA" else "") + line)
    if "--missing" in sys.argv:
        for name, places in sorted(missing.items()):
            print(name, " ".join(dict.fromkeys(places)))
    failed = False
    print(f"{'package':<14} {'lines':>16}  {'branches':>16}")
    for package in sorted({package for package, _ in lines}):
        shares = []
        for counter in (lines, branches):
            hit, total = counter[package, True], counter[package, True] + counter[package, False]
            shares.append((100 * hit / total if total else 100.0, hit, total))
        floors = FLOORS.get(package)
        low = floors is None or any(share[0] < floor for share, floor in zip(shares, floors))
        failed |= low
        shown = "  ".join(f"{share:6.2f} {hit:>4}/{total:<4}" for share, hit, total in shares)
        print(f"{package:<14} {shown}  {'BELOW ITS FLOOR ' + str(floors) if low else 'ok'}")
    return 1 if failed or not lines else 0


if __name__ == "__main__":
    sys.exit(main())
