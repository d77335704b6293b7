/*
 * Measures what the console costs: first paint, bytes, the server's processor time for one page, and what three pages
 * with 5,000 connections take of the rate of exchanges. It starts the server of target/tcp-echo.jar, and builds the load
 * generator in C. .ci/install brings what it needs. Run it on a machine that does nothing else; it takes about 8 minutes.
 *
 *   node src/test/console/measure.mjs [--rounds 9] [--seconds 5] [--poll-seconds 30]
 */

import { execFile, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

import { launch } from './browser.mjs'

const run = promisify(execFile)
const path = (name) => fileURLToPath(new URL(`../../../${name}`, import.meta.url))
const GENERATOR = path('target/bench/echo-load')
const CONSOLES = 3
const IDLE = 5_000
const TICKS_PER_SECOND = 100 // of /proc, on every architecture of Linux
const START_MILLIS = 120_000

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, seconds: { type: 'string', default: '5' }, 'poll-seconds': { type: 'string', default: '30' } } })
const [rounds, seconds, pollSeconds] = [values.rounds, values.seconds, values['poll-seconds']].map(Number)
if (![rounds, seconds, pollSeconds].every((value) => Number.isInteger(value) && value >= 1 && value <= 600)) {
  throw new Error('--rounds, --seconds and --poll-seconds are whole numbers from 1 to 600')
}

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
}
const wait = (millis) => new Promise((resolve) => {
  setTimeout(resolve, millis)
})

/** Print a figure as the median of several, with the least, the greatest and the goal. */
function tell(name, numbers, digits, unit, goal) {
  const text = (number) => number.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  console.log(`${name}: ${text(median(numbers))} ${unit}, median of ${numbers.length} (${text(Math.min(...numbers))} to ${text(Math.max(...numbers))}); goal: ${goal}`)
}

/** Put a process and all that it has started on a processor. */
async function pin(pid, processor) {
  for (const one of processesOf(pid)) {
    // A process may end in between.
    await run('taskset', ['-acp', String(processor), String(one)]).catch(() => {})
  }
}

function processesOf(pid) {
  const children = new Map()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = Number(readFileSync(`/proc/${name}/stat`, 'latin1').replace(/^.*\) \S /s, '').split(' ')[0])
      children.set(parent, [...children.get(parent) ?? [], Number(name)])
    }
    catch {
      // It has ended.
    }
  }
  const all = [pid]
  for (let i = 0; i < all.length; i++) {
    all.push(...children.get(all[i]) ?? [])
  }
  return all
}

/** Return the processor time of a process in seconds. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** Start the server on ports of its choice, on the first processor. */
async function startServer() {
  const server = spawn('taskset', ['-c', '0', 'java', '-jar', path('target/tcp-echo.jar'), '--server.port=0', '--tcp-echo.listeners.eof.port=0',
    '--tcp-echo.listeners.eof.max-connections=6000', '--tcp-echo.listeners.eof.timeouts.idle=10m', '--tcp-echo.listeners.eof.timeouts.message=10m'],
  { stdio: ['ignore', 'pipe', 'inherit'] })
  let log = ''
  const ports = await new Promise((resolve, reject) => {
    server.stdout.on('data', (chunk) => {
      log += chunk
      const [management, echo] = [/Tomcat started on port (\d+)/, /Listener eof on .+ port (\d+)/].map((form) => form.exec(log)?.[1])
      if (management && echo) {
        resolve({ management, echo })
      }
    })
    server.once('exit', () => reject(new Error(`the server has ended: ${log.slice(-2_000)}`)))
    server.once('error', reject)
    setTimeout(() => reject(new Error(`the server has not started in ${START_MILLIS / 1_000} s: ${log.slice(-2_000)}`)), START_MILLIS).unref()
  }).catch((error) => {
    server.kill()
    throw error
  })
  // The pid is that of the JVM: taskset becomes the program that it starts.
  return { process: server, pid: server.pid, echo: ports.echo, console: `http://127.0.0.1:${ports.management}/console/` }
}

/** Open the page in a browser that has no copy of it; return the time to the first paint and the bytes. */
async function firstVisit(browser, server) {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${server.console}#listeners`)
  await page.locator('#plots canvas').nth(3).waitFor()
  const visit = await page.evaluate(() => {
    const files = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource').filter((entry) => !entry.name.includes('/actuator'))]
    const sum = (member, some = files) => some.reduce((total, file) => total + file[member], 0)
    const pageAndScripts = files.filter((file) => /\/(\w+\.js)?$/.test(new URL(file.name).pathname))
    return { paint: performance.getEntriesByName('first-contentful-paint')[0].startTime, files: files.length,
      pageAndScripts: sum('decodedBodySize', pageAndScripts), whole: sum('decodedBodySize'), sent: sum('transferSize') }
  })
  await context.close()
  return visit
}

