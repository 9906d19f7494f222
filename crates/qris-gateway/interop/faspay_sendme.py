"""FaspaySendmeSnap against a running gateway, as the profile faspay.

Usage: python faspay_sendme.py READY.json PARTNER.json  (writes SendMeConfig.ini into the working directory)

It has disbursement only, which is no service of ours; its request machinery (headers, external id, signature, transport) is
taken to 47 and 51 by giving it two paths more.
"""

import json
import sys
import time

from gateway import QRIS, expect, read, row

READY, PARTNER = read(sys.argv[1]), read(sys.argv[2])
with open("SendMeConfig.ini", "w", encoding="utf-8") as file:
    file.write(
        f"[development]\nhost = {READY['url']}\nchannel_id = {PARTNER['channel_id']}\n"
        f"partner_id = {PARTNER['partner_id']}\nkey_path = {PARTNER['private_key_file']}\n"
    )
from FaspaySendmeSnap import Api, _http, _request

refused = Api.Services.accountInquiry(Api.Services, {"beneficiaryAccountNo": "888801000157508"})
assert refused == {"error": True, "message": "faspay.sendme.http.code 404"}, refused
row("its own account inquiry", "404", "no such path")

_http._path["generate"] = PARTNER["paths"]["generate"]
_http._path["query"] = PARTNER["paths"]["query"]


def call(section, members):
    """What each of its services does."""
    _http.setEnvironment(_http, "development")
    _http.setSection(_http, section)
    _http.setRequestParam(_http, members)
    _request.generateHeadersRequest(_request)
    _http.generateUrl(_http)
    _http.curl(_http)
    return _http.getResponseParam(_http)


members = {
    "partnerReferenceNo": str(time.time_ns()),
    "amount": {"value": "10000.00", "currency": "IDR"},
    "merchantId": PARTNER["merchant_id"],
    "additionalInfo": {"channelCode": "711", "billDescription": "Payment #12345678"},
}
qr = expect("generate, signed by the library", call("generate", members), "2004700")
assert QRIS.fullmatch(qr["qrContent"]), qr
members = {"originalReferenceNo": qr["referenceNo"], "serviceCode": "47", "merchantId": PARTNER["merchant_id"]}
expect("query, signed by the library", call("query", members), "2005100")
