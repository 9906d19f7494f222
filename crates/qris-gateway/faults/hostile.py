"""Hostile requests against a running gateway: right code, no 5xx, no hang, nothing stored. See README.md."""

import base64
import datetime
import hashlib
import hmac
import json
import pathlib
import random
import socket
import sqlite3
import sys
import tempfile
import time
import urllib.parse

from gateway import WIB, Gateway, Partner

QRIS = pathlib.Path(sys.argv[1]).resolve()


def stamp(seconds=0):
    return (datetime.datetime.now(WIB) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S+07:00")


class Attack:
    def __init__(self, folder):
        self.folder = folder
        self.gateway = Gateway(QRIS, folder, f"sqlite://{folder}/hostile.db").start()
        self.partner = self.gateway.add_partner("Hostile")
        self.other = self.gateway.add_partner("Other")
        self.issuer = self.gateway.add_partner("Issuer", "--role", "issuer")
        self.url = self.gateway.ready["url"]
        netloc = urllib.parse.urlsplit(self.url)
        self.address = (netloc.hostname, netloc.port)
        status, self.made = self.partner.generate(self.url)
        assert status == 200, self.made
        for partner in (self.other, self.issuer):
            partner.token = partner.fetch_token(self.url)
        self.count = self.accepted = self.wrong = 0
        self.tables = [name for name, in self.select("SELECT name FROM sqlite_master WHERE type = 'table'")
                       if name not in ("request_log", "token", "meta") and not name.startswith("sqlite_")]
        self.before = self.rows()

    def select(self, sql):
        with sqlite3.connect(f"file:{self.folder}/hostile.db?mode=ro", uri=True) as connection:
            return list(connection.execute(sql))

    def rows(self):
        return {name: self.select(f"SELECT count(*) FROM {name}")[0][0] for name in self.tables}

    def signed(self, body, service="generate", path=None, partner=None, token=None, when=None, method="POST", text=None,
               external_id=None):
        partner = partner or self.partner
        path, token, when = path or self.partner.made["paths"][service], token or partner.token, when or stamp()
        text = text or f"{method}:{path}:{token}:{hashlib.sha256(body).hexdigest()}:{when}"
        mac = hmac.new(partner.made["client_secret"].encode(), text.encode(), hashlib.sha512).digest()
        return method, path, [
            ("Content-Type", "application/json"), ("Authorization", "Bearer " + token), ("X-TIMESTAMP", when),
            ("X-SIGNATURE", base64.b64encode(mac).decode()), ("X-PARTNER-ID", partner.made["partner_id"]),
            ("X-EXTERNAL-ID", external_id or Partner.next_number()), ("CHANNEL-ID", partner.made["channel_id"])], body

    def raw(self, data, pieces=1, pause=0.0):
        """Bytes as they are; status and body of the first answer, 0 when the connection just ended."""
        self.count += 1
        began = time.time()
        with socket.create_connection(self.address, 20) as link:
            link.settimeout(20)
            try:
                size = max(1, -(-len(data) // pieces))
                for at in range(0, len(data), size):
                    link.sendall(data[at:at + size])
                    if pause:
                        time.sleep(pause)
                    if time.time() - began > 18:
                        break
            except OSError:
                pass
            answer = b""
            try:
                while True:
                    got = link.recv(65536)
                    if not got:
                        break
                    answer += got
                    head, found, body = answer.partition(b"\r\n\r\n")
                    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n")
                                   if line.lower().startswith(b"content-length:")), None)
                    if found and length is not None and len(body) >= length:
                        break
            except ConnectionError:
                pass
        assert time.time() - began < 20, "it hangs"
        if not answer:
            return 0, b""
        status, body = int(answer.split(b" ")[1]), answer.partition(b"\r\n\r\n")[2]
        self.accepted += status == 200 and b'"2004700"' in body
        return status, body

    def send(self, request, **how):
        method, path, headers, body = request
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.address[0]}\r\n".encode()
        for name, value in [*headers, ("Content-Length", str(len(body))), ("Connection", "close")]:
            head += name.encode("latin-1") + b": " + (value if isinstance(value, bytes) else value.encode("latin-1")) + b"\r\n"
        return self.raw(head + b"\r\n" + body, **how)

    def expect(self, what, answer, *wanted):
        status, body = answer
        code = ""
        try:
            code = str(json.loads(body).get("responseCode", ""))
        except (ValueError, AttributeError):
            pass
        good = code in wanted or (str(status) in wanted and status < 500)
        if not good:
            print(f"  WRONG {what}: {status} {body[:200]!r}, wanted {wanted}", flush=True)
            self.wrong += 1

    def body(self, **more):
        return {"partnerReferenceNo": Partner.next_number(), "amount": {"value": "10000.00", "currency": "IDR"},
                "merchantId": self.partner.made["merchant_id"], **more}

    def with_header(self, request, name, value):
        method, path, headers, body = request
        kept = [(n, v) for n, v in headers if n != name]
        return method, path, kept + ([] if value is None else [(name, value)]), body


