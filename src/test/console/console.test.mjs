/*
 * The console in a real browser. ConsoleIT starts the server, and names it in the environment:
 * CONSOLE is the address of management, PORT and LINE_PORT those of its listeners, NGINX that of
 * nginx before the first. Pictures go to PICTURES.
 */

import assert from 'node:assert/strict'
import net from 'node:net'
import { after, before, test } from 'node:test'

import { axeSource, launch } from './browser.mjs'

const { CONSOLE, PORT, LINE_PORT, NGINX, PICTURES, PASSWORD } = process.env
const HOSTILE = '"><img src=x onerror="document.title=\'owned\'"><script>document.title=\'owned\'</script>\u202e'

let browser

before(async () => {
  browser = await launch()
})

after(() => browser.close())

/** Run a test on a page of its own, and require that the browser has nothing to complain of. */
async function onPage(use, { view = 'listeners', options = {}, prepare = () => {} } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints = []
  page.on('pageerror', (error) => complaints.push(`error: ${error}`))
  page.on('console', (message) => {
    // The browser itself reports each request that is refused, as some here must be.
    if (['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load resource')) {
      complaints.push(`console: ${message.text()}`)
    }
  })
  await page.addInitScript(() => {
    globalThis.violations = []
    addEventListener('securitypolicyviolation', (event) => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`))
  })
  try {
    await prepare(page)
    await page.goto(`${CONSOLE}/console/#${view}`)
    await use(page)
    assert.deepEqual(await page.evaluate(() => globalThis.violations), [])
    assert.deepEqual(complaints, [])
  }
  finally {
    await context.close()
  }
}

/** Connect to a listener and keep the connection. */
const connected = (port) => new Promise((resolve, reject) => {
  const socket = net.connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true })
  socket.once('connect', () => resolve(socket))
  socket.once('error', reject)
})

async function logIn(page, password) {
  await page.getByLabel('Name').fill('operator')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('dialog').getByRole('button', { name: 'Log in' }).click()
}

const rowOf = (page, name) => page.getByRole('row').filter({ has: page.getByRole('rowheader').filter({ hasText: name }) })

/** Answer an endpoint with something else than the server does. */
async function answer(page, path, change) {
  await page.route(`${CONSOLE}/actuator${path}`, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: change(await response.json()) })
  })
}

test('the root leads a browser to the console, which shows the listeners', () => onPage(async (page) => {
  await page.goto(CONSOLE)
  assert.equal(page.url(), `${CONSOLE}/console/`)
  await rowOf(page, 'echo').getByText('LISTENING').waitFor()
  await page.locator('#plots canvas').nth(3).waitFor()
  await page.getByText(/^Data of \d\d:\d\d:\d\d$/).waitFor()
}))

test('figures are differences of what the server counts', () => onPage(async (page) => {
  await rowOf(page, 'echo').getByText('none').waitFor()
  const socket = await connected(PORT)
  socket.end('hello')
  await rowOf(page, 'echo').getByText('replied 1', { exact: true }).waitFor()
  await rowOf(page, 'echo').getByText(/in \d+ s so far/).waitFor()
}))

test('a listener is paused and resumed by the operator, whose password is asked for once', () => onPage(async (page) => {
  await page.getByRole('button', { name: 'Pause listener line' }).click()
  await page.getByText('Pausing listener line needs the operator\'s login.').waitFor()
  await logIn(page, 'wrong')
  await page.getByRole('alert').getByText('The name or the password is wrong').waitFor()
  await logIn(page, PASSWORD)
  await page.locator('#message-text').getByText(`Listener line is PAUSED: port ${LINE_PORT} is closed, and 0 open connections may go on.`).waitFor()
  await rowOf(page, 'line').getByText('PAUSED').waitFor()
  await assert.rejects(connected(LINE_PORT), { code: 'ECONNREFUSED' })
  await page.getByRole('button', { name: 'Resume listener line' }).click()
  await page.locator('#message-text').getByText(`Listener line is LISTENING on port ${LINE_PORT}.`).waitFor()
  const socket = await connected(LINE_PORT)
  socket.destroy()
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByRole('button', { name: 'Pause listener line' }).click()
  await page.getByLabel('Password').waitFor()
  await page.keyboard.press('Escape')
  await rowOf(page, 'line').getByText('LISTENING').waitFor()
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0)
}))

