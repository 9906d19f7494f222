"""What the scripts share: the gateway that runs, a partner of it, a receiver of notifications."""

import json
import re
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

QRIS = re.compile(r"000201010212.*6304[0-9A-F]{4}")


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def row(name, code, note=""):
    """A row of the table."""
    print(f"{name:36} {str(code):9} {note}".rstrip(), flush=True)


def expect(name, answer, code):
    """Notes an answer, which must have this code."""
    row(name, answer["responseCode"], answer.get("latestTransactionStatus", ""))
    assert str(answer["responseCode"]) == code, answer
    return answer


def pay(ready, qr):
    """Pays a code in the sandbox."""
    request = urllib.request.Request(
        ready["url"] + "/sandbox/v1/pay",
        json.dumps({"referenceNo": qr["referenceNo"]}).encode(),
        {"Authorization": "Bearer " + ready["sandbox_key"], "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200, answer.status


def post(url, headers, body):
    """The answer's members, whatever its status."""
    request = urllib.request.Request(url, body.encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        return json.load(refused)


class Receiver:
    """Listens as a merchant does; `answers` has a function from headers and body to an answer for each path."""

    def __init__(self, port, answers):
        received = self.received = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                received.append((self.path, headers, body))
                answer = json.dumps(answers[self.path](headers, body)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", int(port)), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def notified(self, qr):
        """The notification of a transaction, once it is there: path, headers, body."""
        for _ in range(100):
            for path, headers, body in list(self.received):
                if json.loads(body).get("originalReferenceNo") == qr["referenceNo"]:
                    # What came is answered before this ends.
                    self.server.shutdown()
                    return path, headers, body
            time.sleep(0.1)
        raise AssertionError(f"no notification of {qr['referenceNo']} within 10 s")