def dump(value):
    return json.dumps(value, separators=(",", ":")).encode()


def headers(attack):
    fresh = lambda **how: attack.signed(dump(attack.body()), **how)  # noqa: E731
    for name, codes in (("Authorization", ("4014703", "4014701")), ("X-TIMESTAMP", ("4004702",)), ("X-SIGNATURE", ("4004702", "4014700")),
                        ("X-PARTNER-ID", ("4004702", "4014700")), ("X-EXTERNAL-ID", ("4004702",)), ("CHANNEL-ID", ("4004702",)),
                        ("Content-Type", ("4004702", "4004700", "4004701"))):
        attack.expect(f"without {name}", attack.send(attack.with_header(fresh(), name, None)), "400", "401", *codes)
        for value in ("", " ", "\t", "x" * 20000, "\xff\xfe", "a\x01b", "null", "'; DROP TABLE txn;--", "%00", "🙂".encode()):
            answer = attack.send(attack.with_header(fresh(), name, value))
            # Any short visible text is a channel or an external id; nothing else may pass.
            allowed = ("400", "401", "413", "431", "4004702", "4004701", "4004700", "0")
            attack.expect(f"{name} = {value[:20]!r}", answer, *allowed, *(("200",) if name in ("CHANNEL-ID", "X-EXTERNAL-ID") else ()))
        method, path, have, body = fresh()
        attack.expect(f"{name} twice, another", attack.send((method, path, [*have, (name, "other")], body)), "400", "401",
                      *(("200",) if name == "Content-Type" else ()))
        attack.expect(f"{name} twice, first", attack.send((method, path, [(name, "other"), *have], body)), "400", "401")
        attack.expect(f"{name} folded", attack.raw(
            f"{method} {path} HTTP/1.1\r\nHost: a\r\n{name}: a\r\n b\r\nContent-Length: 0\r\n\r\n".encode()), "400", "401", "0")
    for seconds in (-301, 301, -86400, 86400, -7 * 3600, 7 * 3600):
        attack.expect(f"timestamp {seconds} s off", attack.send(fresh(when=stamp(seconds))), "401", "400")
    for when in ("now", "2026-13-01T00:00:00+07:00", "2026-02-30T00:00:00+07:00", "99999-01-01T00:00:00Z", "0000-00-00T00:00:00Z",
                 "1795000000", stamp()[:-6], stamp() + "Z", "-" + stamp()):
        attack.expect(f"timestamp {when!r}", attack.send(fresh(when=when)), "400", "401")
    many = [(f"X-Many-{number}", "y" * 100) for number in range(90)]
    method, path, have, body = fresh()
    attack.expect("90 more headers", attack.send((method, path, have + many, body)), "200", "400", "431")
    attack.expect("9000 headers", attack.send((method, path, have + many * 100, body)), "400", "431", "413", "0")
    long = attack.partner.made["paths"]["generate"] + "?" + "a" * 60000
    attack.expect("a long query", attack.send(fresh(path=long)), "200", "400", "401", "404", "414", "413", "431", "0")


