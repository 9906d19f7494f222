"""Two gateways: one is an acquirer, the other a merchant's that calls it. Either is killed at any moment, answers are lost,
notifications come late and twice; the books of both are equal afterwards. See README.md."""

import http.client
import http.server
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from gateway import Gateway, Partner, free_port

QRIS = pathlib.Path(sys.argv[1]).resolve()
BASE = {"finpay": "/pg/payment/card/v1.0/", "brick": "/v2/payments/acceptance/1.0/", "finnet": "/v1.0/"}
BROKEN = (OSError, ValueError, http.client.HTTPException)
PAUSE = {"connect": 5, "answer": 20}


class Lossy:
    """Passes requests on to a port; takes some answers away, keeps some requests back, and sends some twice."""

    def __init__(self, to, seed):
        self.chance, self.calm = random.Random(seed), False
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                fate = 1.0 if outer.calm else outer.chance.random()
                try:
                    if fate < 0.05:
                        time.sleep(outer.chance.uniform(0.2, 1.5))
                    if 0.05 <= fate < 0.10:
                        self.forward(body)
                    answer = self.forward(body)
                except BROKEN:
                    return self.drop()
                if 0.10 <= fate < 0.20:
                    return self.drop()
                status, headers, text = answer
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in ("connection", "content-length", "transfer-encoding", "date", "server"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def forward(self, body):
                connection = http.client.HTTPConnection("127.0.0.1", to, timeout=PAUSE["answer"])
                try:
                    headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
                    connection.request("POST", self.path, body, headers)
                    answer = connection.getresponse()
                    return answer.status, answer.getheaders(), answer.read()
                finally:
                    connection.close()

            def drop(self):
                self.close_connection = True
                self.connection.close()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Side(Gateway):
    """A gateway that comes back at the same address, with the same sandbox key."""

    def __init__(self, folder, name):
        self.home = pathlib.Path(folder) / name
        self.home.mkdir()
        self.port = free_port()
        super().__init__(QRIS, self.home, f"sqlite://{self.home}/{name}.db", name=name,
                         options=["--listen", f"127.0.0.1:{self.port}", "--sandbox-key", "sandbox-key-of-the-proof",
                                  "--notify-first-delay-seconds", "1", "--notify-longest-delay-seconds", "3",
                                  "--notify-attempts", "500"])
        self.file = f"{self.home}/{name}.db"

    def json(self, *words):
        out = subprocess.run([QRIS, "gateway", *words[:2], "--database", self.database, *words[2:], "--json"],
                             check=True, capture_output=True, cwd=self.home, env=self.environment)
        return json.loads(out.stdout)

    def rows(self, sql):
        with sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=10) as database:
            return database.execute(sql).fetchall()


class Shop:
    """The merchant: `qris snap call`, once for each request."""

    def __init__(self, made, url, folder):
        self.url, self.folder = url, pathlib.Path(folder)
        self.merchant = None
        self.file = self.folder / "shop.json"
        self.file.write_text(json.dumps(made))

    def call(self, service, body):
        """Exit status and answer: 0 done, 1 refused, 2 nobody knows."""
        done = subprocess.run([QRIS, "snap", "call", service, "--to", self.url, "--partner", str(self.file), "--body", "-"],
                              input=json.dumps(body).encode(), capture_output=True, cwd=self.folder)
        assert done.returncode in (0, 1, 2), done.stderr
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else {}


