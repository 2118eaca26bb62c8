import { say } from '../language/say.ts'

/** Rules for what browsers call themselves, the first that fits wins: nearly all claim to be several others as well. */
const browsers: readonly [RegExp, string][] = [
  [/\bEdg(A|iOS)?\//, 'Edge'],
  [/\bOPR\/|\bOpera\b/, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|Chromium|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
]

const systems: readonly [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMacintosh\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

/** A name that people know for the browser behind a User-Agent: "Firefox on Android". */
export function nameDevice(userAgent: string): string {
  const named = (rules: typeof browsers) => rules.find(([pattern]) => pattern.test(userAgent))?.[1]
  const system = named(systems)
  // An app of somebody's names itself first.
  const browser = named(browsers) ?? /^[\w.-]{1,30}(?=\/)/.exec(userAgent)?.[0].replace(/^Mozilla$/, '')
  const known = browser || say('Unknown browser')
  return system ? say('{browser} on {system}', { browser: known, system }) : known
}
