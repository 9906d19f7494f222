#!/usr/bin/env python3
"""Reads what qris-differential wrote, asks qriskit and cemacqr the same, and groups disagreements by kind.

    compare.py PAYLOADS.jsonl VERDICTS.md

A kind is a peer, what one side says, and what the other does not. Every kind needs its row in VERDICTS.md; one without
a row is printed with a payload that shows it, and the exit status is 1.
"""

import collections
import json
import re
import signal
import sys

import cemacqr
import qriskit

# What qriskit reports that is a matter of reading, not of rules: the core refuses such payloads outright.
QRISKIT_READING = ("crc.missing", "crc.not_last", "crc.mismatch")
CEMACQR_READING = ("CRC_MISSING", "CRC_NOT_LAST", "CRC_LENGTH", "CRC_MISMATCH", "PFI_NOT_FIRST", "PFI_MISSING", "EMPTY")


def place(path):
    """A path with the IDs of a range under one name."""
    names = []
    for depth, number in enumerate(path.split("/")):
        number = int(number)
        if depth == 0:
            ranges = ((2, 25), (26, 50), (65, 79), (80, 99))
        else:
            ranges = ((50, 99),) if names[0] == "62" else ()
        for first, last in ranges:
            if first <= number <= last:
                names.append(f"{first:02}-{last:02}")
                break
        else:
            names.append(f"{number:02}")
    return "/".join(names)


def limited(function):
    """What the function returns, or the name of what it raises beyond its own errors, or that it did not end."""
    def late(*_):
        raise TimeoutError
    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 0.4)
    try:
        return function(), None
    except TimeoutError:
        return None, "does not end"
    except Exception as error:  # noqa: BLE001: what it raises is the result
        return None, f"raises {type(error).__name__}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def ask_qriskit(text):
    def ask():
        try:
            read = qriskit.parse(text)
        except qriskit.QRISParseError:
            return "syntax", None, None
        errors = [(i.code, (i.path or "").replace(".", "/")) for i in qriskit.validate(read) if i.severity == "error"]
        codes = {code for code, _ in errors}
        reading = [code for code in QRISKIT_READING if code in codes]
        if any(code == "tag.duplicate" and "/" not in path for code, path in errors):
            reading.append("tag.duplicate")
        if "pfi.invalid" in codes and (not read.nodes or read.nodes[0].tag != "00"):
            reading.append("pfi.invalid")
        refused = reading[0] if reading else None
        return refused, [[node.tag, node.value] for node in read.nodes], errors
    return limited(ask)


def ask_cemacqr(text):
    def ask():
        try:
            read = cemacqr.parse_payload(text)
        except cemacqr.QrSyntaxError:
            return "syntax", None, None
        errors = [(v.code, v.tag or "") for v in cemacqr.validate(read).violations]
        reading = [code for code in CEMACQR_READING if any(code == c for c, _ in errors)]
        if any(code == "DUPLICATE_TAG" for code, _ in errors):
            reading.append("DUPLICATE_TAG")
        refused = reading[0] if reading else None
        return refused, [[item.tag, item.value] for item in read.objects], errors
    return limited(ask)


class Kinds:
    def __init__(self):
        self.count = collections.Counter()
        self.example = {}

    def add(self, peer, kind, payload):
        self.count[peer, kind] += 1
        shown = self.example.get((peer, kind))
        if shown is None or len(payload) < len(shown):
            self.example[peer, kind] = payload


def reading(kinds, peer, ours, refused, crashed, payload):
    """Whether the payload is read at all. True when both read it."""
    if crashed:
        kinds.add(peer, f"{crashed}", payload)
        return False
    mine = ours.get("refused")
    if mine and not refused:
        unit = f" (lengths in {ours['unit']})" if ours.get("unit") not in (None, "characters") else ""
        kinds.add(peer, f"read, ours: {mine}{unit}", payload)
    elif refused and not mine:
        kinds.add(peer, f"{refused}, ours reads", payload)
    return not mine and not refused


