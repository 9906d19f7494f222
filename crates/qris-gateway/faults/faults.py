"""Breaks what a gateway stands on, and looks at what it says. See README.md."""

import concurrent.futures
import http.client
import os
import pathlib
import random
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time

from gateway import Gateway, Partner, Receiver, with_postgres

QRIS = pathlib.Path(sys.argv[1]).resolve()
BROKEN = (OSError, ValueError, http.client.HTTPException)


def kill(rounds):
    """kill -9 under load, again and again, on one database."""
    random.seed(4711)
    with tempfile.TemporaryDirectory() as folder:
        receiver = Receiver()
        gateway = Gateway(QRIS, folder, f"sqlite://{folder}/kill.db").start()
        partner = gateway.add_partner("Kill", "--notify-url", receiver.url, "--notify-sign", "rsa", "--sandbox")
        # reference -> what was acknowledged: state, refunds acknowledged, refunds that got no answer
        acknowledged, lock = {}, threading.Lock()
        doubtful = set()

        def worker(stop):
            while not stop.is_set():
                try:
                    status, made = partner.generate(gateway.ready["url"])
                    if status != 200:
                        raise AssertionError((status, made))
                    number = made["referenceNo"]
                    with lock:
                        acknowledged[number] = ("01", 0)
                    if random.random() < 0.7:
                        with lock:
                            doubtful.add(number)
                        status, paid = gateway.sandbox("POST", "/sandbox/v1/pay", {"referenceNo": number})
                        if status != 200:
                            raise AssertionError((status, paid))
                        with lock:
                            acknowledged[number] = ("00", 0)
                            doubtful.discard(number)
                        if random.random() < 0.4:
                            with lock:
                                doubtful.add(number)
                            answer = partner.refund(gateway.ready["url"], number, made["partnerReferenceNo"], "4000.00")
                            if answer[0] != 200:
                                raise AssertionError(answer)
                            with lock:
                                acknowledged[number] = ("04", 1)
                                doubtful.discard(number)
                except BROKEN:
                    return

        checked = set()
        for number in range(rounds):
            stop = threading.Event()
            workers = [threading.Thread(target=worker, args=(stop,)) for _ in range(6)]
            for thread in workers:
                thread.start()
            time.sleep(random.uniform(0.15, 0.9))
            gateway.kill()
            stop.set()
            for thread in workers:
                thread.join()
            gateway.start()
            for reference in sorted(set(acknowledged) - checked):
                check(partner, gateway, reference, acknowledged[reference], reference in doubtful)
                checked.add(reference)
            if (number + 1) % 20 == 0:
                print(f"  {number + 1} rounds, {len(checked)} transactions", flush=True)
        # Every final event that was acknowledged is told, and always in the same words.
        wanted = set()
        for reference, (state, refunds) in acknowledged.items():
            if state in ("00", "04"):
                wanted.add((reference, "00", 0))
            if refunds:
                wanted.add((reference, "04", 1))
        for _ in range(600):
            missing = wanted - set(receiver.events())
            if not missing:
                break
            time.sleep(0.2)
        assert not missing, f"{len(missing)} events were never told: {sorted(missing)[:3]}"
        told = receiver.events()
        changed = [key for key, bodies in told.items() if len(bodies) != 1]
        assert not changed, f"told with other bytes: {changed[:3]}"
        gateway.stop()
        print(f"kill: {rounds} rounds, {len(acknowledged)} acknowledged transactions, {len(wanted)} events, "
              f"{len(receiver.bodies)} notifications received")


def check(partner, gateway, reference, known, doubtful):
    state, refunds = known
    status, answer = partner.query(gateway.ready["url"], reference)
    assert status == 200, f"{reference} was acknowledged and is gone: {status} {answer}"
    found = answer["latestTransactionStatus"]
    if doubtful:
        # The request that was cut off may or may not have happened, but not half.
        after = {"01": ("01", "00"), "00": ("00", "04")}[state]
        assert found in after, (reference, state, found)
    else:
        assert found == state, (reference, state, found)
    history = (answer.get("additionalInfo") or {}).get("refundHistory") or []
    assert len(history) <= 1, f"{reference} was refunded twice: {history}"
    if not doubtful:
        assert len(history) == refunds, (reference, history)


