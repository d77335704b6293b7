/* Plots of the last five minutes, drawn by uPlot. */

import { byId, element, setText } from './elements.js'
import { bytes, bytesRate, count, millis, rate, timeOfDay } from './words.js'

const SECONDS = 300
const HEIGHT = 165

/** The steps between the numbers of an axis: powers of two for bytes, and no fractions for counts. */
const powers = (base) => Array.from({ length: 50 }, (unused, i) => base ** i)
const BYTES = powers(2)
const WHOLE = powers(10).slice(0, 15).flatMap((power) => [power, 2 * power, 5 * power])

const PLOTS = [
  { title: 'Exchanges a second', lines: [['messages', 'exchanges/s']], write: rate, axis: rate },
  { title: 'Bytes a second', lines: [['bytesIn', 'in'], ['bytesOut', 'out']], write: bytesRate, axis: bytes, steps: BYTES },
  { title: 'Open connections', lines: [['open', 'open']], write: count, axis: count, steps: WHOLE },
  { title: 'Time to a reply', lines: [['p50', 'p50'], ['p99', 'p99']], write: millis, axis: millis },
]

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/** uPlot draws on a canvas, which needs a colour that is resolved for light or dark. */
function resolved(name) {
  const probe = element('span', { hidden: true })
  probe.style.color = colour(name)
  document.body.append(probe)
  const value = getComputedStyle(probe).color
  probe.remove()
  return value
}

/** A plot with its title, its legend and the values under the pointer. */
class Plot {

  #kind
  #uplot = null
  #place = element('div')
  #values
  #data = [[]]

  constructor(kind) {
    this.#kind = kind
    this.#values = kind.lines.map(([, name], i) => [element('span', { class: `swatch s${i + 1}` }), `${name} `, element('span')])
    this.time = element('span')
    const caption = element('figcaption', null, element('strong', null, kind.title),
      ...this.#values.map((parts) => element('span', null, ...parts)), this.time)
    this.figure = element('figure', null, caption, this.#place)
  }

  draw() {
    this.#uplot?.destroy()
    const axis = { stroke: resolved('--muted'), grid: { stroke: resolved('--grid'), width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif' }
    this.#uplot = new window.uPlot({
      width: this.#width(), height: HEIGHT, legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 6 } },
      scales: { x: { range: () => this.#window() }, y: { range: (u, min, max) => [0, max > 0 ? max * 1.1 : 1] } },
      axes: [
        { ...axis, size: 24, space: 70, values: (u, times) => times.map((time) => timeOfDay(new Date(time * 1000))) },
        { ...axis, size: 64, space: 32, incrs: this.#kind.steps, values: (u, values) => values.map(this.#kind.axis) },
      ],
      series: [{}, ...this.#kind.lines.map((line, i) => ({ stroke: resolved(`--plot-${i + 1}`), width: 1.75, points: { show: false }, spanGaps: false }))],
      hooks: { setCursor: [() => this.#write()] },
    }, this.#data, this.#place)
  }

  #width() {
    return Math.max(200, this.#place.clientWidth || 380)
  }

  #window() {
    const last = this.#data[0].at(-1) ?? Date.now() / 1000
    return [last - SECONDS, last]
  }

  /** Show other data; the size follows that of the page. */
  show(lines) {
    this.#data = [lines.time, ...this.#kind.lines.map(([field]) => lines[field])]
    if (this.#uplot === null) {
      this.draw()
    }
    if (this.#uplot.width !== this.#width()) {
      this.#uplot.setSize({ width: this.#width(), height: HEIGHT })
    }
    this.#uplot.setData(this.#data)
    this.#write()
  }

  /** Write the values under the pointer, or else the latest. */
  #write() {
    const pointed = this.#uplot?.cursor?.idx ?? null
    const index = pointed ?? this.#data[0].length - 1
    this.#values.forEach((parts, i) => setText(parts[2], this.#kind.write(this.#data[i + 1]?.[index])))
    setText(this.time, pointed === null ? '' : `at ${timeOfDay(new Date(this.#data[0][pointed] * 1000))}`)
  }

}

/** The plots of one listener. */
export class Plots {

  #plots = null

  show(lines) {
    if (this.#plots === null) {
      this.#plots = PLOTS.map((kind) => new Plot(kind))
      byId('plots').replaceChildren(...this.#plots.map((plot) => plot.figure))
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#plots.forEach((plot) => plot.draw()))
    }
    this.#plots.forEach((plot) => plot.show(lines))
  }

}
