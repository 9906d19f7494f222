// What the scripts share: the gateway that runs, a partner of it, a receiver of notifications, the table of answers.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');

const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));
const rows = [];

// A row of the table.
function row(name, code, note = '') {
  rows.push(`${name.padEnd(36)} ${String(code).padEnd(9)} ${note}`);
}

// Notes an answer, which must have this code.
function expect(name, answer, code) {
  row(name, answer.responseCode, answer.latestTransactionStatus ?? '');
  assert.strictEqual(String(answer.responseCode), code, `${name}: ${JSON.stringify(answer)}`);
  return answer;
}

// Listens as a merchant does; `answers` has a function from request to body for each path.
function listen(port, answers) {
  const received = [];
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString('utf8');
      const message = { path: request.url, headers: request.headers, raw, body: JSON.parse(raw) };
      const answer = answers[request.url];
      received.push(message);
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json', connection: 'close' });
      response.end(answer ? JSON.stringify(answer(message)) : '');
    });
  });
  // The notification of a transaction's status, once it is there.
  async function notified(qr, status = '00') {
    const told = ({ body }) => body.originalReferenceNo === qr.referenceNo && body.latestTransactionStatus === status;
    for (let tries = 0; tries < 100; tries += 1) {
      const found = received.find(told);
      if (found) return found;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`no notification of ${qr.referenceNo} within 10 s`);
  }
  return new Promise((done) => server.listen(Number(port), '127.0.0.1', () => done({ server, received, notified })));
}

// Pays a code in the sandbox.
async function pay(ready, qr) {
  const answer = await fetch(`${ready.url}/sandbox/v1/pay`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ready.sandbox_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ qrContent: qr.qrContent }),
  });
  const paid = await answer.json();
  row('sandbox pay', answer.status, paid.status);
  assert.strictEqual(answer.status, 200, JSON.stringify(paid));
  assert.strictEqual(paid.referenceNo, qr.referenceNo);
}

const money = (value) => ({ value, currency: 'IDR' });
const QRIS = /^000201010212.*6304[0-9A-F]{4}$/;

// Runs a script to its end and prints its table, whatever the end.
function run(script, close = () => {}) {
  script()
    .catch((error) => {
      console.error(error);
      process.exitCode = 1;
    })
    .finally(() => {
      for (const line of rows) console.log(line.trimEnd());
      close();
    });
}

module.exports = { QRIS, expect, listen, money, pay, read, row, run };