test('a connection is ended by a reset, after a question', async () => {
  const socket = await connected(LINE_PORT)
  const reset = new Promise((resolve) => {
    socket.once('error', (error) => resolve(error.code))
  })
  await onPage(async (page) => {
    const peer = `127.0.0.1:${socket.localPort}`
    const row = page.getByRole('row').filter({ hasText: peer })
    await row.getByText('waits for bytes of the client').waitFor()
    await row.getByRole('button', { name: 'End connection' }).click()
    await page.getByRole('dialog').getByText(`from ${peer}`).waitFor()
    await page.getByRole('button', { name: 'End the connection' }).click()
    await logIn(page, PASSWORD)
    await page.locator('#message-text').getByText(`from ${peer} has ended by RST (closed-by-operator)`).waitFor()
    assert.equal(await reset, 'ECONNRESET')
    await row.waitFor({ state: 'detached' })
  }, { view: 'connections' })
})

test('connections are filtered and put in order', async () => {
  const sockets = [await connected(LINE_PORT), await connected(PORT)]
  const [line, eof] = sockets.map((socket) => `127.0.0.1:${socket.localPort}`)
  await onPage(async (page) => {
    await page.getByText(line).waitFor()
    await page.getByText(eof).waitFor()
    await page.locator('#filter').getByLabel('Listener').selectOption('line')
    await page.getByText(eof).waitFor({ state: 'detached' })
    await page.getByLabel('Peer or client begins with').fill(eof)
    await page.getByText('No such connection is open.').waitFor()
    await page.locator('#filter').getByLabel('Listener').selectOption('')
    await page.getByText(eof).waitFor()
    await page.getByLabel('Order').selectOption('bytes')
    assert.equal(await page.getByRole('columnheader', { name: 'In, out' }).getAttribute('aria-sort'), 'descending')
  }, { view: 'connections' })
  sockets.forEach((socket) => socket.destroy())
})

test('the focus stays where it is while the rows are renewed, and goes on when its row goes', async () => {
  const sockets = [await connected(LINE_PORT), await connected(LINE_PORT)]
  await onPage(async (page) => {
    const button = page.getByRole('row').filter({ hasText: `:${sockets[0].localPort}` }).getByRole('button')
    await button.focus()
    await page.waitForResponse(/connections/)
    await page.waitForResponse(/connections/)
    assert.ok(await button.evaluate((node) => node === document.activeElement))
    sockets[0].destroy()
    await button.waitFor({ state: 'detached' })
    assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY')
  }, { view: 'connections' })
  sockets[1].destroy()
})

test('a host is probed through nginx, and the exchange is drawn', () => onPage(async (page) => {
  await page.getByLabel('Host and port').fill(`127.0.0.1:${NGINX}`)
  await page.getByRole('button', { name: 'Probe', exact: true }).click()
  await logIn(page, PASSWORD)
  await page.getByRole('heading', { name: 'Verdict REPLY_LOST' }).waitFor()
  const sequence = page.locator('svg.sequence')
  for (const step of ['SYN', 'SYN, ACK', '64 bytes, FIN', 'FIN']) {
    await sequence.getByText(step, { exact: true }).waitFor()
  }
  await page.getByRole('cell', { name: '64 bytes, FIN' }).waitFor()
  await page.getByText('proxy_half_close').first().waitFor()
  await picture(page, 'probe')
}, { view: 'probe' }))

test('without data for 5 s the page says so, and draws no line where it had none', () => onPage(async (page) => {
  await page.clock.install()
  await page.goto(`${CONSOLE}/console/`)
  await rowOf(page, 'echo').getByText('LISTENING').waitFor()
  await page.route('**/actuator/**', (route) => route.abort())
  await page.clock.runFor(7_000)
  await page.locator('#stale').getByText(/^No data for \d+ s: The server cannot be reached\.$/).waitFor()
  await page.unroute('**/actuator/**')
  await page.clock.runFor(2_000)
  await page.locator('#stale').waitFor({ state: 'hidden' })
}))

test('a page in the background asks for nothing, and asks again when it is seen', () => onPage(async (page) => {
  await rowOf(page, 'echo').getByText('LISTENING').waitFor()
  const show = (hidden) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)
  await show(true)
  let requests = 0
  page.on('request', () => requests++)
  await page.evaluate(() => new Promise((resolve) => {
    setTimeout(resolve, 2_500)
  }))
  assert.equal(requests, 0)
  await show(false)
  await page.waitForResponse(/listeners/)
}))