def outage(gateway, partner, break_it, mend_it, what):
    """Works, breaks, refuses with 500xx, is mended, works again without a restart; nothing half-written."""
    url = gateway.ready["url"]
    status, before = partner.generate(url)
    assert status == 200, before
    break_it()
    refused, stored = [], []
    for _ in range(400):
        reference = "O" + Partner.next_number()
        status, answer = partner.generate(url, reference=reference)
        if status == 200:
            stored.append(answer["referenceNo"])
            continue
        assert status in (500, 503, 504), (status, answer)
        assert answer["responseCode"].startswith(("5004", "5044")), answer
        refused.append(reference)
        if len(refused) >= 5:
            break
    assert refused, f"{what}: nothing was refused"
    mend_it()
    for _ in range(100):
        status, after = partner.generate(url, reference=refused[0])
        if status == 200:
            break
        time.sleep(0.2)
    assert status == 200, f"{what}: it did not recover: {after}"
    for reference in [before["referenceNo"], after["referenceNo"], *stored]:
        status, answer = partner.query(url, reference)
        assert (status, answer["latestTransactionStatus"]) == (200, "01"), (status, answer)
    gateway.stop()
    print(f"{what}: {len(stored)} stored, {len(refused)} refused with 500xx, recovered without a restart")


def mounted(what, run):
    """Runs with a 4 MiB file system of its own."""
    with tempfile.TemporaryDirectory() as folder:
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "qris-faults", folder], capture_output=True)
        if mount.returncode != 0:
            print(f"{what}: SKIPPED, no right to mount a file system here")
            return
        try:
            with tempfile.TemporaryDirectory() as keys:
                gateway = Gateway(QRIS, keys, f"sqlite://{folder}/full.db").start()
                try:
                    run(folder, gateway, gateway.add_partner("Disk"))
                finally:
                    gateway.process.kill()
        finally:
            subprocess.run(["umount", "-l", folder], check=False)


