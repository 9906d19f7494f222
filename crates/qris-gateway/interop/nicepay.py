"""python-nicepay against a running gateway, as the profile nicepay.

Usage: TZ=Asia/Jakarta python nicepay.py READY.json PARTNER.json

The library prints its answers instead of returning them, and its X-EXTERNAL-ID is the second of the call: hence the
recorder around its transport and the pauses.
"""

import sys
import time

from python_nicepay.config.apiClient import apiClient
from python_nicepay.constants.constantsEndpoint import ConstantsEndpoints
from python_nicepay.constants.constantsGeneral import ConstantsGeneral
from python_nicepay.data.builder import builderEnvironment
from python_nicepay.data.builder.snap import builderAccessToken, builderQris
from python_nicepay.service.snapService import SnapService

from gateway import QRIS, expect, pay, read

READY, PARTNER = read(sys.argv[1]), read(sys.argv[2])
ConstantsGeneral._SANDBOX_BASE_URL = READY["url"] + "/nicepay"
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
    assert path.startswith("/api/"), path
    return expect(path, answer, expected)


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
assert QRIS.fullmatch(qr["qrContent"]), qr
query(qr, "01")
pay(READY, qr)
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