def paired(folder, dialect, seed):
    """Acquirer, merchant's gateway, the proxies between them, the shop."""
    acquirer, gateway = Side(folder, "acquirer").start(), Side(folder, "merchant").start()
    to_acquirer, to_gateway = Lossy(acquirer.port, seed), Lossy(gateway.port, seed + 1)
    shop = gateway.json("partner", "add", "--name", "Shop", "--dialect", "standard", "--generate-key", "keys", "--demo")
    device = [flag for name in ("X-IP-ADDRESS=127.0.0.1", "X-DEVICE-ID=gateway", "X-LATITUDE=-06.1754",
                                "X-LONGITUDE=+106.8272") for flag in ("--notify-header", name)]
    # At the acquirer: the merchant's gateway is a partner, by its public key, and is told of payments.
    us = acquirer.json("partner", "add", "--name", "Merchant", "--dialect", dialect, "--public-key",
                       shop["gateway_public_key_file"], "--client-id", "US", "--sandbox", "--demo",
                       "--notify-url", f"{to_gateway.url}{BASE[dialect]}qr/qr-mpm-notify",
                       "--notify-token-url", f"{to_gateway.url}/v1.0/access-token/b2b", *device,
                       *(["--notify-header", "X-CLIENT-KEY=US"] if dialect == "brick" else []))
    there = acquirer.json("merchant", "list")[0]
    acquirer_key = gateway.home / "acquirer.pem"
    acquirer_key.write_text(acquirer.json("key", "show")[0]["public_key"])
    # At the merchant's gateway: the acquirer is an upstream that is called.
    agreed = ["--policy", "notificationSignature=asymmetricNoToken", "--policy", "notificationToken=none"]
    gateway.json("partner", "add", "--name", "Acquirer", "--dialect", dialect, "--role", "upstream", "--client-id", "US",
                 "--partner-id", us["partner_id"], "--public-key", str(acquirer_key),
                 *(agreed if dialect == "brick" else []))
    secret = gateway.home / "secret"
    secret.write_text(us["client_secret"])
    headers = ["X-PARTNER-ID=" + us["partner_id"], "CHANNEL-ID=" + us["channel_id"], "ORIGIN=merchant.example"]
    headers += ["X-EXTERNAL-ID=4711"] if dialect == "brick" else []
    words = ["acquirer", "set", "US", "--url", to_acquirer.url, "--our-client-id", us["client_id"], "--secret-file",
             str(secret), "--silent-after", "2", "--sandbox"]
    words += [flag for header in headers for flag in ("--header", header)]
    gateway.json(*words)
    if dialect == "finnet":
        consent(acquirer, gateway)
    ours = gateway.json("merchant", "add", "--demo", "--owner", shop["client_id"], "--merchant-id", "SHOP", "--guid", there["guid"],
                        "--mpan", there["mpan"], "--nmid", there["nmid"], "--acquirer-merchant-id",
                        there["acquirer_merchant_id"])
    gateway.json("merchant", "route", ours["merchant_id"], "--acquirer", "US", "--merchant-there", there["merchant_id"])
    merchant = Shop(shop, gateway.ready["url"], gateway.home)
    merchant.merchant = ours["merchant_id"]
    return acquirer, gateway, to_acquirer, to_gateway, merchant


def consent(acquirer, gateway):
    """Finnet: a customer's grant is good once. When its answer was lost, or its receiver died with it, the operators of both
    sides authorise anew."""
    code = acquirer.json("partner", "authorize", "US", "--customer", "shop")["auth_code"]
    gateway.json("acquirer", "set", "US", "--auth-code", code, "--sandbox")
    code = gateway.json("partner", "authorize", "US", "--customer", "shop")["auth_code"]
    acquirer.json("partner", "set", "US", "--notify-auth-code", code, "--sandbox")


def payment(shop, acquirer, chance, wait):
    """One order from end to end, as far as it goes; who is killed meanwhile answers later or not at all."""
    number = "INV" + Partner.next_number()
    money = {"value": f"{chance.randrange(1000, 90000)}.00", "currency": "IDR"}
    done, code = shop.call("generate", {"partnerReferenceNo": number, "amount": money, "merchantId": shop.merchant})
    if done != 0 or "qrContent" not in code:
        return "not made"
    try:
        status, answer = acquirer.sandbox("POST", "/sandbox/v1/pay", {"qrContent": code["qrContent"]})
    except BROKEN:
        return "doubtful"
    if status != 200:
        return "not paid"
    for _ in range(wait):
        done, found = shop.call("query", {"originalPartnerReferenceNo": number, "serviceCode": "47"})
        if done == 0 and found["latestTransactionStatus"] == "00":
            break
        time.sleep(0.2)
    else:
        return "paid, not heard of yet"
    if chance.random() < 0.5:
        part = {"value": "400.00", "currency": "IDR"}
        body = {"originalPartnerReferenceNo": number, "partnerRefundNo": "F" + number, "refundAmount": part,
                "reason": "proof"}
        done, _ = shop.call("refund", body)
        return "refunded" if done == 0 else "refund in doubt"
    return "paid"