def disk():
    def run(folder, gateway, partner):
        ballast = pathlib.Path(folder) / "ballast"

        def fill():
            with open(ballast, "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(b"\0" * 4096)
                except OSError:
                    pass

        outage(gateway, partner, fill, ballast.unlink, "disk full")

    mounted("disk full", run)


def readonly():
    """A kernel lets no file system become read-only under open files, so this is about starting on one."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as keys:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "qris-faults", folder], capture_output=True)
        if done.returncode != 0:
            print("read-only: SKIPPED, no right to mount a file system here")
            return
        try:
            gateway = Gateway(QRIS, keys, f"sqlite://{folder}/ro.db").start()
            partner = gateway.add_partner("Readonly")
            status, made = partner.generate(gateway.ready["url"])
            assert status == 200, made
            gateway.stop()
            subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
            refused = subprocess.run(
                [QRIS, "serve", "--no-demo", "--listen", "127.0.0.1:0", "--database", gateway.database], cwd=keys,
                env=gateway.environment, capture_output=True, text=True, timeout=20)
            assert refused.returncode == 2, refused
            assert "read" in refused.stderr.lower() and not refused.stdout, refused
            subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
            gateway.start()
            status, answer = partner.query(gateway.ready["url"], made["referenceNo"])
            assert (status, answer["latestTransactionStatus"]) == (200, "01"), answer
            gateway.stop()
            print("read-only: refused to start with 2 and said why, lost nothing")
        finally:
            subprocess.run(["umount", "-l", folder], check=False)


def postgres():
    def run(server, folder):
        gateway = Gateway(QRIS, folder, server.url).start()
        partner = gateway.add_partner("Postgres")
        outage(gateway, partner, server.stop, server.start, "PostgreSQL gone and back")

    with_postgres(run)


def two():
    """Two processes, one database: they answer as one."""
    def run(server, folder):
        gateways = [Gateway(QRIS, folder, server.url, name).start() for name in ("first", "second")]
        urls = [gateway.ready["url"] for gateway in gateways]
        partner = gateways[0].add_partner("Two")
        partner.generate(urls[0])
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for number in range(30):
                reference, external = f"TWO{number}", "E" + Partner.next_number()
                same = [pool.submit(partner.generate, urls[i % 2], "10000.00", reference, external) for i in range(4)]
                codes = sorted(answer.result()[1]["responseCode"] for answer in same)
                assert codes == ["2004700", "4094700", "4094700", "4094700"], codes
                other = [pool.submit(partner.generate, urls[i % 2], "10000.00", f"REF{number}") for i in range(4)]
                codes = sorted(answer.result()[1]["responseCode"] for answer in other)
                assert codes == ["2004700", "4094701", "4094701", "4094701"], codes
                made = next(a.result()[1] for a in other if a.result()[1]["responseCode"] == "2004700")
                paid = [pool.submit(gateways[i % 2].sandbox, "POST", "/sandbox/v1/pay",
                                    {"referenceNo": made["referenceNo"]}) for i in range(4)]
                codes = sorted(answer.result()[0] for answer in paid)
                assert codes == [200, 404, 404, 404], [answer.result() for answer in paid]
                for url in urls:
                    status, answer = partner.query(url, made["referenceNo"])
                    assert (status, answer["latestTransactionStatus"]) == (200, "00"), answer
        for gateway in gateways:
            gateway.stop()
        print("two processes on one PostgreSQL: 30 rounds, one winner each")

    with_postgres(run)


def neighbour():
    """Thousands of requests that never end, from one address: everybody else is served within a second."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(4100, hard - 200)
    for files in (None, (1024, hard), (1024, 1024)):
        with tempfile.TemporaryDirectory() as folder:
            options = ("--health-listen", "127.0.0.1:0")
            gateway = Gateway(QRIS, folder, f"sqlite://{folder}/n.db", options=options, files=files).start()
            partner = gateway.add_partner("Neighbour")
            partner.token, partner.fetched = partner.fetch_token(gateway.ready["url"]), time.time()
            hanging, worst = [], 0.0
            began = time.time()

            def honest():
                nonlocal worst
                for url in (gateway.ready["url"], gateway.ready["health_url"]):
                    asked = time.time()
                    connection = http.client.HTTPConnection(
                        url.removeprefix("http://"), timeout=5, source_address=("127.0.0.2", 0))
                    connection.request("GET", "/healthz")
                    assert connection.getresponse().status == 200
                    connection.close()
                    worst = max(worst, time.time() - asked)

            address = gateway.ready["url"].removeprefix("http://").split(":")
            head = (b"POST /inspect HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=X\r\n"
                    b"Content-Length: 1000\r\n\r\n--X")
            for number in range(count):
                stream = socket.create_connection((address[0], int(address[1])), timeout=5)
                hanging.append(stream)
                try:
                    stream.sendall(head)
                except OSError:
                    # One too many of this address.
                    pass
                if number % 100 == 0:
                    honest()
            while time.time() - began < 15:
                honest()
                time.sleep(0.2)
            for stream in hanging:
                stream.close()
            status, answer = partner.generate(gateway.ready["url"])
            assert status == 200, answer
            gateway.stop()
            assert worst < 1, worst
            print(f"neighbour: {count} unfinished requests, files {files}: others served within {worst * 1000:.0f} ms")
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def main():
    command, rest = sys.argv[2], sys.argv[3:]
    if command == "kill":
        kill(int(rest[0]) if rest else 5)
    elif command in ("disk", "readonly", "postgres", "two", "neighbour"):
        {"disk": disk, "readonly": readonly, "postgres": postgres, "two": two, "neighbour": neighbour}[command]()
    else:
        raise SystemExit("commands: kill [ROUNDS], disk, readonly, postgres, two, neighbour")


main()
