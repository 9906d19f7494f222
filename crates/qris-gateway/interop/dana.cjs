// dana-node against a running gateway, as the profile dana. It has no QRIS MPM: its own headers and signature are sent to 47, and
// its webhook parser reads the notification.
// Usage: node dana.cjs READY.json PARTNER.json RECEIVER_PORT  (modules from NODE_PATH)
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const { DanaHeaderUtil } = require('dana-node/runtime');
const { WebhookParser } = require('dana-node/webhook/v1');
const { QRIS, expect, listen, money, pay, read, row, run } = require('./gateway.cjs');

const [readyFile, partnerFile, port] = process.argv.slice(2);
const ready = read(readyFile);
const partner = read(partnerFile);
const privateKey = fs.readFileSync(partner.private_key_file, 'utf8');

async function call(path, body) {
  const text = JSON.stringify(body);
  const headers = { 'Content-Type': 'application/json' };
  DanaHeaderUtil.populateSnapB2BScenarioHeader(
    headers, 'POST', path, text, privateKey, 'https://shop.example', partner.partner_id,
  );
  const answer = await fetch(ready.url + path, { method: 'POST', headers, body: text });
  return answer.json();
}

let receiver;
run(async () => {
  receiver = await listen(port, {
    '/v1.0/debit/notify': () => ({ responseCode: '2005600', responseMessage: 'Successful' }),
  });
  assert.strictEqual(partner.paths.generate, '/v1.0/qr/qr-mpm-generate.htm');
  const body = {
    partnerReferenceNo: `DANA-${Date.now()}`, merchantId: partner.merchant_id, storeId: 'S1', amount: money('10000.00'),
  };
  const qr = expect('generate, signed by dana-node', await call(partner.paths.generate, body), '2004700');
  assert.match(qr.qrContent, QRIS);
  const query = { originalReferenceNo: qr.referenceNo, serviceCode: '47', merchantId: partner.merchant_id };
  expect('query, signed by dana-node', await call(partner.paths.query, query), '2005100');
  await pay(ready, qr);

  const message = await receiver.notified(qr);
  const parser = new WebhookParser(fs.readFileSync(partner.gateway_public_key_file, 'utf8'));
  const headers = {
    'X-SIGNATURE': message.headers['x-signature'], 'X-TIMESTAMP': message.headers['x-timestamp'],
  };
  const parsed = parser.parseWebhook('POST', message.path, headers, message.raw);
  assert.strictEqual(parsed.originalReferenceNo, qr.referenceNo);
  const changed = message.raw.replace('"latestTransactionStatus":"00"', '"latestTransactionStatus":"06"');
  assert.notStrictEqual(changed, message.raw);
  assert.throws(() => parser.parseWebhook('POST', message.path, headers, changed), 'dana-node refuses a forgery');
  row('notification', 'verified', parsed.latestTransactionStatus);
}, () => receiver?.server.close());
