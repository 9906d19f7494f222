"""Two versions of the program on one database: `python3 upgrade.py QRIS PREVIOUS`. See README.md."""

import datetime
import decimal
import json
import pathlib
import subprocess
import sys
import tempfile
import threading

from gateway import WIB, Gateway, with_postgres

QRIS, PREVIOUS = (pathlib.Path(path).resolve() for path in sys.argv[1:3])


def told(program, gateway, *words):
    return subprocess.run([program, "gateway", *words, "--database", gateway.database], capture_output=True, text=True,
                          cwd=gateway.folder, env=gateway.environment)


def both_ways(partner, makes, pays):
    """A code that one makes, the other is paid for, and both know of; the first gives a part back."""
    status, made = partner.generate(makes.ready["url"])
    assert status == 200, made
    number = made["referenceNo"]
    status, paid = pays.sandbox("POST", "/sandbox/v1/pay", {"referenceNo": number})
    assert status == 200, paid
    for gateway in (makes, pays):
        status, answer = partner.query(gateway.ready["url"], number)
        assert (status, answer["latestTransactionStatus"]) == (200, "00"), answer
    status, answer = partner.refund(makes.ready["url"], number, made["partnerReferenceNo"], "4000.00")
    assert status == 200, answer
    status, answer = partner.query(pays.ready["url"], number)
    assert (status, answer["latestTransactionStatus"]) == (200, "04"), answer


def sums(gateway, days):
    """Payments, refunds and what was given back by the reports of some days."""
    all_of = [0, 0, decimal.Decimal(0)]
    for day in days:
        made = told(QRIS, gateway, "report", "--date", day.isoformat(), "--format", "json")
        assert made.returncode == 0, made.stderr
        report = json.loads(made.stdout)
        for line in report["lines"]:
            if line["kind"] == "payment":
                all_of[0] += line["count"]
            if line["kind"] == "refund":
                all_of[1] += line["count"]
        all_of[2] += decimal.Decimal(report["totals"]["refunds"])
    return all_of


def upgrade(database, folder):
    began = datetime.datetime.now(WIB).date()
    old = Gateway(PREVIOUS, folder, database, "old").start()
    partner = old.add_partner("Upgrade")
    both_ways(partner, old, old)

    # The new program starts and migrates while the old one works.
    stop, answers, lock = threading.Event(), [], threading.Lock()

    def load():
        while not stop.is_set():
            status, answer = partner.generate(old.ready["url"])
            with lock:
                answers.append((status, answer.get("responseCode")))

    workers = [threading.Thread(target=load) for _ in range(4)]
    for worker in workers:
        worker.start()
    new = Gateway(QRIS, folder, database, "new").start()
    stop.set()
    for worker in workers:
        worker.join()
    assert answers and all(status == 200 for status, _ in answers), [it for it in answers if it[0] != 200][:5]

    events = 1
    for _ in range(5):
        both_ways(partner, old, new)
        both_ways(partner, new, old)
        events += 2
    # The old one may start again on the new schema, and add a partner.
    old.stop()
    old.start()
    another = old.add_partner("Another")
    both_ways(another, new, old)
    both_ways(another, old, old)
    events += 2
    today = datetime.datetime.now(WIB).date()
    found = sums(new, sorted({began, today}))
    assert found == [events, events, events * 4000], (found, events)

    # Back: the new one ends, the old one goes on, on the new schema and on its own.
    new.stop()
    both_ways(partner, old, old)
    planned = told(QRIS, new, "migrate", "--to", "1", "--plan", "--json")
    assert planned.returncode == 0 and not json.loads(planned.stdout)["done"], planned
    lossy = any(step["loses"] for step in json.loads(planned.stdout)["steps"])
    refused = told(QRIS, new, "migrate", "--to", "1")
    assert refused.returncode == (1 if lossy else 0), refused
    back = told(QRIS, new, "migrate", "--to", "1", "--discard")
    assert back.returncode == 0, back.stderr
    both_ways(partner, old, old)
    old.stop()
    old.start()
    both_ways(partner, old, old)
    # And forward once more: everything is in the ledger.
    new.start()
    both_ways(partner, old, new)
    events += 4
    today = datetime.datetime.now(WIB).date()
    found = sums(new, sorted({began, today}))
    assert found == [events, events, events * 4000], (found, events)
    new.stop()
    old.stop()
    print(f"upgrade on {database.split(':')[0]}: {len(answers)} requests while it migrated, {events} payments, none lost")


with tempfile.TemporaryDirectory() as place:
    upgrade(f"sqlite://{place}/upgrade.db", place)
with_postgres(lambda server, place: upgrade(server.url, place))
