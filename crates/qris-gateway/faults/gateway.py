"""A gateway under test and a partner that signs: shared by the fault drivers."""

import base64
import datetime
import hashlib
import hmac
import http.client
import http.server
import json
import os
import pathlib
import resource
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse

WIB = datetime.timezone(datetime.timedelta(hours=7))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    """`qris serve --sandbox` on one database; may be killed and started again."""

    def __init__(self, qris, folder, database, name="server", master=None, options=(), files=None,
                 sandbox=True):
        self.qris, self.folder, self.database = str(qris), pathlib.Path(folder), database
        self.ready_file = self.folder / f"{name}.ready.json"
        self.log = self.folder / f"{name}.log"
        self.environment = dict(os.environ, QRIS_MASTER_KEY_FILE=str(master or self.folder / "master.key"))
        self.options, self.process = [*(["--sandbox"] if sandbox else []), *options], None
        # Soft and hard limit of open files.
        self.prepare = files and (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, files))

    def start(self):
        self.ready_file.unlink(missing_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.qris, "serve", "--no-demo", *(() if "--listen" in self.options else ("--listen", "127.0.0.1:0")),
                 "--database", self.database,
                 "--ready-file", str(self.ready_file), *self.options],
                stdout=subprocess.DEVNULL, stderr=log, cwd=self.folder, env=self.environment, preexec_fn=self.prepare)
        for _ in range(300):
            if self.ready_file.exists() and self.ready_file.read_text().endswith("\n"):
                self.ready = json.loads(self.ready_file.read_text())
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise SystemExit(f"the server did not start: {self.log.read_text()[-2000:]}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        assert self.process.wait(15) == 0, "SIGTERM must drain and end with 0"

    def add_partner(self, name, *options):
        if "--dialect" not in options:
            options = ("--dialect", "standard", *options)
        command = [self.qris, "gateway", "partner", "add"]
        # A merchant comes along on request; programs before that one always made it.
        help_text = subprocess.run([*command, "--help"], check=True, capture_output=True, text=True).stdout
        options = (*options, "--demo") if "--demo" in help_text else options
        out = subprocess.run(
            [*command, "--database", self.database, "--name", name, "--generate-key", name.lower(), *options, "--json"],
            check=True, capture_output=True, cwd=self.folder, env=self.environment)
        return Partner(json.loads(out.stdout), self.folder)

    def command(self, *words):
        """A `qris gateway` command beside the running server."""
        subprocess.run([self.qris, "gateway", *words[:2], "--database", self.database, *words[2:]],
                       check=True, capture_output=True, cwd=self.folder, env=self.environment)

    def sandbox(self, method, path, body=None):
        headers = {"Authorization": "Bearer " + self.ready["sandbox_key"], "Content-Type": "application/json"}
        return send(self.ready["url"], method, path, headers, None if body is None else json.dumps(body).encode())


def send(url, method, path, headers, body):
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=20)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None
    finally:
        connection.close()


