/* How values are written, and which words are good or bad news. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const three = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

/** What is shown where nothing was measured. */
export const NOTHING = '–'

const known = (value) => value !== null && value !== undefined && Number.isFinite(value)

export const count = (value) => known(value) ? whole.format(value) : NOTHING

/** Write a rate: exact below 100, whole above. */
export const rate = (value) => !known(value) ? NOTHING : value < 100 ? three.format(value) : whole.format(value)

/** Write a number of bytes; 1 KB is 1,024 bytes, as in the configuration. */
export function bytes(value) {
  if (!known(value)) {
    return NOTHING
  }
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${value < 100 ? three.format(value) : whole.format(value)} ${units[unit]}`
}

export const bytesRate = (value) => known(value) ? `${bytes(value)}/s` : NOTHING

/** Write a time that was measured, in milliseconds or seconds. */
export function millis(value) {
  return !known(value) ? NOTHING : value < 1000 ? `${three.format(value)} ms` : `${three.format(value / 1000)} s`
}

/** Write how long something has lasted, to the second. */
export function duration(value) {
  if (!known(value)) {
    return NOTHING
  }
  const seconds = Math.floor(value / 1000)
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60]
  return days ? `${days} d ${hours} h` : hours ? `${hours} h ${minutes} min` : minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`
}

/** Write a time of day, in the time zone of this browser. */
export const timeOfDay = (date) => date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })

export const plural = (value, noun) => `${count(value)} ${noun}${value === 1 ? '' : 's'}`

/** The kind of each state of a listener. */
export const stateKind = { LISTENING: 'good', PAUSED: 'warn', DRAINING: 'warn', FAILED: 'bad' }

/** The kinds of outcomes that are no failure; all others are. */
const outcomeKinds = {
  replied: 'good', empty: 'good', 'closed-by-peer': 'good', truncated: 'warn', drained: 'info',
  'closed-by-operator': 'info', fault: 'info', 'lab-reset': 'info',
}

export const outcomeKind = (outcome) => outcomeKinds[outcome] ?? 'bad'

export const verdictKind = (verdict) => verdict === 'OK' ? 'good' : verdict === 'LOCAL_ERROR' ? 'warn' : 'bad'

/** What a connection is doing, in words. */
export const phases = {
  READING: 'waits for bytes of the client',
  IN_SERVICE: 'message is with the service',
  WRITING: 'reply waits for the client to take it',
  LINGERING: 'reply and FIN are sent; what still comes is discarded',
}
