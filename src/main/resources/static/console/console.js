/* The console: asks the server once a second while the page is visible, and shows the views. */

import { Api } from './api.js'
import { ConnectionsView } from './connections.js'
import { byId, keepRoles, setAttribute, setText } from './elements.js'
import { History } from './history.js'
import { ListenersView } from './listeners.js'
import { Operator } from './login.js'
import { ProbeView } from './probe.js'
import { ProbesView } from './probes.js'
import { duration, timeOfDay } from './words.js'

const PERIOD_MILLIS = 1_000

/** Where reads need the login, each may cost the server the hash of a password. */
const PERIOD_WITH_LOGIN_MILLIS = 5_000

/** After this time without data, beyond a period, the page says so. */
const STALE_MILLIS = 4_000

const VIEWS = ['listeners', 'connections', 'probes', 'probe']

const api = new Api()
const history = new History()
const operator = new Operator(api, () => {
  byId('log-out').hidden = !api.loggedIn
  if (api.readsNeedLogin) {
    poll()
  }
})

let discovered = false
let view = 'listeners'
let polling = false
let timer = null
let dataAt = null
let dataTime = null
let stale = false
let failure = null

const listeners = new ListenersView(history, operator, say)
const connections = new ConnectionsView(api, operator, say, poll)
const probes = new ProbesView(api)
const probe = new ProbeView(api, operator)

/** Show a message until it is closed, and let a screen reader say it. */
function say(text, kind) {
  byId('message').className = `note ${kind ?? ''}`
  byId('message').hidden = false
  setText(byId('message-text'), text)
  announce(text)
}

/** Let a screen reader say something. */
function announce(text) {
  setText(byId('status'), text)
}

const period = () => api.readsNeedLogin ? PERIOD_WITH_LOGIN_MILLIS : PERIOD_MILLIS

/** Ask for everything that is shown, once. */
async function poll() {
  clearTimeout(timer)
  if (polling || document.hidden) {
    return
  }
  polling = true
  const began = performance.now()
  try {
    if (!discovered) {
      await discover()
    }
    const answer = await api.get('/listeners')
    if (history.add(answer, period())) {
      say(`The server has restarted at ${timeOfDay(new Date(answer.startedAt))}: it counts anew.`, 'warn')
      discovered = false
    }
    dataAt = performance.now()
    dataTime = new Date(answer.time)
    listeners.show(answer)
    connections.showListeners(answer.listeners)
    if (view === 'connections') {
      await connections.poll()
    }
    if (view === 'probes') {
      await probes.poll()
    }
    failure = null
  }
  catch (error) {
    failure = error
  }
  polling = false
  byId('log-in').hidden = !api.readsNeedLogin || api.loggedIn
  showFreshness()
  timer = setTimeout(poll, Math.max(0, period() - (performance.now() - began)))
}

async function discover() {
  await api.discover()
  discovered = true
  document.querySelector('nav a[href="#probes"]').hidden = !api.has('probes')
  route()
  api.get('/info').then((info) => {
    setText(byId('version'), `${info.build?.version ?? ''} on ${location.host}`)
  }, () => setText(byId('version'), `on ${location.host}`))
}

/** Say of when the data is, and if there is none. */
function showFreshness() {
  const age = dataAt === null ? Infinity : performance.now() - dataAt
  const old = age > period() + STALE_MILLIS
  byId('live').className = `live ${old ? 'warn' : 'good'}`
  document.body.classList.toggle('stale', old && dataAt !== null)
  setText(byId('live-text'), dataTime === null ? 'No data yet' : `Data of ${timeOfDay(dataTime)}`)
  const reason = failure === null ? '' : `: ${failure.message}`
  const lines = [
    ...old && dataAt !== null ? [`No data for ${duration(age)}${reason}.`] : [],
    ...dataAt === null && failure !== null ? [`No data yet${reason}.`] : [],
    ...!old && failure !== null ? [`Part of the data is missing${reason}.`] : [],
  ]
  setText(byId('stale'), lines.join(' '))
  byId('stale').hidden = lines.length === 0
  if (old !== stale && dataAt !== null) {
    announce(old ? `No data from the server for ${duration(age)}` : 'There is data again')
    stale = old
  }
}

/** Show the view that the address names. */
function route() {
  const wanted = location.hash.slice(1)
  view = VIEWS.includes(wanted) && (wanted !== 'probes' || !discovered || api.has('probes')) ? wanted : 'listeners'
  for (const name of VIEWS) {
    byId(name).hidden = name !== view
    setAttribute(document.querySelector(`nav a[href="#${name}"]`), 'aria-current', name === view ? 'page' : null)
  }
  document.title = `${byId(`${view}-title`).textContent} · tcp-echo console`
  if (view === 'probe') {
    probe.open()
  }
}

document.querySelectorAll('.stack').forEach(keepRoles)
addEventListener('hashchange', () => {
  route()
  byId(`${view}-title`).focus()
  poll()
})
document.addEventListener('visibilitychange', () => {
  clearTimeout(timer)
  if (!document.hidden) {
    showFreshness()
    poll()
  }
})
byId('message-close').addEventListener('click', () => {
  byId('message').hidden = true
  byId('content').focus()
})
setInterval(showFreshness, PERIOD_MILLIS)
route()
poll()
