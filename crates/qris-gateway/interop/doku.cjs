// doku-nodejs-library against a running gateway, as the profile doku. It has no QRIS: its token call and its signature are taken to 47
// and 51, and its side of a notification (token, signature, answer) is run as a merchant's.
// Usage: node doku.cjs READY.json PARTNER.json RECEIVER_PORT  (modules from NODE_PATH)
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const Doku = require('doku-nodejs-library');
const { generateExternalId } = require('doku-nodejs-library/_commons/commonFunction');
const Config = require('doku-nodejs-library/_commons/config');
const TokenController = require('doku-nodejs-library/_controllers/tokenController');
const TokenService = require('doku-nodejs-library/_services/tokenService');
const { QRIS, expect, listen, money, pay, read, row, run } = require('./gateway.cjs');

const [readyFile, partnerFile, port] = process.argv.slice(2);
const ready = read(readyFile);
const partner = read(partnerFile);
Config.getBaseUrl = () => ready.url;

const file = (name) => fs.readFileSync(name, 'utf8');
const library = new Doku.Snap({
  isProduction: false,
  privateKey: file(partner.private_key_file),
  clientID: partner.client_id,
  publicKey: file(partner.private_key_file.replace('-private.pem', '-public.pem')),
  dokuPublicKey: file(partner.gateway_public_key_file),
  issuer: 'shop.example',
  secretKey: partner.client_secret,
});

async function call(path, body) {
  const timestamp = TokenService.generateTimestamp();
  const signature = TokenService.generateSymmetricSignature(
    'POST', path, library.tokenB2B, body, timestamp, partner.client_secret,
  );
  const headers = {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${library.tokenB2B}`,
    'X-TIMESTAMP': timestamp,
    'X-SIGNATURE': signature,
    'X-PARTNER-ID': partner.partner_id,
    'X-EXTERNAL-ID': generateExternalId(),
    'CHANNEL-ID': 'H2H',
  };
  const answer = await fetch(ready.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return answer.json();
}

// Its functions want a request of Express.
const express = (message) => ({ get: (name) => message.headers[name], body: message.body });
const checks = [];

function notified(message) {
  const token = message.headers.authorization.replace('Bearer ', '');
  const controller = new TokenController();
  checks.push(controller.validateSignatureSymmetric(express(message), token, partner.client_secret, message.path));
  const forged = { ...message, body: { ...message.body, latestTransactionStatus: '06' } };
  checks.push(!controller.validateSignatureSymmetric(express(forged), token, partner.client_secret, message.path));
  return library.validateTokenAndGenerateNotificationResponse(message.headers.authorization, message.body);
}

let receiver;
run(async () => {
  receiver = await listen(port, {
    '/v1.0/access-token/b2b': (message) => library.validateSignatureAndGenerateToken(express(message)).body,
    '/doku/notify': notified,
  });
  const token = expect('token', await library.getTokenB2B(), '2007300');
  assert.strictEqual(token.expiresIn, 900, 'an integer');

  assert.strictEqual(partner.paths.generate, '/snap-adapter/b2b/v1.0/qr/qr-mpm-generate');
  const body = {
    partnerReferenceNo: `DOKU-${Date.now()}`, merchantId: partner.merchant_id, terminalId: 'K45', amount: money('10000.00'),
  };
  const qr = expect('generate, signed by the library', await call(partner.paths.generate, body), '2004700');
  assert.match(qr.qrContent, QRIS);
  const query = { originalReferenceNo: qr.referenceNo, serviceCode: '47', merchantId: partner.merchant_id };
  expect('query, signed by the library', await call(partner.paths.query, query), '2005100');
  await pay(ready, qr);

  const message = await receiver.notified(qr);
  assert.ok(library.validateTokenB2B(message.headers.authorization), 'the token is the one it issued');
  assert.deepStrictEqual(checks, [true, true], 'it verifies the signature and refuses a forgery');
  row('notification, HMAC and its token', 'verified', message.body.latestTransactionStatus);
}, () => receiver?.server.close());
