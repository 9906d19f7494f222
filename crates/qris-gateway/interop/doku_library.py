"""doku-python-library against a running gateway, as the profile doku.

Usage: python doku_library.py READY.json PARTNER.json RECEIVER_PORT

It has no QRIS: its token call and its signature are taken to 47 and 51, and its side of a notification (token, signature, answer)
is run as a merchant's, in Flask, which it wants.
"""

import json
import logging
import sys
import threading

from doku_python_library.src.commons import config
from doku_python_library.src.commons.snap_utils import SnapUtils
from doku_python_library.src.services.token_service import TokenService
from doku_python_library.src.snap import DokuSNAP
from flask import Flask, jsonify, request
from werkzeug.serving import make_server

from gateway import QRIS, expect, pay, post, read, row, text

READY, PARTNER = read(sys.argv[1]), read(sys.argv[2])
config._Development.BASE_URL = READY["url"]
logging.getLogger("werkzeug").setLevel(logging.ERROR)
LIBRARY = DokuSNAP(
    private_key=text(PARTNER["private_key_file"]),
    client_id=PARTNER["client_id"],
    is_production=False,
    public_key=text(PARTNER["gateway_public_key_file"]),
    issuer="shop.example",
    secret_key=PARTNER["client_secret"],
    merchant_public_key=text(PARTNER["private_key_file"].replace("-private.pem", "-public.pem")),
)
expect("token", LIBRARY.get_token().json(), "2007300")
# It takes 10 from it, so it must be a number.
assert LIBRARY.token_expires_in == 890, LIBRARY.token_expires_in

app = Flask(__name__)
notified = threading.Event()
checks = []


@app.post("/v1.0/access-token/b2b")
def token():
    return jsonify(LIBRARY.validate_signature_and_generate_token().body.json())


@app.post("/doku/notify")
def notify():
    bearer = request.headers["Authorization"].removeprefix("Bearer ")
    body = request.get_json()

    def signature(members):
        return TokenService.generate_symmetric_signature(
            "POST", request.path, bearer, members, request.headers["X-TIMESTAMP"], PARTNER["client_secret"]
        )

    checks.append(signature(body) == request.headers["X-SIGNATURE"])
    checks.append(signature({**body, "latestTransactionStatus": "06"}) != request.headers["X-SIGNATURE"])
    checks.append(LIBRARY.validate_token_b2b(bearer))
    answer = LIBRARY.direct_debit_payment_notification(bearer).json()
    checks.append((body["originalReferenceNo"], body["latestTransactionStatus"]))
    notified.set()
    return jsonify(answer)


server = make_server("127.0.0.1", int(sys.argv[3]), app)
threading.Thread(target=server.serve_forever, daemon=True).start()


def call(path, members):
    timestamp = TokenService.get_timestamp()
    signature = TokenService.generate_symmetric_signature(
        "POST", path, LIBRARY.token, members, timestamp, PARTNER["client_secret"]
    )
    headers = {
        "Content-Type": "application/json",
        "Authorization": "Bearer " + LIBRARY.token,
        "X-TIMESTAMP": timestamp,
        "X-SIGNATURE": signature,
        "X-PARTNER-ID": PARTNER["partner_id"],
        "X-EXTERNAL-ID": SnapUtils.generate_external_id(),
        "CHANNEL-ID": "H2H",
    }
    return post(READY["url"] + path, headers, json.dumps(members))


paths = PARTNER["paths"]
assert paths["generate"] == "/snap-adapter/b2b/v1.0/qr/qr-mpm-generate", paths
amount = {"value": "10000.00", "currency": "IDR"}
reference = SnapUtils.generate_external_id()
members = {"partnerReferenceNo": reference, "merchantId": PARTNER["merchant_id"], "amount": amount}
qr = expect("generate, signed by the library", call(paths["generate"], members), "2004700")
assert QRIS.fullmatch(qr["qrContent"]), qr
members = {"originalReferenceNo": qr["referenceNo"], "serviceCode": "47", "merchantId": PARTNER["merchant_id"]}
expect("query, signed by the library", call(paths["query"], members), "2005100")
pay(READY, qr)
assert notified.wait(10), "no notification within 10 s"
# What came is answered before this ends.
server.shutdown()
assert checks == [True, True, True, (qr["referenceNo"], "00")], checks
row("notification, HMAC and its token", "verified", "00")
