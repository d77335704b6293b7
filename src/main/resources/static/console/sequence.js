/* One exchange as a sequence diagram, like those of docs/verdicts.md, with the real times. */

import { element, svg } from './elements.js'
import { millis, plural } from './words.js'

/** Events that are closer together than this are one arrow, as "64 bytes, FIN". */
const TOGETHER_MILLIS = 0.5

/** How a connect fails, by its verdict: what came, or that nothing did. */
const FAILED_CONNECTS = {
  REFUSED: ['in', 'RST'], UNREACHABLE: ['aside', 'ICMP unreachable, or no route'], CONNECT_TIMEOUT: ['aside', 'no answer until the timeout'],
}

/**
 * Return the steps of an exchange in the order of their times.
 *
 * @param exchange one line of probe --json
 * @returns {Array<{at: number, way: 'out'|'in'|'both'|'aside', text: string, bad: boolean}>}
 *     at is in milliseconds since the beginning
 */
export function steps(exchange) {
  const { evidence, verdict, passage } = exchange
  const { millis: times, traffic, setup } = evidence
  const found = []
  const add = (at, way, text, bad = false) => {
    if (at !== null && at !== undefined) {
      found.push({ at, way, text, bad })
    }
  }
  if (verdict === 'DNS_FAILURE') {
    add(times.ended ?? exchange.totalMillis, 'aside', 'the name has no address', true)
    return found
  }
  const reused = evidence.route.reused
  if (!reused) {
    add(times.resolved ?? 0, 'out', 'SYN')
    if (times.connected !== null) {
      add(times.connected, 'in', 'SYN, ACK')
    }
    else if (FAILED_CONNECTS[verdict]) {
      add(times.ended ?? exchange.totalMillis, ...FAILED_CONNECTS[verdict], true)
      return found
    }
  }
  if (passage && !reused) {
    addPassage(add, times, passage, verdict)
  }
  if (traffic.sent !== null && times.firstSent !== null) {
    addMessage(add, times, traffic.sent, setup.messageSize)
  }
  else if (times.finSent !== null) {
    add(times.finSent, 'out', 'FIN')
  }
  addReply(add, exchange)
  if (evidence.ending === 'TIMEOUT') {
    add(times.ended, 'aside', `timeout of ${millis(setup.timeoutMillis)}`, true)
  }
  if (!['OK', 'WRONG_REPLICA'].includes(verdict) && !found.some((step) => step.bad)) {
    add(times.ended ?? exchange.totalMillis, 'aside', exchange.detail || verdict, true)
  }
  return found.sort((one, other) => one.at - other.at)
}

function addPassage(add, times, passage, verdict) {
  let at = times.connected
  if (passage.viaMillis !== null) {
    at += passage.viaMillis
    add(at, 'both', 'way through the proxy')
  }
  if (passage.tlsMillis !== null) {
    at += passage.tlsMillis
    add(at, 'both', `handshake of ${passage.tls?.version ?? 'TLS'}`)
  }
  else if (verdict === 'TLS_REFUSED' && passage.tlsFailure?.alert) {
    add(times.ended, 'in', `alert ${passage.tlsFailure.alert}`, true)
  }
}

function addMessage(add, times, sent, size) {
  const amount = sent === size ? plural(size, 'byte') : `${sent} of ${plural(size, 'byte')}`
  if (times.lastSent - times.firstSent > TOGETHER_MILLIS) {
    add(times.firstSent, 'out', 'first byte')
  }
  if (times.finSent !== null && times.finSent - times.lastSent <= TOGETHER_MILLIS) {
    add(times.finSent, 'out', sent > 0 ? `${amount}, FIN` : 'FIN')
  }
  else {
    add(times.lastSent, 'out', amount, sent < size)
    add(times.finSent, 'out', 'FIN')
  }
}

