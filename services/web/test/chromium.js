import { existsSync } from 'node:fs'

const usualPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The Chromium of this machine: CHROMIUM, or where one usually is. Plain JavaScript, because jest's settings ask as well. */
export function findChromium() {
  return [process.env.CHROMIUM, ...usualPlaces].find((path) => path && existsSync(path))
}
