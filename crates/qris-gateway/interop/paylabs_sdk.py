"""paylabs-sdk against a running gateway, as the profile paylabs.

Usage: python paylabs_sdk.py READY.json PARTNER.json RECEIVER_PORT
"""

import sys

from paylabs import Environment, PaylabsClient
from paylabs.config import SNAP_URLS
from paylabs.exceptions import PaylabsAPIError

from gateway import QRIS, Receiver, expect, pay, read, row, text

READY, PARTNER = read(sys.argv[1]), read(sys.argv[2])
SNAP_URLS[Environment.SANDBOX] = READY["url"] + "/api/v1.0"
CLIENT = PaylabsClient(
    merchant_id=PARTNER["partner_id"],
    private_key=text(PARTNER["private_key_file"]),
    public_key=text(PARTNER["gateway_public_key_file"]),
)
MERCHANT = PARTNER["merchant_id"]
# Not the path it verifies: that one is fixed in it.
receiver = Receiver(sys.argv[3], {"/callback": lambda headers, body: CLIENT.snap_qris.generate_callback_response()})

qr = CLIENT.snap_qris.generate_qr(
    amount="10000.00", merchant_id=MERCHANT, store_id="010552S00001", payer="Ahmad", notify_url="https://shop.example/n"
)
expect("generate", qr, "2004700")
assert QRIS.fullmatch(qr["qrContent"]), qr


def query(name, status):
    answer = CLIENT.snap_qris.query_qr(original_reference_no=qr["referenceNo"], merchant_id=MERCHANT)
    assert expect(name, answer, "2005100")["latestTransactionStatus"] == status, answer


query("query", "01")
pay(READY, qr)
query("query, paid", "00")
path, headers, body = receiver.notified(qr)
assert path == "/callback", path
assert CLIENT.snap_qris.verify_callback_signature(headers, body), headers
assert not CLIENT.snap_qris.verify_callback_signature(headers, body.replace('Status":"00"', 'Status":"06"'))
row("notification", "verified", "00")
try:
    CLIENT.snap_qris.generate_qr(amount="10000.00", merchant_id="nobody")
    raise AssertionError("a merchant that is none")
except PaylabsAPIError as error:
    expect("generate, unknown merchant", {"responseCode": error.err_code}, "4044708")