function addReply(add, { verdict, evidence }) {
  const { millis: times, traffic, setup, instead } = evidence
  const { received } = traffic
  const finBad = !['OK', 'WRONG_REPLICA'].includes(verdict)
  const fin = times.peerFin
  if (times.firstReceived !== null) {
    const size = setup.messageSize
    const what = instead ? `other bytes: ${instead.text}` : received === size
      ? `the same ${plural(size, 'byte')}${verdict === 'EXTRA_BYTES' ? ', and more' : ''}` : `${received} of ${plural(size, 'byte')}`
    const bad = Boolean(instead) || received !== size || ['EXTRA_BYTES', 'EARLY_REPLY'].includes(verdict)
    if (times.lastReceived - times.firstReceived > TOGETHER_MILLIS) {
      add(times.firstReceived, 'in', 'first byte of the reply')
    }
    if (fin !== null && fin >= times.lastReceived && fin - times.lastReceived <= TOGETHER_MILLIS) {
      add(fin, 'in', `${what}, FIN`, bad)
    }
    else {
      add(times.lastReceived, 'in', what, bad)
      add(fin, 'in', 'FIN', finBad)
    }
  }
  else {
    add(fin, 'in', 'FIN', finBad)
  }
  add(times.peerReset, 'in', 'RST', true)
}

const ROW = 36
const TOP = 34

/** The height that is shared among the gaps between steps, by how long they are. */
const SHARED = 140

/** Draw steps: two lifelines, and below each other what went between them. */
export function draw(list, peer, width) {
  const [left, right] = [104, width - 16]
  const total = Math.max(...list.map((step) => step.at), 0.001)
  let before = 0
  let y = TOP
  const rows = list.map((step) => {
    y += ROW + SHARED * (step.at - before) / total
    before = step.at
    return row(step, y, left, right)
  })
  const height = y + ROW
  const picture = svg('svg', { class: 'sequence', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': 'Sequence diagram; the table beside it has the same steps' },
    svg('text', { x: left, y: 16, 'text-anchor': 'middle' }, 'this server'),
    svg('text', { x: right, y: 16, 'text-anchor': 'end' }, peer),
    svg('line', { class: 'lifeline', x1: left, y1: 24, x2: left, y2: height }),
    svg('line', { class: 'lifeline', x1: right, y1: 24, x2: right, y2: height }), ...rows)
  return picture
}

function row(step, y, left, right) {
  const middle = (left + right) / 2
  const parts = [svg('text', { class: 'time', x: left - 12, y: y + 4, 'text-anchor': 'end' }, millis(step.at))]
  if (step.way === 'aside') {
    parts.push(svg('line', { x1: left, y1: y, x2: right, y2: y }), plate(step.text, middle, y))
    parts.push(svg('text', { x: middle, y: y + 4, 'text-anchor': 'middle' }, step.text))
  }
  else {
    parts.push(svg('line', { class: 'arrow', x1: left, y1: y, x2: right, y2: y }))
    parts.push(step.way !== 'in' ? head(right, y, -1) : '', step.way !== 'out' ? head(left, y, 1) : '')
    parts.push(svg('text', { x: middle, y: y - 6, 'text-anchor': 'middle' }, short(step.text, right - left)))
  }
  return svg('g', { class: `${step.way} ${step.bad ? 'bad' : ''}` }, ...parts)
}

/** The ground behind a text that stands on a line. */
const plate = (text, x, y) => svg('rect', { class: 'plate', x: x - text.length * 3.5 - 6, y: y - 9, width: text.length * 7 + 12, height: 18 })

const head = (x, y, way) => svg('path', { class: 'head', d: `M${x} ${y} l${way * 9} -4.5 v9 z` })

/** Cut a text that does not fit; the table has all of it. */
function short(text, width) {
  const most = Math.floor(width / 7.2)
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

/** The same steps as a table. */
export function table(list) {
  const ways = { out: 'to the peer', in: 'from the peer', both: 'both ways', aside: '' }
  const head = ['Time', 'Way', 'What'].map((name, i) => element('th', { scope: 'col', class: i === 0 ? 'number' : null }, name))
  return element('div', { class: 'scroll' }, element('table', { class: 'table' },
    element('caption', null, 'The steps, with the time since the beginning'),
    element('thead', null, element('tr', null, ...head)),
    element('tbody', null, ...list.map((step) => element('tr', null, element('td', { class: 'number' }, millis(step.at)),
      element('td', null, ways[step.way]), element('td', null, step.text))))))
}
