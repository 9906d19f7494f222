"""Two programs of the gateway under the same load, in turns: `python3 compare_gateways.py LOAD BEFORE AFTER [ROUNDS [SECONDS]]`.

Each round gives both programs a new database on SQLite, then on PostgreSQL, the one that goes first in turns. Prints each
round, and medians: requests a second, latency, server CPU a request, and the median of the rounds' ratios (after / before).
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "crates/qris-gateway/faults"))

from gateway import Gateway, with_postgres

LOAD, BEFORE, AFTER = (pathlib.Path(path).resolve() for path in sys.argv[1:4])
ROUNDS = int(sys.argv[4]) if len(sys.argv) > 4 else 5
SECONDS = int(sys.argv[5]) if len(sys.argv) > 5 else 15
WORKS = ("generate", "token")


def processor_ms(process):
    """Milliseconds of processor time that a process has used."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def run(program, database, work):
    with tempfile.TemporaryDirectory() as place:
        # The partner is there before the gateway, so that no cache has to hear of it.
        server = Gateway(program, place, database or f"sqlite://{place}/q.db", sandbox=False)
        partner = server.add_partner("Load")
        (server.folder / "partner.json").write_text(json.dumps(partner.made))
        server.start()
        began = processor_ms(server.process)
        done = subprocess.run(
            [LOAD, "--ready", server.ready_file, "--partner", "partner.json", "--work", work, "--seconds", str(SECONDS),
             "--connections", "32", "--pid", str(server.process.pid)], capture_output=True, text=True, cwd=place)
        used = processor_ms(server.process) - began
        server.stop()
        assert done.returncode == 0, done.stdout + done.stderr
        found = json.loads(done.stdout)
        found["cpu_ms"] = round(used / found["requests"], 3)
        return found


def compare(name, new_database):
    for work in WORKS:
        seen = {BEFORE: [], AFTER: []}
        for number in range(ROUNDS):
            for program in (BEFORE, AFTER) if number % 2 == 0 else (AFTER, BEFORE):
                seen[program].append(run(program, new_database(), work))
                print(name, work, program.name, seen[program][-1], flush=True)
        for what in sorted(key for key, value in seen[AFTER][0].items() if isinstance(value, (int, float))):
            before, after = ([one[what] for one in seen[program]] for program in (BEFORE, AFTER))
            ratios = [new / old for old, new in zip(before, after) if old]
            ratio = f"{statistics.median(ratios):.3f}" if ratios else "-"
            print(f"{name} {work} {what}: {statistics.median(before)} before, {statistics.median(after)} after, ratio {ratio}")


def postgres(server, _):
    made = iter(range(10_000))

    def new_database():
        database = f"load{next(made)}"
        server.run("createdb", "-h", "127.0.0.1", "-p", str(server.port), "-U", "qris", database)
        return server.url.rsplit("/", 1)[0] + f"/{database}"

    compare("PostgreSQL", new_database)


compare("SQLite", lambda: None)
with_postgres(postgres)