def compare_promptparse(kinds, line):
    ours, theirs, payload = line["ours"], line["promptparse"], line["payload"]
    crashed = theirs if theirs == "panics" else None
    refused = theirs if theirs == "refuses" else None
    if not reading(kinds, "promptparse", ours, refused, crashed, payload):
        return
    if [o[:2] for o in ours["objects"]] != [o[:2] for o in theirs]:
        kinds.add("promptparse", "other objects", payload)
        return
    for mine, other in zip(ours["objects"], theirs):
        if mine[2] == other[2]:
            continue
        at = place(mine[0])
        if mine[2] is None:
            kinds.add("promptparse", f"{at}: a template, ours text", payload)
        elif other[2] is None:
            kinds.add("promptparse", f"{at}: text, ours a template", payload)
        else:
            kinds.add("promptparse", f"{at}: other objects inside", payload)


def compare_findings(kinds, peer, line, ask, profile, mine_at, theirs_at):
    """A peer that reads and finds fault: `*_at` say which object a finding of either is about."""
    ours, payload = line["ours"], line["payload"]
    answer, crashed = ask(payload)
    refused, objects, errors = answer or (None, None, None)
    if not reading(kinds, peer, ours, refused, crashed, payload):
        return
    if [o[:2] for o in ours["objects"]] != objects:
        kinds.add(peer, "other objects", payload)
        return
    mine, theirs = collections.defaultdict(set), collections.defaultdict(set)
    for code, path in ours[profile]:
        mine[mine_at(path)].add(code)
    for code, path in errors:
        theirs[theirs_at(code, path)].add(code)
    for path in mine.keys() - theirs.keys():
        for code in mine[path]:
            kinds.add(peer, f"only ours: {code}", payload)
    for path in theirs.keys() - mine.keys():
        for code in theirs[path]:
            kinds.add(peer, f"only theirs: {code} at {place(path) if path else 'no object'}", payload)


def compare_qriskit(kinds, line):
    def theirs_at(code, path):
        # No account at all is said of 26 here and of no object there.
        return "26" if code == "merchant_account.missing" else path
    compare_findings(kinds, "qriskit", line, ask_qriskit, "qris", lambda path: path, theirs_at)


def compare_cemacqr(kinds, line):
    # What is missing inside 64 it says of 64.
    elsewhere = {"NO_MERCHANT_ACCOUNT": "26", "LANGUAGE_PREFERENCE_MISSING": "00", "LANGUAGE_NAME_MISSING": "01"}
    # It names the last ID of a path only.
    compare_findings(kinds, "cemacqr", line, ask_cemacqr, "emvco", lambda path: path.rsplit("/", 1)[-1],
                     lambda code, last: elsewhere.get(code, last))


def verdicts(path):
    """The kinds that have a row: | peer | kind | who is right, why |."""
    rows = set()
    with open(path, encoding="utf-8") as file:
        for text in file:
            cells = [cell.strip() for cell in text.strip().strip("|").split("|")]
            if len(cells) >= 3 and re.fullmatch(r"promptparse|qriskit|cemacqr", cells[0]):
                rows.add((cells[0], cells[1].strip("`")))
    return rows


def main():
    kinds, payloads, agreed = Kinds(), 0, collections.Counter()
    with open(sys.argv[1], encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            payloads += 1
            for peer, compare in (
                ("promptparse", compare_promptparse),
                ("qriskit", compare_qriskit),
                ("cemacqr", compare_cemacqr),
            ):
                before = kinds.count.total()
                compare(kinds, line)
                agreed[peer] += kinds.count.total() == before
    known = verdicts(sys.argv[2])
    unknown = 0
    for (peer, kind), count in sorted(kinds.count.items()):
        mark = " " if (peer, kind) in known else "?"
        unknown += mark == "?"
        print(f"{mark} {count:>8}  {peer:<12} {kind}")
        if mark == "?":
            print(f"            {kinds.example[peer, kind]!r}")
    for peer, count in sorted(agreed.items()):
        print(f"{peer}: {count} of {payloads} payloads without a disagreement")
    for peer, kind in sorted(known - kinds.count.keys()):
        print(f"not met this time: {peer}: {kind}")
    if unknown:
        print(f"{unknown} kinds without a verdict", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