class Partner:
    """Signs as agreed: RSA for the token, HMAC for the rest."""

    number = int(time.time() * 1000)
    lock = threading.Lock()

    def __init__(self, made, folder):
        self.made, self.folder = made, folder
        self.token, self.fetched = None, 0

    @classmethod
    def next_number(cls):
        with cls.lock:
            cls.number += 1
            return str(cls.number)

    def now(self):
        return datetime.datetime.now(WIB).strftime("%Y-%m-%dT%H:%M:%S+07:00")

    def fetch_token(self, url):
        stamp = self.now()
        signed = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", self.made["private_key_file"]],
            input=f"{self.made['client_id']}|{stamp}".encode(), check=True, capture_output=True, cwd=self.folder)
        headers = {
            "Content-Type": "application/json", "X-TIMESTAMP": stamp, "X-CLIENT-KEY": self.made["client_id"],
            "X-SIGNATURE": base64.b64encode(signed.stdout).decode()}
        status, answer = send(url, "POST", self.made["token_path"], headers, b'{"grantType":"client_credentials"}')
        assert status == 200, (status, answer)
        return answer["accessToken"]

    def call(self, url, service, body, external_id=None):
        if self.token is None or time.time() - self.fetched > 600:
            self.token, self.fetched = self.fetch_token(url), time.time()
        path, raw, stamp = self.made["paths"][service], json.dumps(body, separators=(",", ":")).encode(), self.now()
        text = f"POST:{path}:{self.token}:{hashlib.sha256(raw).hexdigest()}:{stamp}"
        mac = hmac.new(self.made["client_secret"].encode(), text.encode(), hashlib.sha512).digest()
        headers = {
            "Content-Type": "application/json", "Authorization": "Bearer " + self.token, "X-TIMESTAMP": stamp,
            "X-SIGNATURE": base64.b64encode(mac).decode(), "X-PARTNER-ID": self.made["partner_id"],
            "X-EXTERNAL-ID": external_id or self.next_number(), "CHANNEL-ID": self.made["channel_id"]}
        return send(url, "POST", path, headers, raw)

    def generate(self, url, value="10000.00", reference=None, external_id=None):
        body = {"partnerReferenceNo": reference or "R" + self.next_number(),
                "amount": {"value": value, "currency": "IDR"}, "merchantId": self.made["merchant_id"]}
        return self.call(url, "generate", body, external_id)

    def query(self, url, reference_no):
        return self.call(url, "query", {
            "originalReferenceNo": reference_no, "serviceCode": "47", "merchantId": self.made["merchant_id"]})

    def refund(self, url, reference_no, partner_reference_no, value, number=None):
        return self.call(url, "refund", {
            "originalReferenceNo": reference_no, "originalPartnerReferenceNo": partner_reference_no,
            "partnerRefundNo": number or "F" + self.next_number(), "merchantId": self.made["merchant_id"],
            "refundAmount": {"value": value, "currency": "IDR"}, "reason": "fault test"})


class Receiver:
    """A merchant's endpoint for notifications; remembers every body."""

    def __init__(self):
        self.bodies, self.lock = [], threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with outer.lock:
                    outer.bodies.append(body)
                answer = b'{"responseCode":"2005200","responseMessage":"Successful"}'
                try:
                    self.send_response(200)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except ConnectionError:
                    # The sender was killed while it waited for this.
                    pass

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1.0/qr/qr-mpm-notify"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def events(self):
        """(reference, status, 1 for a refund) -> the set of bodies it was told with."""
        told = {}
        with self.lock:
            for body in self.bodies:
                message = json.loads(body)
                refund = int("refundNo" in (message.get("additionalInfo") or {}))
                key = (message["originalReferenceNo"], message["latestTransactionStatus"], refund)
                told.setdefault(key, set()).add(body)
        return told


class Postgres:
    """A private PostgreSQL server, run as an ordinary user."""

    BINARIES = pathlib.Path("/usr/lib/postgresql/15/bin")

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.user = "nobody" if os.geteuid() == 0 else None
        if self.user:
            subprocess.run(["chown", "-R", self.user, str(self.folder)], check=True)
            self.folder.chmod(0o755)
        self.port = free_port()
        self.url = f"postgres://qris@127.0.0.1:{self.port}/postgres"
        self.run("initdb", "-D", str(self.folder / "data"), "-U", "qris", "-A", "trust", "--no-sync")

    def run(self, program, *arguments):
        done = subprocess.run([str(self.BINARIES / program), *arguments], user=self.user, cwd=self.folder,
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self):
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-l", str(self.folder / "pg.log"), "-w", "start")
        return self

    def stop(self, mode="immediate"):
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", mode, "-w", "stop")


def with_postgres(run):
    """Calls with a running server and a folder, and clears up."""
    with tempfile.TemporaryDirectory(prefix="qg") as data, tempfile.TemporaryDirectory() as folder:
        postgres = Postgres(data).start()
        try:
            run(postgres, folder)
        finally:
            if (pathlib.Path(data) / "data" / "postmaster.pid").exists():
                postgres.stop()
            if os.geteuid() == 0:
                subprocess.run(["chown", "-R", "root", data], check=False)