test('a restart of the server is told', () => onPage(async (page) => {
  let startedAt = '2026-01-01T00:00:00Z'
  await answer(page, '/listeners', (json) => ({ ...json, startedAt }))
  await page.waitForResponse(/listeners/)
  startedAt = '2026-01-01T00:10:00Z'
  await page.locator('#message-text').getByText(/^The server has restarted at .*: it counts anew\.$/).waitFor()
}))

test('hostile names are text', () => onPage(async (page) => {
  await rowOf(page, 'hostile').getByText('<img src=x').first().waitFor()
  await page.goto(`${CONSOLE}/console/#connections`)
  await page.locator('#connections-rows').getByText('<img src=x').first().waitFor()
  assert.notEqual(await page.title(), 'owned')
  assert.equal(await page.locator('main img').count(), 0)
}, {
  prepare: async (page) => {
    const listener = (json) => ({ ...json.listeners.find((one) => one.name === 'echo'), name: `hostile ${HOSTILE}`, address: HOSTILE, framing: HOSTILE, outcomes: { [HOSTILE]: 3 } })
    await answer(page, '/listeners', (json) => ({ ...json, listeners: [...json.listeners, listener(json)] }))
    await answer(page, '/connections?**', (json) => ({ ...json, open: 1, connections: [{
      id: HOSTILE, listener: HOSTILE, peer: HOSTILE, client: HOSTILE, phase: HOSTILE, ageMillis: 1, idleMillis: 1, bytesIn: 1, bytesOut: 1, messages: 1,
      tls: { protocol: HOSTILE, cipher: HOSTILE, sni: HOSTILE, client: { subject: HOSTILE, san: [] } } }] }))
  },
}))

test('5,000 connections are listed as far as asked, within a frame or two', async () => {
  const many = Array.from({ length: 5_000 }, (unused, i) => ({
    id: `echo-${i.toString(36)}`, listener: 'echo', peer: `[2001:db8::${i.toString(16)}]:${10_000 + i}`, phase: 'READING',
    ageMillis: 100_000 - i, idleMillis: i, bytesIn: i, bytesOut: i, messages: 0 }))
  await onPage(async (page) => {
    await page.getByText('5,000 connections are open; the first 50 in this order are shown.').waitFor()
    await page.getByLabel('Rows').selectOption('1000')
    await page.getByText('the first 1,000 in this order').waitFor()
    assert.equal(await page.locator('#connections-rows tr').count(), 1_000)
  }, { view: 'connections', prepare: (page) => answer(page, '/connections?**', () => ({ open: 5_000, connections: [] })).then(() => page.route('**/connections?**', (route) =>
    route.fulfill({ json: { open: 5_000, connections: many.slice(0, Number(new URL(route.request().url()).searchParams.get('limit'))) } }))) })
})

test('axe-core finds nothing, dark or light, wide or narrow', async () => {
  for (const options of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { colorScheme: 'light', viewport: { width: 360, height: 740 } }, { colorScheme: 'dark', viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' }]) {
    const socket = await connected(LINE_PORT)
    await onPage(async (page) => {
      for (const view of ['listeners', 'connections', 'probe']) {
        await page.goto(`${CONSOLE}/console/#${view}`)
        await page.locator(`#${view}`).waitFor()
        await page.waitForResponse(/listeners/)
        await page.addScriptTag({ path: axeSource })
        const { violations } = await page.evaluate(() => globalThis.axe.run())
        assert.deepEqual(violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html)}`), [], `${view} ${JSON.stringify(options)}`)
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        assert.equal(overflow, 0, `${view} is wider than ${JSON.stringify(options)}`)
        await picture(page, `${view}-${options.viewport?.width ?? 1280}-${options.colorScheme}`)
      }
    }, { options: { ...options, bypassCSP: true } })
    socket.destroy()
  }
})

test('everything works by keyboard', () => onPage(async (page) => {
  await page.getByRole('link', { name: 'Listeners' }).focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.locator('#connections').waitFor()
  assert.equal(await page.evaluate(() => document.activeElement.id), 'connections-title')
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'filter-listener')
}))

async function picture(page, name) {
  if (PICTURES) {
    await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true })
  }
}
