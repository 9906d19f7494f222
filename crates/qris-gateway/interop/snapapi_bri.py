"""snapapi against a running gateway, as the profile bri.

Usage: python snapapi_bri.py READY.json PARTNER.json RECEIVER_PORT

It is a toolkit for those who talk with a bank: here it signs for one, and is the server that the bank's notification comes to.
"""

import datetime
import json
import secrets
import sys
import time

from snapapi import SNAPCrypto
from snapapi.exceptions import InvalidSignature
from snapapi.model.oauth2 import Oauth2Response

from gateway import QRIS, Receiver, expect, pay, post, read, row, text

READY, PARTNER = read(sys.argv[1]), read(sys.argv[2])
IDS = {"client_id": PARTNER["client_id"], "client_secret": PARTNER["client_secret"]}
CLIENT = SNAPCrypto(**IDS, private_key=text(PARTNER["private_key_file"]))
SERVER = SNAPCrypto(
    **IDS, public_cert=text(PARTNER["gateway_public_key_file"]), token_passphrase=secrets.token_urlsafe(32)
)
WIB = datetime.timezone(datetime.timedelta(hours=7))


def now():
    return datetime.datetime.now(WIB).isoformat(timespec="milliseconds")


def token():
    timestamp = now()
    signature = CLIENT.create_signature_oauth2(f"{CLIENT.client_id}|{timestamp}".encode())
    headers = {
        "Content-Type": "application/json",
        "X-TIMESTAMP": timestamp,
        "X-CLIENT-KEY": CLIENT.client_id,
        "X-SIGNATURE": signature,
    }
    return post(READY["url"] + PARTNER["token_path"], headers, '{"grantType":"client_credentials"}')


def call(path, members, query=""):
    timestamp = now()
    signature = CLIENT.create_signature_transactional(
        path=path, timestamp=timestamp, request_body=members, http_method="POST", access_token=TOKEN
    )
    headers = {
        "Content-Type": "application/json",
        "Authorization": "Bearer " + TOKEN,
        "X-TIMESTAMP": timestamp,
        "X-SIGNATURE": signature,
        "X-PARTNER-ID": PARTNER["partner_id"],
        "X-EXTERNAL-ID": str(time.time_ns()),
        "CHANNEL-ID": PARTNER["channel_id"],
    }
    return post(READY["url"] + path + query, headers, json.dumps(members))


def issue(headers, body):
    issued = SERVER.create_access_token(request_headers=headers)
    return Oauth2Response(accessToken=issued).model_dump()


def verify(headers, members):
    bearer = headers["authorization"].removeprefix("Bearer ")
    SERVER.verify_access_token(bearer)
    SERVER.verify_signature_transactional(
        path=PATH, access_token=bearer, request_headers=headers, request_body=members
    )


def notified(headers, body):
    verify(headers, json.loads(body))
    return {"responseCode": "2005200", "responseMessage": "Successful"}


PATH = "/v1.1/qr-dynamic/qr-mpm-notify"
receiver = Receiver(sys.argv[3], {"/v1.0/access-token/b2b": issue, PATH: notified})
assert PARTNER["token_path"] == "/snap/v1.0/access-token/b2b", PARTNER
TOKEN = expect("token", token(), "2007300")["accessToken"]
paths = PARTNER["paths"]
assert paths["generate"] == "/v1.1/qr-dynamic-mpm/qr-mpm-generate-qr", paths
members = {
    "partnerReferenceNo": str(time.time_ns()),
    "amount": {"value": "10000.00", "currency": "IDR"},
    "merchantId": PARTNER["merchant_id"],
    "terminalId": "10080032",
}
qr = expect("generate", call(paths["generate"], members), "2004700")
assert QRIS.fullmatch(qr["qrContent"]), qr
members = {"originalReferenceNo": qr["referenceNo"], "serviceCode": "17", "additionalInfo": {"terminalId": "10080032"}}
expect("query", call(paths["query"], members), "2005100")
expect("query, its query not signed", call(paths["query"], members, "?a=1"), "2005100")
pay(READY, qr)
path, headers, body = receiver.notified(qr)
verify(headers, json.loads(body))
try:
    verify(headers, {**json.loads(body), "latestTransactionStatus": "06"})
    raise AssertionError("a forged notification")
except InvalidSignature:
    pass
row("notification, HMAC and its token", "verified", "00")
