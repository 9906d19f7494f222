// midtrans-client and dana-node against a running gateway.
// Usage: node node.cjs READY.json PARTNER.json RECEIVER_PORT  (modules from NODE_PATH)
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const { SnapBi, SnapBiConfig } = require('midtrans-client');
const { WebhookParser } = require('dana-node/webhook/v1');

const [readyFile, partnerFile, receiverPort] = process.argv.slice(2);
const ready = JSON.parse(fs.readFileSync(readyFile, 'utf8'));
const partner = JSON.parse(fs.readFileSync(partnerFile, 'utf8'));
const gatewayKey = fs.readFileSync(partner.gateway_public_key_file, 'utf8');

SnapBiConfig.SNAP_BI_SANDBOX_BASE_URL = ready.url;
SnapBiConfig.isProduction = false;
SnapBiConfig.snapBiClientId = partner.client_id;
SnapBiConfig.snapBiPrivateKey = fs.readFileSync(partner.private_key_file, 'utf8');
SnapBiConfig.snapBiClientSecret = partner.client_secret;
SnapBiConfig.snapBiPartnerId = partner.partner_id;
SnapBiConfig.snapBiChannelId = partner.channel_id;
SnapBiConfig.snapBiPublicKey = gatewayKey;

// Our notifications arrive here, as at a merchant's.
const received = [];
const receiver = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    received.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"responseCode":"2005200","responseMessage":"Successful"}');
  });
});

let number = Date.now();
const externalId = () => String(number++);
const rows = [];

async function call(name, expected, promise) {
  const answer = await promise;
  rows.push([name, answer.responseCode, answer.latestTransactionStatus ?? '']);
  assert.strictEqual(String(answer.responseCode), expected, `${name}: ${JSON.stringify(answer)}`);
  return answer;
}

const money = (value) => ({ value, currency: 'IDR' });
const original = (qr) => ({
  originalReferenceNo: qr.referenceNo,
  originalPartnerReferenceNo: qr.partnerReferenceNo,
  merchantId: partner.merchant_id,
});

async function generate(name) {
  const partnerReferenceNo = `MID-${number}`;
  const body = { partnerReferenceNo, amount: money('10000.00'), merchantId: partner.merchant_id };
  const answer = await call(name, '2004700', SnapBi.qris().withBody(body).createPayment(externalId()));
  assert.strictEqual(answer.partnerReferenceNo, partnerReferenceNo);
  assert.match(answer.qrContent, /^000201010212.*6304[0-9A-F]{4}$/);
  return answer;
}

async function query(name, qr, status) {
  const body = { ...original(qr), serviceCode: '47' };
  const answer = await call(name, '2005100', SnapBi.qris().withBody(body).getStatus(externalId()));
  assert.strictEqual(answer.latestTransactionStatus, status, name);
}

function refund(name, qr, expected) {
  const body = {
    ...original(qr), partnerRefundNo: `RF-${number}`, refundAmount: money('10000.00'), reason: 'Barang "kosong", maaf',
  };
  return call(name, expected, SnapBi.qris().withBody(body).refund(externalId()));
}

function cancel(name, qr, expected) {
  const body = { ...original(qr), reason: 'Pembeli batal', amount: money('10000.00') };
  return call(name, expected, SnapBi.qris().withBody(body).cancel(externalId()));
}

async function sandboxPay(qr) {
  const answer = await fetch(`${ready.url}/sandbox/v1/pay`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ready.sandbox_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ qrContent: qr.qrContent }),
  });
  const paid = await answer.json();
  rows.push(['sandbox pay', answer.status, paid.status]);
  assert.strictEqual(answer.status, 200, JSON.stringify(paid));
  assert.strictEqual(paid.referenceNo, qr.referenceNo);
}

async function notified(qr) {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = received.find((message) => JSON.parse(message.body).originalReferenceNo === qr.referenceNo);
    if (found) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`no notification of ${qr.referenceNo} within 10 s`);
}

function verify(message) {
  const verified = (body, signature) => SnapBi.notification()
    .withNotificationPayload(body)
    .withSignature(signature)
    .withTimeStamp(message.headers['x-timestamp'])
    .withNotificationUrlPath(message.path)
    .isWebhookNotificationVerified();
  const body = JSON.parse(message.body);
  assert.strictEqual(verified(body, message.headers['x-signature']), true, 'midtrans-client verifies');
  const forged = { ...body, latestTransactionStatus: '06' };
  assert.strictEqual(verified(forged, message.headers['x-signature']), false, 'midtrans-client refuses a forgery');
  rows.push(['notification, midtrans-client', 'verified', body.latestTransactionStatus]);

  const parser = new WebhookParser(gatewayKey);
  const headers = {
    'X-SIGNATURE': message.headers['x-signature'], 'X-TIMESTAMP': message.headers['x-timestamp'],
  };
  const parsed = parser.parseWebhook('POST', message.path, headers, message.body);
  assert.strictEqual(parsed.originalReferenceNo, body.originalReferenceNo);
  const changed = message.body.replace('"latestTransactionStatus":"00"', '"latestTransactionStatus":"06"');
  assert.notStrictEqual(changed, message.body);
  assert.throws(() => parser.parseWebhook('POST', message.path, headers, changed), 'dana-node refuses a forgery');
  rows.push(['notification, dana-node', 'verified', parsed.latestTransactionStatus]);
}

async function main() {
  await new Promise((done) => receiver.listen(Number(receiverPort), '127.0.0.1', done));
  const token = await SnapBi.qris().getAccessToken();
  rows.push(['token', token.responseCode, '']);
  assert.strictEqual(token.responseCode, '2007300', JSON.stringify(token));

  const a = await generate('generate A');
  await query('query A', a, '01');
  await sandboxPay(a);
  await query('query A, paid', a, '00');
  verify(await notified(a));
  await cancel('cancel A, paid', a, '4047700');
  await refund('refund A', a, '2007800');
  await query('query A, refunded', a, '04');

  const b = await generate('generate B');
  await cancel('cancel B', b, '2007700');
  await query('query B, cancelled', b, '05');
  await refund('refund B, cancelled', b, '4047800');
}

main()
  .catch((error) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => {
    for (const [name, code, status] of rows) {
      console.log(`${name.padEnd(32)} ${String(code).padEnd(9)} ${status}`);
    }
    receiver.closeAllConnections();
    receiver.close();
  });
