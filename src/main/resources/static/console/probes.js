/* The view of what the monitor of this server probes. */

import { badge, byId, element, renew } from './elements.js'
import { count, duration, millis, NOTHING, plural, timeOfDay, verdictKind } from './words.js'

const cells = (tag, ...contents) => contents.map((content) => element(tag, tag === 'th' ? { scope: 'col' } : null, ...[content].flat()))

/** The server asks the other replicas for the matrix, so it is fetched less often. */
const MATRIX_PERIOD_MILLIS = 15_000

export class ProbesView {

  #api
  #matrixAt = -Infinity

  constructor(api) {
    this.#api = api
  }

  async poll() {
    const { targets } = await this.#api.get('/probes')
    renew(byId('probes-parts'), targets, () => targets.length ? targets.map(targetPart)
      : [element('p', null, 'Nothing is probed: no entry of tcp-echo.monitor.targets has a target.')])
    if (performance.now() - this.#matrixAt >= MATRIX_PERIOD_MILLIS) {
      this.#matrixAt = performance.now()
      await this.#pollMatrix()
    }
  }

  /** Show the matrix; where no target has a lab-port, there is none. */
  async #pollMatrix() {
    let matrix = null
    try {
      matrix = await this.#api.get('/probes/matrix')
    }
    catch (error) {
      if (![400, 404, 409].includes(error.status)) {
        throw error
      }
    }
    const some = (matrix?.cells ?? []).length > 0
    byId('matrix-title').hidden = !some
    renew(byId('matrix'), matrix, () => some ? matrixParts(matrix) : [])
  }

}

function targetPart(target) {
  const rows = target.rows.map(targetRow)
  return element('div', { class: 'card' },
    element('h3', null, target.name),
    element('p', { class: 'muted' }, `${target.target}, framing ${target.framing}, ${target.sizes.map((size) => plural(size, 'byte')).join(' and ')}, every ${duration(target.intervalMillis)}`
      + (target.leftOut ? `; ${plural(target.leftOut, 'address')} left out, over max-targets ${target.maxTargets}` : '')),
    element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Probes of ${target.name}` },
      element('table', null, element('thead', null, element('tr', null, ...cells('th', 'Peer', 'Verdict', 'Since', 'OK', 'p50, p99', 'Last exchanges', 'Last failure'))),
        element('tbody', null, ...rows))))
}

function targetRow(row) {
  const failure = row.lastFailure
  return element('tr', null,
    element('th', { scope: 'row' }, row.peer, row.replica ? element('small', null, row.replica) : null),
    ...cells('td',
      [row.verdict ? badge(row.verdict, verdictKind(row.verdict)) : 'not probed yet', row.state === 'WATCHED' ? '' : badge(row.state.toLowerCase(), 'info')],
      row.since ? timeOfDay(new Date(row.since)) : NOTHING,
      `${count(row.ok)} of ${count(row.exchanges)}`,
      row.totalMillis ? `${millis(row.totalMillis.p50)}, ${millis(row.totalMillis.p99)}` : NOTHING,
      lastBars(row.last ?? []),
      failure ? failureParts(failure) : 'none'))
}

function lastBars(last) {
  const bad = last.filter((exchange) => exchange.verdict !== 'OK').length
  return [element('span', { class: 'last', 'aria-hidden': 'true' }, ...last.map((exchange) => element('i', {
    class: exchange.verdict === 'OK' ? null : 'bad', title: `${timeOfDay(new Date(exchange.beganAt))} ${exchange.verdict} ${plural(exchange.size, 'byte')}` }))),
  element('small', null, last.length ? `${plural(last.length, 'exchange')}, ${count(bad)} not OK` : NOTHING)]
}

function failureParts(failure) {
  const more = [failure.detail, failure.sentence, failure.reason, failure.remedy].filter(Boolean)
  return [badge(failure.verdict, verdictKind(failure.verdict)), `at ${timeOfDay(new Date(failure.at))}, ${plural(failure.size, 'byte')}`,
    ...more.map((text) => element('small', null, text))]
}

/** From each replica (a row) to each peer (a column). */
function matrixParts(matrix) {
  const names = (member) => [...new Set(matrix.cells.map((found) => found[member]))].sort()
  const [from, to] = [names('from'), names('to')]
  const at = new Map(matrix.cells.map((found) => [JSON.stringify([found.from, found.to]), found]))
  const head = element('tr', null, ...cells('th', 'From / to', ...to))
  const rows = from.map((one) => element('tr', null, element('th', { scope: 'row' }, one), ...to.map((other) => {
    const found = at.get(JSON.stringify([one, other]))
    return element('td', null, !found ? NOTHING : found.verdict ? badge(found.verdict, verdictKind(found.verdict)) : 'not probed yet',
      found?.exchanges ? element('small', null, `${count(found.ok)} of ${count(found.exchanges)} OK, p50 ${millis(found.p50Millis)}`) : null)
  })))
  const missing = (matrix.missing ?? []).map((peer) => element('li', null, `${peer.peer}: `, badge(peer.reason, 'warn')))
  return [element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Which replica reaches which' },
    element('table', { class: 'table' }, element('thead', null, head), element('tbody', null, ...rows))),
  ...missing.length ? [element('p', null, 'These replicas have not answered:'), element('ul', null, ...missing)] : []]
}