def identity(attack):
    body = dump(attack.body())
    attack.expect("another's token", attack.send(attack.signed(body, token=attack.other.token)), "4014701")
    attack.expect("another's secret", attack.send(
        attack.with_header(attack.signed(body, partner=attack.other), "X-PARTNER-ID", attack.partner.made["partner_id"])), "4014701", "4014700")
    attack.expect("unknown partner", attack.send(attack.with_header(attack.signed(body), "X-PARTNER-ID", "nobody")), "4014700")
    attack.expect("an issuer generates", attack.send(attack.signed(body, partner=attack.issuer)), "4034701")
    attack.expect("a merchant decodes", attack.send(attack.signed(
        dump({"partnerReferenceNo": "1", "qrContent": attack.made["qrContent"], "scanTime": stamp()}), "decode")), "4034801")
    attack.expect("a merchant tells of a payment", attack.send(attack.signed(dump(
        {"originalReferenceNo": attack.made["referenceNo"], "latestTransactionStatus": "00"}), "notify")), "4035201")
    for service, more in (("query", {"serviceCode": "47"}), ("cancel", {"reason": "x", "merchantId": attack.other.made["merchant_id"]}),
                          ("refund", {"originalPartnerReferenceNo": attack.made["partnerReferenceNo"], "reason": "x",
                                      "partnerRefundNo": "1", "refundAmount": {"value": "1.00", "currency": "IDR"}})):
        theirs = {"originalReferenceNo": attack.made["referenceNo"], **more}
        attack.expect(f"{service} of another's", attack.send(attack.signed(dump(theirs), service, partner=attack.other)), "404")
        theirs["merchantId"] = attack.partner.made["merchant_id"]
        attack.expect(f"{service} as another's", attack.send(attack.signed(dump(theirs), service, partner=attack.other)), "404")
    attack.expect("another's merchant", attack.send(attack.signed(dump(attack.body()), partner=attack.other)), "4044708")
    paths = attack.partner.made["paths"]
    for path in (paths["query"], paths["generate"] + "/", "/" + paths["generate"], paths["generate"] + "%2f", paths["generate"] + "?a=1",
                 paths["generate"].upper(), "/api" + paths["generate"], paths["generate"].replace("qr/", "qr/../qr/"),
                 paths["generate"] + ";x", paths["generate"] + "%00"):
        method, _, have, _ = attack.signed(body)
        attack.expect(f"signed for another path than {path}", attack.send((method, path, have, body)), "400", "401", "404", "0")
    for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "CONNECT", "post", "BREW"):
        attack.expect(method, attack.send(attack.signed(body, method=method)), "400", "405", "404", "401", "0")
    for name in ("X-HTTP-Method-Override", "X-Original-URL", "X-Forwarded-For", "X-Forwarded-Host"):
        request = attack.signed(dump(attack.body()), method="GET")
        attack.expect(name, attack.send(attack.with_header(request, name, "POST")), "405", "400")


