import { existsSync } from 'node:fs'

const withWindows = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
// The same Chromium, without the windows that take most of the time of a test to be made.
const withoutWindows = '/usr/bin/chromium-headless-shell'

/** The Chromium of this machine: CHROMIUM, or where one usually is. Plain JavaScript, because jest's settings ask as well. */
export function findChromium() {
  return [process.env.CHROMIUM, withoutWindows, ...withWindows].find((path) => path && existsSync(path))
}

/** One that shows notifications, as the one without windows does not. */
export function findChromiumWithWindows() {
  return [process.env.CHROMIUM, ...withWindows].find((path) => path && existsSync(path))
}
