// midtrans-client against a running gateway, as the profile midtrans.
// Usage: node midtrans.cjs READY.json PARTNER.json RECEIVER_PORT  (modules from NODE_PATH)
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const { SnapBi, SnapBiConfig } = require('midtrans-client');
const { QRIS, expect, listen, money, pay, read, row, run } = require('./gateway.cjs');

const [readyFile, partnerFile, port] = process.argv.slice(2);
const ready = read(readyFile);
const partner = read(partnerFile);

SnapBiConfig.SNAP_BI_SANDBOX_BASE_URL = ready.url;
SnapBiConfig.isProduction = false;
SnapBiConfig.snapBiClientId = partner.client_id;
SnapBiConfig.snapBiPrivateKey = fs.readFileSync(partner.private_key_file, 'utf8');
SnapBiConfig.snapBiClientSecret = partner.client_secret;
SnapBiConfig.snapBiPartnerId = partner.partner_id;
SnapBiConfig.snapBiChannelId = partner.channel_id;
SnapBiConfig.snapBiPublicKey = fs.readFileSync(partner.gateway_public_key_file, 'utf8');

let number = Date.now();
const externalId = () => String(number++);
const call = async (name, expected, promise) => expect(name, await promise, expected);
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
  assert.match(answer.qrContent, QRIS);
  return answer;
}

// As its documents advise after a timeout: the same id and the same body get the same answer.
async function retry() {
  const body = { partnerReferenceNo: `MID-${number}`, amount: money('10000.00'), merchantId: partner.merchant_id };
  const id = externalId();
  const first = await call('generate C', '2004700', SnapBi.qris().withBody(body).createPayment(id));
  const again = await call('generate C, retried', '2004700', SnapBi.qris().withBody(body).createPayment(id));
  assert.deepStrictEqual(again, first);
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

function verify(message) {
  const verified = (body) => SnapBi.notification()
    .withNotificationPayload(body)
    .withSignature(message.headers['x-signature'])
    .withTimeStamp(message.headers['x-timestamp'])
    .withNotificationUrlPath(message.path)
    .isWebhookNotificationVerified();
  assert.strictEqual(verified(message.body), true, 'midtrans-client verifies');
  const forged = { ...message.body, latestTransactionStatus: '06' };
  assert.strictEqual(verified(forged), false, 'midtrans-client refuses a forgery');
  row('notification', 'verified', message.body.latestTransactionStatus);
}

let receiver;
run(async () => {
  receiver = await listen(port, {
    '/v1.0/qr/qr-mpm-notify': () => ({ responseCode: '2005200', responseMessage: 'Successful' }),
  });
  const token = await call('token', '2007300', SnapBi.qris().getAccessToken());
  assert.strictEqual(token.expiresIn, '900');

  const a = await generate('generate A');
  await query('query A', a, '01');
  await pay(ready, a);
  await query('query A, paid', a, '00');
  verify(await receiver.notified(a));
  await cancel('cancel A, paid', a, '4047700');
  await refund('refund A', a, '2007800');
  await query('query A, refunded', a, '04');
  verify(await receiver.notified(a, '04'));

  const b = await generate('generate B');
  await cancel('cancel B', b, '2007700');
  await query('query B, cancelled', b, '05');
  verify(await receiver.notified(b, '05'));
  await refund('refund B, cancelled', b, '4047800');
  await retry();
}, () => receiver?.server.close());
