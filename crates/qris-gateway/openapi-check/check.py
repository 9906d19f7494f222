"""Runs schemathesis against a gateway of its own. See README.md."""

import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "faults"))
from gateway import Gateway, Partner  # noqa: E402

QRIS, SCHEMATHESIS, EXAMPLES = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).absolute(), sys.argv[3]
# With `all` also the corner cases that schemathesis derives from the schemas: thousands of requests.
PHASES = "examples,coverage,fuzzing" if sys.argv[4:] == ["all"] else "examples,fuzzing"
CODES = 40
PARTNERS = {"Merchant": ("standard", "merchant"), "Issuer": ("standard", "issuer"), "Upstream": ("standard", "upstream"),
            "Finpay": ("finpay", "merchant"), "Brick": ("brick", "merchant")}
CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
          "response_schema_conformance,allow_header_conformance,unsupported_method")
# What must have been answered with success, not only refused in good order.
REACHED = ["/v1.0/access-token/b2b", "/snap/oauth/v1.0/access-token/b2b", "/v2/payments/acceptance/1.0/access-token/b2b",
           *(f"/v1.0/qr/qr-mpm-{name}" for name in
             ("generate", "query", "cancel", "refund", "decode", "payment", "notify")),
           "/pg/payment/card/v1.0/qr/qr-mpm-generate", "/v2/payments/acceptance/1.0/qr/qr-mpm-generate",
           "/sandbox/v1/pay", "/sandbox/v1/clock", "/sandbox/v1/notifications", "/healthz", "/readyz"]


def main():
    with tempfile.TemporaryDirectory() as folder:
        gateway = Gateway(QRIS, folder, f"sqlite://{folder}/check.db").start()
        try:
            answers, done = run(gateway, pathlib.Path(folder))
        finally:
            gateway.stop()
    pathlib.Path(os.environ.get("QRIS_CHECK_KEEP", os.devnull)).write_text(json.dumps(answers, sort_keys=True, indent=1))
    by_status, reached = collections.Counter(), set()
    for line, count in answers.items():
        _, path, status = line.split(" ")
        by_status[status] += count
        if status == "200":
            reached.add(path)
    print("answers by HTTP status:", dict(sorted(by_status.items())))
    missing = [path for path in REACHED if path not in reached]
    assert not missing, f"no success was reached at {missing}"
    assert done.returncode == 0, f"schemathesis ended with {done.returncode}"
    print(f"schemathesis: {sum(by_status.values())} requests, success at {len(reached)} paths")


def run(gateway, folder):
    made = {name: gateway.add_partner(name, "--dialect", dialect, "--role", role)
            for name, (dialect, role) in PARTNERS.items()}
    url, merchant = gateway.ready["url"], made["Merchant"]
    gateway.command("merchant", "bind", merchant.made["merchant_id"], "--upstream", made["Upstream"].made["client_id"])
    codes = [generated(merchant, url) for _ in range(CODES * 3)]
    paid = codes[:CODES]
    for code in paid:
        status, answer = gateway.sandbox("POST", "/sandbox/v1/pay", {"referenceNo": code["referenceNo"]})
        assert status == 200, answer
    decoded = []
    for code in codes[CODES:2 * CODES]:
        number = Partner.next_number()
        body = {"partnerReferenceNo": number, "qrContent": code["qrContent"], "merchantId": code["merchantId"],
                "scanTime": made["Issuer"].now()}
        status, answer = made["Issuer"].call(url, "decode", body)
        assert status == 200, answer
        decoded.append({**code, "decoded": number})
    still_open = codes[2 * CODES:]
    third = CODES // 4
    opened = {"Merchant": still_open[:2 * third], "Issuer": still_open[2 * third:3 * third],
              "Upstream": still_open[3 * third:]}
    setup = {"ready": gateway.ready, "folder": str(folder), "partners": {name: it.made for name, it in made.items()},
             "open": opened, "paid": {"Merchant": paid, "Issuer": decoded}}
    (folder / "setup.json").write_text(json.dumps(setup))
    environment = dict(os.environ, SCHEMATHESIS_HOOKS="hooks", PYTHONPATH=str(HERE), NO_COLOR="1",
                       QRIS_CHECK_SETUP=str(folder / "setup.json"), QRIS_CHECK_ANSWERS=str(folder / "answers.json"))
    done = subprocess.run(
        [str(SCHEMATHESIS), "run", url + "/openapi.json", "--checks", CHECKS, "--phases", PHASES,
         "--max-examples", EXAMPLES, "--seed", "4711", "--no-shrink", "--continue-on-failure", "--warnings", "off",
         "--suppress-health-check", "all", "--request-timeout", "10"],
        cwd=folder, env=environment, check=False)
    return json.loads((folder / "answers.json").read_text()), done


def generated(partner, url):
    status, answer = partner.generate(url)
    assert status == 200, answer
    return {**{name: answer[name] for name in ("referenceNo", "partnerReferenceNo", "qrContent")},
            "merchantId": partner.made["merchant_id"]}


main()
