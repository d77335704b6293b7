/* A browser for the tests and the picture: Chromium, driven by playwright-core. */

import { createRequire } from 'node:module'

const ci = createRequire(new URL('../../../.ci/package.json', import.meta.url))

export const { chromium } = ci('playwright-core')

export const axeSource = ci.resolve('axe-core/axe.min.js')

/** Start the installed Chromium. As root it cannot have its sandbox; it sees only our own pages. */
export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: process.getuid() === 0 ? ['--no-sandbox'] : [] })
