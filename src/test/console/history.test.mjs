/* The console's samples: rates, gaps, the last minute, and a restart. */

import assert from 'node:assert/strict'
import test from 'node:test'

import { History } from '../../main/resources/static/console/history.js'

const START = Date.parse('2026-11-29T03:00:00Z')

function answer(second, messages, outcomes = {}, startedAt = 'first') {
  const counted = { messages, bytesIn: messages * 64, bytesOut: messages * 64, openConnections: 3, latency: null, outcomes }
  return { time: new Date(START + second * 1000).toISOString(), startedAt, listeners: [{ name: 'eof', state: 'LISTENING', ...counted }] }
}

function after(...answers) {
  const history = new History()
  answers.forEach((given) => history.add(given, 1000))
  return history.of('eof')
}

test('a rate is the difference of two samples by the time between them', () => {
  assert.deepEqual(after(answer(0, 100), answer(2, 300)).rates(), { messages: 100, bytesIn: 6400, bytesOut: 6400 })
})

test('one sample has no rate', () => {
  assert.deepEqual(after(answer(0, 100)).rates(), { messages: null, bytesIn: null, bytesOut: null })
})

test('there is a gap where samples are missing, and no rate across it', () => {
  const lines = after(answer(0, 0), answer(1, 10), answer(11, 500), answer(12, 510)).plots()
  assert.deepEqual(lines.messages, [null, 10, null, null, 10])
  assert.deepEqual(lines.open, [3, 3, null, 3, 3])
  assert.deepEqual(lines.time.map((time) => Math.round(time - START / 1000)), [0, 1, 11, 11, 12])
})

test('a percentile that was not measured is a gap and not zero', () => {
  assert.deepEqual(after(answer(0, 0), answer(1, 0)).plots().p99, [null, null])
})

test('a clock that is set back gives no rate', () => {
  assert.equal(after(answer(5, 0), answer(3, 10)).rates().messages, null)
})

test('outcomes are those of the last minute, the most frequent first', () => {
  const samples = after(...Array.from({ length: 101 }, (unused, i) => answer(i, i, { replied: 2 * i, oversize: 5 * i, empty: 7 })))
  assert.deepEqual(samples.outcomes(), { seconds: 60, ended: [['oversize', 300], ['replied', 120]] })
})

test('an outcome that is new has begun at zero', () => {
  assert.deepEqual(after(answer(0, 0), answer(1, 1, { replied: 1 })).outcomes(), { seconds: 1, ended: [['replied', 1]] })
})

test('after a restart everything begins anew', () => {
  const history = new History()
  assert.equal(history.add(answer(0, 1000), 1000), false)
  assert.equal(history.add(answer(1, 5000, {}, 'second'), 1000), true)
  assert.equal(history.of('eof').rates().messages, null)
  assert.equal(history.add(answer(2, 5010, {}, 'second'), 1000), false)
  assert.equal(history.of('eof').rates().messages, 10)
})

test('five minutes are kept', () => {
  const { time } = after(...Array.from({ length: 1000 }, (unused, i) => answer(i, i))).plots()
  assert.equal(time.length, 301)
  assert.equal(time.at(-1) - time[0], 300)
})
