/* The last five minutes of each listener, as samples in typed arrays. */

const CAPACITY = 301

/** Samples further apart than this many periods have a gap between them: nothing is known of it. */
const LONGEST_STEP_PERIODS = 3.5

const FIELDS = ['time', 'messages', 'bytesIn', 'bytesOut', 'open', 'p50', 'p99']

/** The samples of one listener. The oldest is overwritten. */
class Samples {

  #size = 0
  #next = 0
  #arrays = Object.fromEntries(FIELDS.map((field) => [field, new Float64Array(CAPACITY)]))
  #outcomes = new Map()
  #longestStep

  constructor(periodMillis) {
    this.#longestStep = LONGEST_STEP_PERIODS * periodMillis
  }

  add(time, listener) {
    const at = this.#next
    const { messages, bytesIn, bytesOut, openConnections: open, latency } = listener
    const values = { time, messages, bytesIn, bytesOut, open, p50: latency?.p50Millis ?? NaN, p99: latency?.p99Millis ?? NaN }
    for (const field of FIELDS) {
      this.#arrays[field][at] = values[field]
    }
    for (const name of Object.keys(listener.outcomes)) {
      if (!this.#outcomes.has(name)) {
        this.#outcomes.set(name, new Float64Array(CAPACITY))
      }
    }
    for (const [name, counts] of this.#outcomes) {
      counts[at] = listener.outcomes[name] ?? 0
    }
    this.#next = (at + 1) % CAPACITY
    this.#size = Math.min(this.#size + 1, CAPACITY)
  }

  /** Return the place of a sample in the arrays; 0 is the oldest. */
  #place(index) {
    return (this.#next - this.#size + index + CAPACITY) % CAPACITY
  }

  #value(field, index) {
    return this.#arrays[field][this.#place(index)]
  }

  /** Return how much a counter grew a second since the sample before; null if unknown. */
  #rate(field, index) {
    const step = index > 0 ? this.#value('time', index) - this.#value('time', index - 1) : 0
    return step > 0 && step <= this.#longestStep
      ? (this.#value(field, index) - this.#value(field, index - 1)) * 1000 / step : null
  }

  /** Return the latest rates. */
  rates() {
    const last = this.#size - 1
    return Object.fromEntries(['messages', 'bytesIn', 'bytesOut'].map((field) => [field, this.#rate(field, last)]))
  }

  /**
   * Return which connections have ended in about the last minute: {seconds, outcomes}, or null
   * without an older sample.
   */
  outcomes() {
    const last = this.#size - 1
    const now = this.#value('time', last)
    let first = last
    while (first > 0 && now - this.#value('time', first - 1) <= 60_500) {
      first--
    }
    if (first === last) {
      return null
    }
    const ended = []
    for (const [name, counts] of this.#outcomes) {
      const grown = counts[this.#place(last)] - counts[this.#place(first)]
      if (grown > 0) {
        ended.push([name, grown])
      }
    }
    ended.sort((one, other) => other[1] - one[1])
    return { seconds: Math.round((now - this.#value('time', first)) / 1000), ended }
  }

  /**
   * Return the plots' data: for each, times in seconds and then its lines. A null is a gap.
   */
  plots() {
    const lines = { time: [], messages: [], bytesIn: [], bytesOut: [], open: [], p50: [], p99: [] }
    for (let i = 0; i < this.#size; i++) {
      const time = this.#value('time', i)
      if (i > 0 && time - this.#value('time', i - 1) > this.#longestStep) {
        lines.time.push((time - 1) / 1000)
        FIELDS.slice(1).forEach((field) => lines[field].push(null))
      }
      lines.time.push(time / 1000)
      for (const field of ['messages', 'bytesIn', 'bytesOut']) {
        lines[field].push(this.#rate(field, i))
      }
      for (const field of ['open', 'p50', 'p99']) {
        const value = this.#value(field, i)
        lines[field].push(Number.isNaN(value) ? null : value)
      }
    }
    return lines
  }

}

/** The samples of all listeners since the server's last start. */
export class History {

  #startedAt = null
  #samples = new Map()

  /**
   * Add what /actuator/listeners has answered, which is asked once in a period. Returns whether
   * the server is a new one.
   */
  add(answer, periodMillis) {
    const restarted = this.#startedAt !== null && this.#startedAt !== answer.startedAt
    if (restarted) {
      this.#samples.clear()
    }
    this.#startedAt = answer.startedAt
    for (const listener of answer.listeners) {
      if (listener.state !== 'DISABLED') {
        if (!this.#samples.has(listener.name)) {
          this.#samples.set(listener.name, new Samples(periodMillis))
        }
        this.#samples.get(listener.name).add(Date.parse(answer.time), listener)
      }
    }
    return restarted
  }

  of(name) {
    return this.#samples.get(name)
  }

}
