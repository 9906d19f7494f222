"""python-nicepay against a running gateway, under the mount prefix /api.

Usage: TZ=Asia/Jakarta python nicepay.py READY.json PARTNER.json

The library prints its answers instead of returning them, and its X-EXTERNAL-ID is the second of the call: hence the
recorder around its transport and the pauses.
"""

import json
import re
import sys
import time
import urllib.request

from python_nicepay.config.apiClient import apiClient
from python_nicepay.constants.constantsEndpoint import ConstantsEndpoints
from python_nicepay.constants.constantsGeneral import ConstantsGeneral
from python_nicepay.data.builder import builderEnvironment
from python_nicepay.data.builder.snap import builderAccessToken, builderQris
from python_nicepay.service.snapService import SnapService

with open(sys.argv[1], encoding="utf-8") as file:
    READY = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    PARTNER = json.load(file)

ConstantsGeneral._SANDBOX_BASE_URL = READY["url"]
ConstantsGeneral._CLIENT_KEY = PARTNER["client_id"]
ConstantsGeneral._CLIENT_SECRET = PARTNER["client_secret"]
ConstantsGeneral._PRIVATE_KEY = PARTNER["private_key_base64"]
ENVIRONMENT = builderEnvironment.BuildEnvironment().isCloud(False).isProduction(False).build()
TOKEN = builderAccessToken.BuildAccessToken().setGrantType("client_credentials").setAdditionalInfo("").build()

answers = []
send = apiClient.send


def recorder(host, header, request, endpoint):
    answer = send(host, header, request, endpoint)
    answers.append((endpoint, answer))
    return answer


apiClient.send = staticmethod(recorder)


def call(body, endpoint, expected):
    time.sleep(1.1)
    SnapService.serviceTransaction(TOKEN.jsonAccessToken(), body, endpoint, ENVIRONMENT)
    path, answer = answers[-1]
    print(f"{path:36} {answer['responseCode']:9} {answer.get('latestTransactionStatus', '')}")
    assert path.startswith("/api/"), path
    assert answer["responseCode"] == expected, answer
    return answer


def query(qr, status):
    body = (
        builderQris.BuildQrisInquiry()
        .setMerchantId(PARTNER["merchant_id"])
        .setExternalStoreId("NICEPAY")
        .setOriginalReferenceNo(qr["referenceNo"])
        .setOriginalPartnerReferenceNo(qr["partnerReferenceNo"])
        .setServiceCode("47")
        .setAdditionalInfo({})
        .build()
    )
    answer = call(body.jsonQrisInquiry(), ConstantsEndpoints.inquiryQris(), "2005100")
    assert answer["latestTransactionStatus"] == status, answer


def pay(qr):
    request = urllib.request.Request(
        READY["url"] + "/sandbox/v1/pay",
        json.dumps({"referenceNo": qr["referenceNo"]}).encode(),
        {"Authorization": "Bearer " + READY["sandbox_key"], "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200, answer.status


generate = (
    builderQris.BuildQris()
    .setMerchantId(PARTNER["merchant_id"])
    .setPartnerReferenceNo("OrdNo" + str(time.time_ns()))
    .setStoreId("NICEPAY")
    .setValidityPeriod("")
    .setAmount({"value": "10000.00", "currency": "IDR"})
    .setAdditionalInfo({"goodsNm": "Kopi \u00e9, susu: \"dua\"", "mitraCd": "QSHP"})
    .build()
)
qr = call(generate.jsonQris(), ConstantsEndpoints.qris(), "2004700")
assert re.fullmatch(r"000201010212.*6304[0-9A-F]{4}", qr["qrContent"]), qr
query(qr, "01")
pay(qr)
query(qr, "00")
refund = (
    builderQris.BuildQrisRefund()
    .setMerchantId(PARTNER["merchant_id"])
    .setExternalStoreId("NICEPAY")
    .setOriginalReferenceNo(qr["referenceNo"])
    .setOriginalPartnerReferenceNo(qr["partnerReferenceNo"])
    .setPartnerRefundNo("RF" + str(time.time_ns()))
    .setRefundAmount({"value": "10000.00", "currency": "IDR"})
    .setReason("Test refund")
    .setAdditionalInfo({"cancelType": "1"})
    .build()
)
call(refund.jsonQrisRefund(), ConstantsEndpoints.refundQris(), "2007800")
query(qr, "04")
tokens = [answer for endpoint, answer in answers if endpoint == ConstantsEndpoints.accessToken()]
assert len(tokens) == 5 and all(answer["responseCode"] == "2007300" for answer in tokens), tokens