def books(acquirer, gateway):
    """What differs between the two sides, and what is not decided yet."""
    columns = "paid_amount, paid_tip, refunded FROM txn WHERE paid_at IS NOT NULL"
    here = dict((row[0], row[1:]) for row in gateway.rows(f"SELECT reference_no, {columns}"))
    there = dict((row[0], row[1:]) for row in acquirer.rows(f"SELECT partner_reference_no, {columns}"))
    differ = [(number, here.get(number), there.get(number)) for number in sorted(set(here) | set(there))
              if here.get(number) != there.get(number)]
    ledger = "SELECT kind, COUNT(*), SUM(amount), SUM(tip) FROM entry GROUP BY kind ORDER BY kind"
    if gateway.rows(ledger) != acquirer.rows(ledger):
        differ.append(("ledger", gateway.rows(ledger), acquirer.rows(ledger)))
    asked = gateway.rows("SELECT COUNT(*) FROM forward WHERE state = 'asked'")[0][0]
    return differ, asked, len(here)


def prove(dialect, rounds, seed):
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        acquirer, gateway, to_acquirer, to_gateway, shop = paired(folder, dialect, seed)
        ends, lock = {}, threading.Lock()
        # One order while nothing is lost.
        to_acquirer.calm = to_gateway.calm = True
        first = payment(shop, acquirer, chance, 50)
        assert first in ("paid", "refunded"), first
        to_acquirer.calm = to_gateway.calm = False

        def work(stop, seed):
            own = random.Random(seed)
            while not stop.is_set():
                end = payment(shop, acquirer, own, 10)
                with lock:
                    ends[end] = ends.get(end, 0) + 1
                    round_ends.append(end)

        for number in range(rounds):
            stop, round_ends = threading.Event(), []
            workers = [threading.Thread(target=work, args=(stop, chance.random())) for _ in range(2)]
            for thread in workers:
                thread.start()
            time.sleep(chance.uniform(0.2, 1.5))
            side = chance.choice([acquirer, gateway])
            side.kill()
            # One in ten stays dead for longer: the other side leaves it alone meanwhile.
            time.sleep(chance.uniform(3, 6) if chance.random() < 0.1 else chance.uniform(0, 0.5))
            side.start()
            stop.set()
            for thread in workers:
                thread.join()
            if dialect == "finnet" and all(end == "not made" for end in round_ends):
                consent(acquirer, gateway)
            if (number + 1) % 20 == 0:
                print(f"  {dialect}: {number + 1} rounds, {sum(ends.values())} orders", flush=True)
        # From here on nothing is lost: what was is found out.
        to_acquirer.calm = to_gateway.calm = True
        if dialect == "finnet":
            consent(acquirer, gateway)
        for _ in range(600):
            for side in (acquirer, gateway):
                found = side.rows("SELECT kind, reference_no, detail, CAST(body AS TEXT) FROM exception")
                assert not found, f"{side.file}: {found[:3]}"
            differ, asked, paid = books(acquirer, gateway)
            if not differ and not asked:
                break
            time.sleep(0.5)
        assert not differ and not asked, (differ[:5], asked)
        acquirer.stop()
        gateway.stop()
        print(f"{dialect}: {rounds} rounds, {sum(ends.values())} orders, {paid} payments on both sides, {ends}")


if __name__ == "__main__":
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    for index, dialect in enumerate(BASE):
        prove(dialect, rounds // 3 + (index < rounds % 3), int(os.environ.get("QRIS_SEED", "4711")) + index)