def bodies(attack):
    good = attack.body()
    text = dump(good)
    send = lambda body, **how: attack.send(attack.signed(body), **how)  # noqa: E731
    for at in random.sample(range(len(text)), min(40, len(text))):
        method, path, have, _ = attack.signed(text)
        changed = bytearray(text)
        changed[at] ^= 1 << random.randrange(7)
        attack.expect(f"byte {at} changed", attack.send((method, path, have, bytes(changed))), "4014700", "400")
    for what, body in {
            "empty": b"", "null": b"null", "number": b"1", "text": b'"x"', "list": b"[]", "two": text + text, "cut": text[:-1],
            "bad UTF-8": text.replace(b"10000.00", b"100\xff0.00"), "lone surrogate": text.replace(b"10000.00", b"\\ud800"),
            "overlong": text.replace(b"10000.00", b"\xc0\xaf"), "NUL": text.replace(b"10000.00", b"\\u0000"), "raw NUL": text + b"\0",
            "BOM": b"\xef\xbb\xbf" + text, "UTF-16": text.decode().encode("utf-16"), "deep list": b"[" * 100000 + b"]" * 100000,
            "deep object": b'{"a":' * 30000 + b"1" + b"}" * 30000, "deep member": text[:-1] + b',"x":' + b"[" * 5000 + b"]" * 5000 + b"}",
            "wide": b"{" + b",".join(b'"k%d":1' % n for n in range(20000)) + b"}",
            "twice a member": text[:-1] + b',"partnerReferenceNo":"other"}',
            "twice, escaped": text[:-1] + b',"partnerReference\\u004eo":"other"}',
            "twice, inside": text.replace(b'"currency":"IDR"', b'"currency":"IDR","value":"1.00"'),
            "long number": text.replace(b'"10000.00"', b"1" * 50000), "exponent": text.replace(b'"10000.00"', b"1e999999999"),
            "NaN": text.replace(b'"10000.00"', b"NaN"), "comment": text + b"/* */", "comma": text[:-1] + b",}",
            "single quotes": text.replace(b'"', b"'"), "form": b"a=1&b=2", "XML": b"<?xml version='1.0'?><a/>"}.items():
        attack.expect(what, send(body), "400", "413", *(("200",) if what == "wide" else ()))
    for value in ("0.00", "-1.00", "1", "1.0", "1.000", "1,00", " 1.00", "1e3", "NaN", "Infinity", "9" * 17 + ".00", "9" * 400,
                  "10000.00\n", "１.00", "", "0x10", "+1.00", "99999999999999.00"):
        attack.expect(f"amount {value[:20]!r}", send(dump(attack.body(amount={"value": value, "currency": "IDR"}))), "400", "404")
    for currency in ("USD", "idr", "", "XXX", "IDRR", "360", None, 1, [], "ID\u0000"):
        attack.expect(f"currency {currency!r}", send(dump(attack.body(amount={"value": "1.00", "currency": currency}))), "400", "404")
    for name in ("partnerReferenceNo", "merchantId", "terminalId", "storeId", "subMerchantId", "validityPeriod", "additionalInfo"):
        for value in ("x" * 10000, "\u0000", 1, 1.5, True, [], [[]], "\u202e", "🙂" * 70, "../../etc", "<script>", {"a": "b" * 9}):
            ok = ("200",) if name in ("additionalInfo", "storeId", "subMerchantId", "terminalId", "partnerReferenceNo") else ()
            answer = send(dump(attack.body(**{name: value})))
            attack.expect(f"{name} = {str(value)[:20]!r}", answer, "400", "404", "409", *ok)
    for when in ("2020-01-01T00:00:00+07:00", "x", "-1", "0"):
        attack.expect(f"validity {when}", send(dump(attack.body(validityPeriod=when))), "400")
    attack.expect("too large", send(b" " * 300000), "413", "4004700", "400")
    method, path, have, _ = attack.signed(text)
    head = f"{method} {path} HTTP/1.1\r\nHost: a\r\n" + "".join(f"{n}: {v}\r\n" for n, v in have)
    for what, rest in {
            "announces 9 EB": "Content-Length: 9223372036854775807\r\n\r\n", "negative length": "Content-Length: -1\r\n\r\n",
            "two lengths": "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "length and chunks":
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "bad chunk": "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
            "huge chunk": "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "gzip": "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
            "unknown coding": "Transfer-Encoding: foo\r\n\r\n"}.items():
        attack.expect(what, attack.raw((head + rest).encode()), "400", "401", "408", "413", "415", "0", "4004700",
                      # A body that never comes is the standard's timeout.
                      *(("5044700",) if what == "huge chunk" else ()))
    for garbage in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 50 + b"\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET\r\n\r\n",
                    b"GET / HTTP/9.9\r\n\r\n", b"POST  HTTP/1.1\r\n\r\n", b"\0" * 70000, b"GET / HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n"):
        attack.expect(f"no HTTP {garbage[:12]!r}", attack.raw(garbage), "400", "404", "200", "414", "431", "505", "0")


