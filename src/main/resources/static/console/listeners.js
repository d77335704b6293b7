/* The view of the listeners. */

import { badge, byId, cell, element, renew, Rows, setAttribute, setText } from './elements.js'
import { Plots } from './plots.js'
import { bytesRate, count, millis, NOTHING, outcomeKind, plural, rate, stateKind } from './words.js'

/** Most outcomes shown of a listener in its row. */
const MOST_OUTCOMES = 4

export class ListenersView {

  #history
  #operator
  #say
  #rows
  #plots = new Plots()
  #chosen = null
  #last = null

  constructor(history, operator, say) {
    this.#history = history
    this.#operator = operator
    this.#say = say
    this.#rows = new Rows(byId('listeners-rows'), (listener) => this.#row(listener), byId('listeners-title'))
  }

  /** Show what /actuator/listeners has answered. */
  show(answer) {
    this.#last = answer
    const enabled = answer.listeners.filter((listener) => listener.state !== 'DISABLED')
    const others = answer.listeners.filter((listener) => listener.state === 'DISABLED').map((listener) => listener.name)
    if (!enabled.some((listener) => listener.name === this.#chosen)) {
      this.#chosen = enabled[0]?.name ?? null
    }
    this.#rows.show(enabled, (listener) => listener.name)
    setText(byId('disabled'), others.length ? `Configured and not enabled: ${others.join(', ')}.` : '')
    byId('plots-part').hidden = this.#chosen === null
    if (this.#chosen !== null && !byId('listeners').hidden) {
      setText(byId('plots-title'), `Five minutes of ${this.#chosen}`)
      this.#plots.show(this.#history.of(this.#chosen).plots())
    }
  }

  #row(listener) {
    const { name } = listener
    const choose = element('button', { type: 'button', class: 'link' }, name)
    const place = element('small')
    const head = element('th', { scope: 'row', class: 'wide' }, choose, place)
    const state = cell('State')
    const figures = ['Open', 'Exchanges/s', 'In', 'Out', 'p50', 'p99'].map((label) => cell(label, { class: 'number' }))
    const outcomes = cell('Ended in the last minute', { class: 'wide' })
    const button = element('button', { type: 'button' })
    const node = element('tr', null, head, state, ...figures, outcomes, cell(null, { class: 'wide' }, button))
    choose.addEventListener('click', () => {
      this.#chosen = name
      this.show(this.#last)
    })
    button.addEventListener('click', () => this.#change(name, button.dataset.to))
    return { node, update: (current) => this.#update(current, { node, choose, place, state, figures, outcomes, button }) }
  }

  #update(listener, parts) {
    const samples = this.#history.of(listener.name)
    const rates = samples.rates()
    const chosen = listener.name === this.#chosen
    parts.node.classList.toggle('chosen', chosen)
    setAttribute(parts.choose, 'aria-pressed', chosen)
    setAttribute(parts.choose, 'title', 'Show five minutes of this listener')
    setText(parts.place, place(listener))
    const faults = (listener.faults?.faults ?? []).map((fault) => fault.type)
    renew(parts.state, [listener.state, faults], () => [badge(listener.state, stateKind[listener.state]),
      ...faults.map((fault) => badge(`fault: ${fault}`, 'warn'))])
    const values = [`${count(listener.openConnections)} of ${count(listener.limits.maxConnections)}`, rate(rates.messages),
      bytesRate(rates.bytesIn), bytesRate(rates.bytesOut), millis(listener.latency?.p50Millis), millis(listener.latency?.p99Millis)]
    values.forEach((value, i) => setText(parts.figures[i], value))
    showOutcomes(parts.outcomes, samples.outcomes())
    const to = listener.state === 'LISTENING' ? 'PAUSED' : 'LISTENING'
    parts.button.dataset.to = to
    setText(parts.button, to === 'PAUSED' ? 'Pause' : 'Resume')
    setAttribute(parts.button, 'aria-label', `${to === 'PAUSED' ? 'Pause' : 'Resume'} listener ${listener.name}`)
    parts.button.disabled = listener.state === 'DRAINING'
  }

  async #change(name, state) {
    const verb = state === 'PAUSED' ? 'Pausing' : 'Resuming'
    try {
      const now = await this.#operator.send('POST', `/listeners/${encodeURIComponent(name)}`, { state }, `${verb} listener ${name} needs the operator's login.`)
      if (now !== null) {
        this.#say(now.state === 'PAUSED'
          ? `Listener ${name} is PAUSED: port ${now.port} is closed, and ${plural(now.openConnections, 'open connection')} may go on.`
          : `Listener ${name} is ${now.state} on port ${now.port}.`, 'good')
      }
    }
    catch (error) {
      this.#say(`${verb} listener ${name} was refused: ${error.message}`, 'bad')
    }
  }

}

function place(listener) {
  const parts = [`port ${listener.port ?? NOTHING}`]
  if (listener.address) {
    parts.push(`on ${listener.address}`)
  }
  parts.push(listener.service === 'echo' ? listener.framing : listener.service)
  parts.push(...listener.tls ? ['TLS'] : [], ...listener.proxyProtocol ? ['PROXY header'] : [])
  return parts.join(' · ')
}

function showOutcomes(node, minute) {
  renew(node, minute, () => {
    if (minute === null) {
      return [NOTHING]
    }
    const shown = minute.ended.slice(0, MOST_OUTCOMES)
    const rest = minute.ended.slice(MOST_OUTCOMES).reduce((sum, [, number]) => sum + number, 0)
    const short = minute.seconds < 59 ? [element('small', null, `in ${minute.seconds} s so far`)] : []
    return [...shown.map(([name, number]) => badge(`${name} ${count(number)}`, outcomeKind(name))),
      ...rest > 0 ? [badge(`others ${count(rest)}`)] : [], ...minute.ended.length ? [] : ['none'], ...short]
  })
}
