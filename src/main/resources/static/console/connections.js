/* The view of the open connections. */

import { ask, badge, byId, cell, element, renew, Rows, setAttribute, setText } from './elements.js'
import { bytes, count, duration, NOTHING, phases, plural } from './words.js'

export class ConnectionsView {

  #api
  #operator
  #say
  #refresh
  #rows

  /** refresh() asks for the list at once. */
  constructor(api, operator, say, refresh) {
    this.#api = api
    this.#operator = operator
    this.#say = say
    this.#refresh = refresh
    this.#rows = new Rows(byId('connections-rows'), (connection) => this.#row(connection), byId('connections-title'))
    const form = byId('filter')
    form.addEventListener('submit', (event) => event.preventDefault())
    form.addEventListener('input', () => {
      this.#showSort()
      refresh()
    })
    this.#showSort()
  }

  /** Say which column is in order: every order begins with the largest value. */
  #showSort() {
    for (const head of document.querySelectorAll('#connections th[data-sort]')) {
      setAttribute(head, 'aria-sort', head.dataset.sort === byId('filter-sort').value ? 'descending' : null)
    }
  }

  /** Offer the listeners that are enabled. */
  showListeners(listeners) {
    const names = listeners.filter((listener) => listener.state !== 'DISABLED').map((listener) => listener.name)
    const select = byId('filter-listener')
    const chosen = select.value
    renew(select, names, () => ['', ...names].map((name) => element('option', { value: name }, name || 'all')))
    select.value = names.includes(chosen) ? chosen : ''
  }

  /** Ask for the list and show it. */
  async poll() {
    if (byId('hold').checked) {
      return
    }
    const query = new URLSearchParams({ limit: byId('filter-limit').value, sort: byId('filter-sort').value })
    for (const name of ['listener', 'peer']) {
      const value = byId(`filter-${name}`).value.trim()
      if (value) {
        query.set(name, value)
      }
    }
    const { open, connections } = await this.#api.get(`/connections?${query}`)
    this.#rows.show(connections, (connection) => connection.id)
    const filtered = query.has('listener') || query.has('peer')
    setText(byId('connections-count'), open === 0 ? `No ${filtered ? 'such connection' : 'connection'} is open.`
      : `${plural(open, 'connection')} ${open === 1 ? 'is' : 'are'} open${filtered ? ' and match' : ''}`
        + (open > connections.length ? `; the first ${count(connections.length)} in this order are shown.` : '.'))
  }

  #row(connection) {
    const { id, listener, peer, client } = connection
    const head = element('th', { scope: 'row', class: 'wide' }, id, element('small', null, `listener ${listener}`))
    const from = cell('Peer', { class: 'wide' }, client ?? peer, client ? element('small', null, `through ${peer}`) : null)
    const phase = cell('Phase', { class: 'wide' })
    const tls = cell('TLS')
    const figures = ['Age', 'Silent for', 'In, out', 'Messages'].map((label) => cell(label, { class: 'number' }))
    const button = element('button', { type: 'button', 'aria-label': `End connection ${id}` }, 'End…')
    button.addEventListener('click', () => this.#end(connection))
    const node = element('tr', null, head, from, phase, tls, ...figures, cell(null, { class: 'wide' }, button))
    return { node, update: (current) => update(current, { phase, tls, figures }) }
  }

  async #end(connection) {
    const mode = await askHow(connection)
    if (mode === null) {
      return
    }
    const name = `connection ${connection.id}`
    try {
      const ended = await this.#operator.send('DELETE', `/connections/${encodeURIComponent(connection.id)}?mode=${mode}`, undefined, `Ending ${name} needs the operator's login.`)
      if (ended !== null) {
        this.#say(`The ${name} from ${ended.client ?? ended.peer} has ended by ${ended.end} (${ended.outcome}) after ${duration(ended.ageMillis)}, with ${plural(ended.bytesIn, 'byte')} in and ${plural(ended.bytesOut, 'byte')} out.`, 'good')
        this.#refresh()
      }
    }
    catch (error) {
      this.#say(`Ending ${name} was refused: ${error.message}`, 'bad')
    }
  }

}

function update(connection, { phase, tls, figures }) {
  renew(phase, [connection.phase, connection.draining], () => [phases[connection.phase] ?? connection.phase,
    connection.draining ? badge('draining', 'warn') : ''])
  renew(tls, connection.tls, () => describeTls(connection.tls))
  const values = [duration(connection.ageMillis), duration(connection.idleMillis),
    `${bytes(connection.bytesIn)}, ${bytes(connection.bytesOut)}`, count(connection.messages)]
  values.forEach((value, i) => setText(figures[i], value))
}

function describeTls(tls) {
  const more = [tls?.cipher, tls?.sni && `for ${tls.sni}`, tls?.client?.subject]
  return [tls?.protocol ?? NOTHING, ...more.filter(Boolean).map((text) => element('small', null, text))]
}

/** Ask how to end a connection: returns reset, fin, or null for not at all. */
async function askHow(connection) {
  const dialog = byId('end')
  const form = dialog.querySelector('form')
  form.reset()
  setText(byId('end-text'), `Connection ${connection.id} of listener ${connection.listener}, from ${connection.client ?? connection.peer}.`)
  return await ask(dialog) ? new FormData(form).get('mode') : null
}
