/* Takes the picture of bin/picture: node picture.mjs ADDRESS FILE, with the plots of 110 s. */

import { launch } from './browser.mjs'

const [address, file] = process.argv.slice(2)
const browser = await launch()
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 850 }, colorScheme: 'light' })
  await page.goto(address)
  await page.locator('#plots canvas').nth(3).waitFor()
  await page.waitForTimeout(110_000)
  await page.screenshot({ path: file })
}
finally {
  await browser.close()
}
