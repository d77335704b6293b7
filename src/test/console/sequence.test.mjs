/* The steps of the sequence diagram, as docs/verdicts.md sketches them. */

import assert from 'node:assert/strict'
import test from 'node:test'

import { steps } from '../../main/resources/static/console/sequence.js'

const NEVER = { resolved: null, connected: null, firstSent: null, lastSent: null, finSent: null, firstReceived: null, lastReceived: null, peerFin: null, peerReset: null, ended: null }

function exchange(verdict, times, traffic = {}, more = {}) {
  return {
    verdict, totalMillis: times.ended, passage: more.passage ?? null,
    evidence: {
      setup: { messageSize: 64, timeoutMillis: 5000 }, route: { reused: false }, millis: { ...NEVER, ...times },
      traffic: { sent: 64, received: null, ...traffic }, ending: more.ending ?? 'FIN', instead: more.instead ?? null,
    },
  }
}

const drawn = (given) => steps(given).map(({ at, way, text, bad }) => `${at} ${way} ${text}${bad ? ' !' : ''}`)

const CONNECTED = { resolved: 0.1, connected: 0.4, firstSent: 0.5, lastSent: 0.5 }

test('OK', () => {
  assert.deepEqual(drawn(exchange('OK', { ...CONNECTED, finSent: 0.6, firstReceived: 0.9, lastReceived: 0.9, peerFin: 1, ended: 1 }, { received: 64 })),
    ['0.1 out SYN', '0.4 in SYN, ACK', '0.6 out 64 bytes, FIN', '1 in the same 64 bytes, FIN'])
})

test('REPLY_LOST', () => {
  assert.deepEqual(drawn(exchange('REPLY_LOST', { ...CONNECTED, finSent: 0.6, peerFin: 3010, ended: 3010 }, { received: 0 })),
    ['0.1 out SYN', '0.4 in SYN, ACK', '0.6 out 64 bytes, FIN', '3010 in FIN !'])
})

test('RESET_AFTER_FIN', () => {
  assert.equal(drawn(exchange('RESET_AFTER_FIN', { ...CONNECTED, finSent: 0.6, peerReset: 2, ended: 2 }, { received: 0 }, { ending: 'RESET' })).at(-1), '2 in RST !')
})

test('TRUNCATED', () => {
  assert.equal(drawn(exchange('TRUNCATED', { ...CONNECTED, finSent: 0.6, firstReceived: 1, lastReceived: 1, peerFin: 1, ended: 1 }, { received: 10 })).at(-1),
    '1 in 10 of 64 bytes, FIN !')
})

test('EARLY_CLOSE of a message that was not sent', () => {
  assert.deepEqual(drawn(exchange('EARLY_CLOSE', { resolved: 0.1, connected: 0.4, peerFin: 1000, ended: 1000 }, { sent: 0 })),
    ['0.1 out SYN', '0.4 in SYN, ACK', '1000 in FIN !'])
})

test('NO_REPLY', () => {
  assert.equal(drawn(exchange('NO_REPLY', { ...CONNECTED, finSent: 0.6, ended: 5000 }, { received: 0 }, { ending: 'TIMEOUT' })).at(-1), '5000 aside timeout of 5 s !')
})

test('EARLY_REPLY shows the reply before our FIN', () => {
  assert.deepEqual(drawn(exchange('EARLY_REPLY', { ...CONNECTED, finSent: 1000, firstReceived: 0.8, lastReceived: 0.8, ended: 1001 }, { received: 64 })).slice(2),
    ['0.5 out 64 bytes', '0.8 in the same 64 bytes !', '1000 out FIN'])
})

test('CORRUPT shows what came instead', () => {
  assert.equal(drawn(exchange('CORRUPT', { ...CONNECTED, finSent: 0.6, firstReceived: 1, lastReceived: 1, ended: 1 }, { received: 0 },
    { ending: 'OURS', instead: { offset: 0, text: 'HTTP/1.1 400' } })).at(-1), '1 in other bytes: HTTP/1.1 400 !')
})

test('a connect that fails', () => {
  assert.deepEqual(drawn(exchange('REFUSED', { resolved: 0.1, ended: 0.3 }, { sent: null }, { ending: 'NO_CONNECTION' })), ['0.1 out SYN', '0.3 in RST !'])
  assert.deepEqual(drawn(exchange('CONNECT_TIMEOUT', { resolved: 0.1, ended: 5000 }, { sent: null }, { ending: 'TIMEOUT' })),
    ['0.1 out SYN', '5000 aside no answer until the timeout !'])
  assert.deepEqual(drawn(exchange('DNS_FAILURE', { ended: 7 }, { sent: null }, { ending: 'NO_CONNECTION' })), ['7 aside the name has no address !'])
})

test('TLS', () => {
  const passage = { viaMillis: null, tlsMillis: 3, tls: { version: 'TLSv1.3' }, tlsFailure: null }
  assert.equal(drawn(exchange('OK', { ...CONNECTED, connected: 0.5, firstSent: 4, lastSent: 4, finSent: 4, firstReceived: 5, lastReceived: 5, peerFin: 5, ended: 5 }, { received: 64 }, { passage }))[2],
    '3.5 both handshake of TLSv1.3')
  const refused = { viaMillis: null, tlsMillis: null, tls: null, tlsFailure: { alert: 'protocol_version' } }
  assert.equal(drawn(exchange('TLS_REFUSED', { resolved: 0.1, connected: 0.5, ended: 2 }, { sent: 0 }, { passage: refused, ending: 'OURS' }))[2],
    '2 in alert protocol_version !')
})

test('a failure of another kind is told in its own words', () => {
  const untrusted = exchange('TLS_UNTRUSTED', { resolved: 0.1, connected: 0.5, ended: 2 }, { sent: 0 }, { ending: 'OURS' })
  assert.equal(drawn({ ...untrusted, detail: 'date: expired' }).at(-1), '2 aside date: expired !')
})
