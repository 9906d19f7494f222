"""Hooks for schemathesis: signs what it makes up, gives some of it numbers that exist, and counts the answers.

Seven of eight requests are signed over; the eighth goes out as it was made up, headers included.
"""

import atexit
import base64
import collections
import hashlib
import hmac
import itertools
import json
import os
import pathlib
import subprocess
import sys
import threading

import requests
import schemathesis

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "faults"))
import gateway as driver  # noqa: E402

SETUP = json.loads(pathlib.Path(os.environ["QRIS_CHECK_SETUP"]).read_text())
URL = SETUP["ready"]["url"]
PARTNERS = {name: driver.Partner(made, SETUP["folder"]) for name, made in SETUP["partners"].items()}
OPEN = {name: iter(codes) for name, codes in SETUP["open"].items()}
QUERIED = itertools.cycle(SETUP["paid"]["Merchant"])
PAID = {name: iter(codes) for name, codes in SETUP["paid"].items()}
ISSUERS = ("decode", "payment", "apply-ott")

lock = threading.Lock()
turns = collections.defaultdict(itertools.count)
answers = collections.Counter()


def partner_of(path):
    if path.startswith("/v2/"):
        return "Brick"
    if path.startswith(("/pg/", "/snap/", "/oauth/")):
        return "Finpay"
    if path.rsplit("-", 1)[-1] in ISSUERS or path.endswith("apply-ott"):
        return "Issuer"
    return "Upstream" if path.endswith("-notify") else "Merchant"


def rsa(partner, text):
    done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", partner.made["private_key_file"]],
                          input=text.encode(), check=True, capture_output=True, cwd=partner.folder)
    return base64.b64encode(done.stdout).decode()


class Signer(requests.auth.AuthBase):
    """Sees the request as it goes out: the body's bytes are final here."""

    def __call__(self, request):
        path, body = request.path_url, request.body or b""
        body = body.encode() if isinstance(body, str) else body
        with lock:
            if next(turns["sign " + path]) % 8 == 7:
                return request
        if path.startswith("/sandbox/"):
            request.headers["Authorization"] = "Bearer " + SETUP["ready"]["sandbox_key"]
            return request
        partner = PARTNERS[partner_of(path)]
        stamp, client = partner.now(), partner.made["client_id"]
        own = {"Content-Type": "application/json", "X-TIMESTAMP": stamp, "X-CLIENT-KEY": client}
        digest = hashlib.sha256(body).hexdigest()
        if "access-token" in path:
            own["X-SIGNATURE"] = rsa(partner, f"{client}|{stamp}")
        else:
            with lock:
                partner.token = partner.token or partner.fetch_token(URL)
            own |= {"X-PARTNER-ID": partner.made["partner_id"], "X-EXTERNAL-ID": partner.next_number(),
                    "CHANNEL-ID": partner.made["channel_id"], "Authorization": "Bearer " + partner.token,
                    "Accept": "application/json", "Origin": "https://merchant.example"}
            if partner.made["dialect"].lower() == "brick":
                own["X-SIGNATURE"] = rsa(partner, f"{request.method}:{path}:{digest}:{stamp}")
            else:
                text = f"{request.method}:{path}:{partner.token}:{digest}:{stamp}"
                mac = hmac.new(partner.made["client_secret"].encode(), text.encode(), hashlib.sha512).digest()
                own["X-SIGNATURE"] = base64.b64encode(mac).decode()
        request.headers.update(own)
        return request


schemathesis.auth.set_from_requests(Signer())


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """In turn: a plain body with numbers that exist, the same with what was made up around it, only what was made up."""
    if not isinstance(case.body, dict):
        return
    with lock:
        turn = next(turns["body " + case.path]) % 3
        numbers = known(case.path, partner_of(case.path)) if turn < 2 else {}
    if numbers:
        case.body = numbers if turn == 0 else {**case.body, **numbers}
    if case.path == "/sandbox/v1/clock" and isinstance(case.body.get("offset_seconds"), int):
        # Any other time would make every later signature a stale one.
        case.body = {**case.body, "offset_seconds": 0}


def known(path, name):
    partner = PARTNERS[name]
    merchant = partner.made.get("merchant_id")
    number = driver.Partner.next_number()
    pick = lambda codes: next(codes.get(name, iter(())), None)  # noqa: E731
    idr = {"value": "10000.00", "currency": "IDR"}
    if path.endswith("access-token/b2b"):
        return {"grantType": "client_credentials", "grant_type": "client_credentials"}
    if path.endswith("-generate"):
        return {"partnerReferenceNo": number, "merchantId": merchant, "amount": idr}
    if path.endswith("-query") or (path.endswith("-cancel") and (code := pick(OPEN))):
        code = next(QUERIED) if path.endswith("-query") else code
        return {"originalReferenceNo": code["referenceNo"], "serviceCode": "47", "merchantId": merchant,
                "reason": "changed my mind"}
    if path.endswith("-refund") and (code := pick(PAID)):
        return {"originalReferenceNo": code["referenceNo"], "originalPartnerReferenceNo": code["partnerReferenceNo"],
                "partnerRefundNo": number, "merchantId": merchant, "refundAmount": {"value": "1.00", "currency": "IDR"},
                "reason": "changed my mind"}
    if path.endswith("-decode") and (code := pick(OPEN)):
        return {"partnerReferenceNo": number, "qrContent": code["qrContent"], "amount": idr, "scanTime": partner.now()}
    if path.endswith("-payment") and (code := pick(PAID)):
        return {"partnerReferenceNo": code["decoded"], "amount": idr, "merchantId": code["merchantId"],
                "feeAmount": {"value": "0.00", "currency": "IDR"}}
    if path.endswith("-notify") and (code := pick(OPEN)):
        return {"originalPartnerReferenceNo": code["referenceNo"], "originalReferenceNo": number,
                "latestTransactionStatus": "00", "amount": idr}
    if path == "/sandbox/v1/pay" and (code := pick(OPEN)):
        return {"referenceNo": code["referenceNo"], "amount": "10000.00", "tip": "0.00"}
    return {}


@schemathesis.hook
def after_call(ctx, case, response):
    with lock:
        answers[f"{case.operation.method.upper()} {case.path} {response.status_code}"] += 1


@atexit.register
def write_down():
    pathlib.Path(os.environ["QRIS_CHECK_ANSWERS"]).write_text(json.dumps(answers, sort_keys=True, indent=1))
