/* The view that probes a host: one exchange, and what was on the wire. */

import { badge, byId, element } from './elements.js'
import { draw, steps, table } from './sequence.js'
import { millis, plural, verdictKind } from './words.js'

const OFF = 'This server probes no hosts. The key tcp-echo.monitor.allow names those that it may probe.'

export class ProbeView {

  #api
  #operator
  #busy = false

  constructor(api, operator) {
    this.#api = api
    this.#operator = operator
    byId('probe-form').addEventListener('submit', (event) => {
      event.preventDefault()
      this.#probe()
    })
  }

  /** Say at once if the server probes nothing. */
  open() {
    if (!this.#api.has('probe') && byId('probe-result').childElementCount === 0) {
      show(element('p', { class: 'note' }, OFF))
    }
  }

  async #probe() {
    if (this.#busy) {
      return
    }
    this.#busy = true
    const target = byId('probe-target').value.trim()
    const module = byId('probe-module').value.trim()
    show(element('p', { class: 'muted' }, `Probing ${target} …`))
    try {
      const query = new URLSearchParams({ target, ...module ? { module } : {} })
      const answer = await this.#operator.send('GET', `/probe?${query}`, undefined, 'Probing a host needs the operator\'s login.')
      if (answer === null) {
        show()
      }
      else {
        showExchange(target, answer)
      }
    }
    catch (error) {
      show(element('p', { class: 'note bad' }, error.status === 404 && !this.#api.has('probe') ? OFF : `${target} was not probed: ${error.message}`))
    }
    finally {
      this.#busy = false
    }
  }

}

const show = (...parts) => byId('probe-result').replaceChildren(...parts)

function showExchange(target, exchange) {
  const list = steps(exchange)
  const place = element('div')
  const { route } = exchange.evidence
  show(element('div', { class: 'card' },
    element('h3', null, 'Verdict ', badge(exchange.verdict, verdictKind(exchange.verdict))),
    element('p', null, `${target}${route.peer ? ` at ${route.peer}` : ''}, ${plural(exchange.size, 'byte')}, ${millis(exchange.totalMillis)} in all`
      + (exchange.detail ? `: ${exchange.detail}` : '.')),
    ...causes(exchange), place, table(list)))
  place.append(draw(list, route.peer ?? target, Math.min(720, Math.max(280, place.clientWidth))))
}

/** The causes that the evidence leaves possible, the likeliest first. */
function causes(exchange) {
  return (exchange.causes ?? []).map((cause) => element('p', { class: 'note warn' },
    ...[cause.sentence, cause.reason, cause.remedy].filter(Boolean).map((text, i) => element(i === 0 ? 'strong' : 'span', null, i === 0 ? text : ` ${text}`))))
}