/** Return the share of a processor that the server takes, in percent. */
async function idleShare(server) {
  const [before, began] = [cpuSeconds(server.pid), performance.now()]
  await wait(pollSeconds * 1_000)
  return 100 * (cpuSeconds(server.pid) - before) / ((performance.now() - began) / 1_000)
}

/** Return by how much one page that polls raises the share of a processor that the server takes, in percentage points. */
async function pollingShare(browser, server) {
  const alone = await idleShare(server)
  const page = await browser.newPage()
  await page.goto(`${server.console}#listeners`)
  await page.locator('#plots canvas').nth(3).waitFor()
  const share = await idleShare(server) - alone
  await page.close()
  return share
}

/** Load the server for a slice of time, beside connections that say nothing; return the rate. */
async function slice(server) {
  const { stdout } = await run('taskset', ['-c', '1', GENERATOR, '--port', server.echo, '--framing', 'eof', '--size', '64', '--connections', '32',
    '--idle', String(IDLE), '--seconds', String(seconds), '--warmup', '0.5'])
  const report = JSON.parse(stdout)
  const errors = Object.values(report.errors).reduce((sum, one) => sum + one, 0)
  if (errors > 0 || report.idle.stillOpen !== IDLE) {
    throw new Error(`exchanges failed or connections were lost: ${stdout}`)
  }
  return report.rate
}

/** The same with consoles open on the view of connections; each must have seen all of them. */
async function sliceWithConsoles(browser, server) {
  const pages = []
  for (let i = 0; i < CONSOLES; i++) {
    const page = await browser.newPage()
    const seen = page.waitForResponse(async (response) => response.url().includes('/connections?') && (await response.json()).open >= IDLE, { timeout: 0 })
    seen.catch(() => {}) // The page may be closed before.
    pages.push({ page, seen })
    await page.goto(`${server.console}#connections`)
    await page.waitForResponse(/\/connections\?/)
  }
  await pin(process.pid, 1)
  await run('taskset', ['-acp', '0', String(server.pid)])
  const rate = await slice(server)
  const seen = await Promise.race([Promise.all(pages.map((one) => one.seen)), wait(2_000)])
  await Promise.all(pages.map((one) => one.page.close()))
  if (!seen) {
    throw new Error(`a console has not seen ${IDLE} connections: it did not poll during the slice`)
  }
  return rate
}

async function measure(browser, server) {
  const visits = []
  for (let i = 0; i <= rounds; i++) {
    visits.push(await firstVisit(browser, server))
  }
  // The first visit makes the server load its classes, and the browser start its processes.
  tell('first paint', visits.slice(1).map((visit) => visit.paint), 0, 'ms', 'less than 300 ms')
  console.log(`  the very first after the start of server and browser: ${visits[0].paint.toFixed(0)} ms`)
  tell('bytes of the page and its scripts', visits.map((visit) => visit.pageAndScripts / 1e3), 1, 'KB', 'less than 120 KB')
  tell(`  of all ${visits[0].files} files`, visits.map((visit) => visit.whole / 1e3), 1, 'KB', 'none')
  tell('  as sent, with headers', visits.map((visit) => visit.sent / 1e3), 1, 'KB', 'none')

  const shares = []
  for (let i = 0; i < 3; i++) {
    shares.push(await pollingShare(browser, server))
  }
  tell('processor time of the server for one open page', shares, 2, '% of a core', 'at most 1 %')

  for (let i = 0; i < 4; i++) {
    await slice(server)
  }
  const [without, beside] = [[], []]
  for (let i = 0; i < rounds; i++) {
    // What comes first takes turns, so that a drift of the machine cancels out.
    const slices = [async () => without.push(await slice(server)), async () => beside.push(await sliceWithConsoles(browser, server))]
    for (const one of i % 2 ? slices.reverse() : slices) {
      await one()
    }
  }
  tell(`eof-64 beside ${IDLE} connections`, without, 0, 'exchanges/s', 'none')
  tell(`  with ${CONSOLES} consoles`, beside, 0, 'exchanges/s', 'none')
  tell('  ratio within a round', beside.map((rate, i) => rate / without[i]), 3, 'times', 'at least 0.98')
}

if (availableParallelism() < 2) {
  throw new Error('at least 2 processors are needed: one for the server, one for the load and the browser')
}
mkdirSync(path('target/bench'), { recursive: true })
await run('gcc', ['-O2', '-Wall', '-Wextra', '-pthread', '-o', GENERATOR, path('src/bench/c/echo-load.c')])
const browser = await launch()
try {
  const server = await startServer()
  try {
    await measure(browser, server)
  }
  finally {
    server.process.kill()
  }
}
finally {
  await browser.close()
}
