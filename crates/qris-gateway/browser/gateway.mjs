// `qris serve --sandbox` over a new database, and a partner's client as small as it can be.
import { spawn } from "node:child_process";
import { createHash, createHmac, createPrivateKey, createSign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const target = process.env.CARGO_TARGET_DIR ?? new URL("../../../target", import.meta.url).pathname;

const PASSWORD = "correct horse battery staple";
/** Its Argon2id hash, with the least work there is: the work is not what is tested here. */
const HASH = "$argon2id$v=19$m=8,t=1,p=1$iYn1sCL9bYxvfg/0/dawtA$aOFDzqSbsql1PgvwkgjOvpMPal3Ng/uD5jVwqK75sIM";

/** Waits for the line that says where it listens. */
function ready(child) {
  return new Promise((done, reject) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) done(JSON.parse(text.split("\n")[0]));
    });
    child.once("exit", (code) => reject(new Error(`qris serve ended with ${code} before it was ready`)));
  });
}

/** Starts a gateway: its ready line, the demo partner, and how to make and pay QR codes. */
export async function start() {
  const folder = mkdtempSync(join(tmpdir(), "qris-pages-"));
  writeFileSync(join(folder, "gateway.toml"), `admin_listen = "127.0.0.1:0"\noperator_password_hash = '${HASH}'\n`);
  const options = ["serve", "--sandbox", "--config", "gateway.toml", "--listen", "127.0.0.1:0", "--ready-file", "ready.json"];
  const child = spawn(join(target, "debug/qris"), options, {
    cwd: folder, stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, QRIS_LOG: "warn" },
  });
  try {
    return await seeded(folder, child);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

async function seeded(folder, child) {
  const line = await ready(child);
  const partner = JSON.parse(readFileSync(resolve(folder, line.demo_file), "utf8"));
  const client = new Client(line.url, partner);
  await client.logIn();

  return {
    url: line.url,
    /** Where a path is. */
    at: (path) => (path.startsWith("/operator") ? line.admin_url : line.url) + path,
    own: [line.url, line.admin_url],
    password: PASSWORD,
    sandbox_key: line.sandbox_key,
    client_id: partner.client_id,
    /** What the `curl` of the API page takes from the partner's file: the variables, and the folder with key.pem. */
    shell() {
      const der = Buffer.from(partner.private_key_base64, "base64");
      const key = der.toString("latin1").startsWith("-----") ? der
        : createPrivateKey({ key: der, format: "der", type: "pkcs8" }).export({ format: "pem", type: "pkcs8" });
      writeFileSync(join(folder, "key.pem"), key);
      const { client_id, client_secret, partner_id, channel_id } = partner;
      const own = { CLIENT_ID: client_id, CLIENT_SECRET: client_secret, PARTNER_ID: partner_id, CHANNEL_ID: channel_id };
      return { cwd: folder, env: { ...process.env, ...own }, encoding: "utf8" };
    },
    readyFile: JSON.parse(readFileSync(join(folder, "ready.json"), "utf8")),
    /** A QR code of Rp 47.500: reference number, payload, and the address of its page. */
    async make() {
      const { status, body } = await client.generate("47500.00");
      if (status !== 200) throw new Error(`generate: ${JSON.stringify(body)}`);
      return { reference: body.referenceNo, payload: body.qrContent, page: body.qrUrl };
    },
    /** A request whose signature is that of another body. */
    spoiled: () => client.generate("47500.00", { signed: "{}" }),
    async pay(referenceNo) {
      const answer = await fetch(`${line.url}/sandbox/v1/pay`, {
        method: "POST", headers: { authorization: `Bearer ${line.sandbox_key}` }, body: JSON.stringify({ referenceNo }),
      });
      if (!answer.ok) throw new Error(`pay: ${answer.status} ${await answer.text()}`);
    },
    async stop() {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      const code = await ended;
      rmSync(folder, { recursive: true, force: true });
      if (code !== 0) throw new Error(`qris serve ended with ${code}`);
    },
  };
}

class Client {
  #url;
  #partner;
  #token = "";
  #number = 0;

  constructor(url, partner) {
    this.#url = url;
    this.#partner = partner;
  }

  async logIn() {
    const { client_id: id, private_key_base64: key, token_path: path } = this.#partner;
    const timestamp = now();
    const der = Buffer.from(key, "base64");
    const pem = der.toString("latin1").startsWith("-----") ? der : undefined;
    const secret = pem ? createPrivateKey(pem) : createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    const signature = createSign("RSA-SHA256").update(`${id}|${timestamp}`).sign(secret, "base64");
    const headers = { "X-CLIENT-KEY": id, "X-TIMESTAMP": timestamp, "X-SIGNATURE": signature };
    const { status, body } = await this.#post(path, headers, JSON.stringify({ grantType: "client_credentials" }));
    if (status !== 200) throw new Error(`token: ${JSON.stringify(body)}`);
    this.#token = body.accessToken;
  }

  generate(value, { signed } = {}) {
    const number = `${Date.now()}${++this.#number}`;
    const body = JSON.stringify({ partnerReferenceNo: `INV-${number}`, amount: { value, currency: "IDR" }, terminalId: "A01" });
    const { partner_id, channel_id, client_secret, paths } = this.#partner;
    const timestamp = now();
    const hash = createHash("sha256").update(signed ?? body).digest("hex");
    const text = `POST:${paths.generate}:${this.#token}:${hash}:${timestamp}`;
    return this.#post(paths.generate, {
      Authorization: `Bearer ${this.#token}`,
      "X-PARTNER-ID": partner_id, "X-EXTERNAL-ID": number, "CHANNEL-ID": channel_id, "X-TIMESTAMP": timestamp,
      "X-SIGNATURE": createHmac("sha512", client_secret).update(text).digest("base64"),
    }, body);
  }

  async #post(path, headers, body) {
    const answer = await fetch(this.#url + path, { method: "POST", headers: { ...headers, "content-type": "application/json" }, body });
    return { status: answer.status, body: await answer.json() };
  }
}

/** Now, in western Indonesian time. */
function now() {
  return new Date(Date.now() + 7 * 3600_000).toISOString().slice(0, 19) + "+07:00";
}