def replay(attack):
    """The same bytes again; the same external id with another body; neither is stored."""
    request = attack.signed(dump(attack.body()))
    attack.expect("first", attack.send(request), "2004700")
    for number in range(3):
        attack.expect(f"replay {number}", attack.send(request), "4094700")
    external = dict(request[2])["X-EXTERNAL-ID"]
    attack.expect("same id, other body", attack.send(attack.signed(dump(attack.body()), external_id=external)), "4094700")
    same = attack.body()
    attack.expect("reference", attack.send(attack.signed(dump(same))), "2004700")
    attack.expect("reference again", attack.send(attack.signed(dump(same))), "4094701")


def slow(attack):
    method, path, have, body = attack.signed(dump(attack.body()))
    head = f"{method} {path} HTTP/1.1\r\nHost: a\r\n" + "".join(f"{n}: {v}\r\n" for n, v in have)
    began = time.time()
    links = []
    for _ in range(20):
        link = socket.create_connection(attack.address, 30)
        link.sendall((head + f"Content-Length: {len(body)}\r\n\r\n").encode() + body[:5])
        links.append(link)
    heads = []
    for _ in range(20):
        link = socket.create_connection(attack.address, 30)
        link.sendall(b"POST / HTTP/1.1\r\nHost")
        heads.append(link)
    status, answer = attack.partner.generate(attack.url)
    attack.accepted += 1
    assert status == 200, f"slow bodies stop the others: {answer}"
    for link in links:
        link.settimeout(30)
        answer = link.recv(65536)
        attack.count += 1
        # 504xx00 is what the standard has for a body that does not come.
        if answer and not answer.startswith((b"HTTP/1.1 408", b"HTTP/1.1 400", b"HTTP/1.1 504")):
            print("  WRONG slow body:", answer[:300])
            attack.wrong += 1
        link.close()
    for link in heads:
        link.settimeout(30)
        link.recv(65536)
        link.close()
    print(f"  slow bodies and heads were ended after {time.time() - began:.1f} s")


def main():
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 4711
    random.seed(seed)
    with tempfile.TemporaryDirectory() as folder:
        attack = Attack(folder)
        for part in (headers, identity, bodies, replay, slow):
            before = attack.count
            part(attack)
            print(f"  {part.__name__}: {attack.count - before} requests", flush=True)
        after = attack.rows()
        grown = {name: after[name] - attack.before[name] for name in attack.tables if after[name] != attack.before[name]}
        print(f"  {attack.accepted} codes were made; rows: {grown}")
        # A judged refusal (403, 404, 405, 409xx01) is remembered under its external id, and nothing else is.
        assert grown.pop("txn") == attack.accepted
        assert grown.pop("reference") <= attack.accepted
        assert grown.pop("external_id") < attack.count
        # What was signed, of those that were carried out: a copy is known by it.
        assert grown.pop("seen_request") == attack.accepted
        assert not grown, grown
        status, answer = attack.partner.query(attack.url, attack.made["referenceNo"])
        assert (status, answer["latestTransactionStatus"]) == (200, "01"), answer
        attack.gateway.stop()
        log = attack.gateway.log.read_text()
        assert "panick" not in log, [line for line in log.splitlines() if "panick" in line][:3]
        assert not attack.wrong, f"{attack.wrong} wrong answers"
        print(f"hostile: {attack.count} requests, every refusal right, nothing stored for one")


main()
